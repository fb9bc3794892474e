package import GitHubCore

/// Where GitHub's API is: `https://api.github.com`, an Enterprise Server's `https://HOST/api/v3`, or a stand-in.
package struct Upstream: Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with a base URL.
    package enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// It is no URL of scheme, host, port and path.
        case malformed
        /// It would send credentials in the clear.
        case insecure

        package var description: String {
            switch self {
            case .malformed: "not a URL like https://api.github.com or https://HOST/api/v3"
            case .insecure: "http is for loopback only, since credentials would travel in the clear; use https"
            }
        }
    }

    /// github.com's API.
    package static let github = Upstream(scheme: "https", authority: "api.github.com", path: "")

    /// The longest target that is sent, in bytes.
    package static let longestTarget = 8_192

    private let scheme: String
    private let authority: String
    private let path: String

    private init(scheme: String, authority: String, path: String) {
        self.scheme = scheme
        self.authority = authority
        self.path = path
    }

    /// A host of GitHub's files.
    package init(_ host: FileHost) {
        self.init(scheme: "https", authority: host.name, path: "")
    }

    /// Reads a base URL; plain HTTP is taken for loopback addresses, and for others only where that was asked for.
    package init(_ text: String, allowingPlainHTTP: Bool = false) throws(Problem) {
        guard let parts = URLParts(text), !parts.rest.contains("?") else { throw .malformed }
        var path = parts.rest[...]
        while path.hasSuffix("/") { path = path.dropLast() }
        self.init(scheme: parts.scheme, authority: parts.authority, path: String(path))
        guard parts.scheme == "https" || parts.isLoopback || allowingPlainHTTP else { throw .insecure }
    }

    /// The host and port as `Host` names them.
    package var host: String { authority }

    package var description: String { "\(scheme)://\(authority)\(path)" }

    /// The URL of a target such as `/repos/o/r?page=2`; nil for what is no origin-form target.
    package func url(for target: String) -> String? {
        guard target.hasPrefix("/"), target.utf8.count <= Self.longestTarget,
            target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
        else { return nil }
        // An Enterprise Server has GraphQL beside its REST API, not below it.
        if path.hasSuffix("/v3"), target == "/graphql" || target.hasPrefix("/graphql?") {
            return "\(scheme)://\(authority)\(path.dropLast(3))\(target)"
        }
        return "\(self)\(target)"
    }

    /// The target that a `Location` names, or nil where it leads elsewhere.
    package func target(ofLocation location: String) -> String? {
        var rest = location[...]
        if !location.hasPrefix("/") {
            guard let parts = URLParts(location), parts.scheme == scheme, parts.authority == authority else {
                return nil
            }
            rest = parts.rest[...]
        }
        guard rest.hasPrefix("\(path)/"), !rest.hasPrefix("//") else { return nil }
        let target = String(rest.dropFirst(path.count))
        return url(for: target) == nil ? nil : target
    }
}

/// A URL in its parts, without user, password and fragment.
private struct URLParts {
    let scheme: String
    let authority: String
    let rest: String

    init?(_ text: String) {
        guard text.utf8.count <= 2 * Upstream.longestTarget, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://")
        else { return nil }
        scheme = text[..<colon].lowercased()
        guard scheme == "https" || scheme == "http", !text.contains("#") else { return nil }
        let start = text.index(colon, offsetBy: 3)
        let end = text[start...].firstIndex { "/?".contains($0) } ?? text.endIndex
        rest = String(text[end...])
        guard let authority = Self.authority(text[start..<end].lowercased(), scheme: scheme) else { return nil }
        self.authority = authority
    }

    var isLoopback: Bool {
        let host = authority.hasPrefix("[") ? String(authority.prefix { $0 != "]" }) + "]" : Self.name(authority)
        return host == "localhost" || host == "[::1]"
            || (host.hasPrefix("127.") && host.split(separator: ".").count == 4
                && host.split(separator: ".").allSatisfy { UInt8($0) != nil })
    }

    private static func name(_ authority: String) -> String { String(authority.prefix { $0 != ":" }) }

    /// Host and port, the port left out where it is the scheme's own.
    private static func authority(_ text: String, scheme: String) -> String? {
        let isLiteral = text.hasPrefix("[")
        let host = isLiteral ? String(text.prefix { $0 != "]" }) + "]" : name(text)
        let port = text.dropFirst(host.count)
        let allowed = isLiteral ? "0123456789abcdef:.[]" : "0123456789abcdefghijklmnopqrstuvwxyz-._"
        guard text.hasPrefix(host), host.count > (isLiteral ? 2 : 0), host.allSatisfy(allowed.contains) else {
            return nil
        }
        if port.isEmpty { return host }
        guard port.hasPrefix(":"), let number = UInt16(port.dropFirst()), number > 0 else { return nil }
        return number == (scheme == "https" ? 443 : 80) ? host : "\(host):\(number)"
    }
}
