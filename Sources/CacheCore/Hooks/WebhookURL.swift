import Multiformats

/// Why GitHub would not deliver to a URL.
package enum WebhookURLError: Error, Hashable, Sendable {
    /// It is no `http` or `https` URL.
    case scheme
    /// A character that no URL has.
    case character
    /// There is a user or a password in it.
    case credentials
    /// There is no host, or none that can be a name or an address.
    case host
    /// The port is none.
    case port
    /// The host is this machine to whoever calls it.
    case machine(String)
    /// The host is in no public network.
    case network(String)
}

extension WebhookURLError: CustomStringConvertible {
    /// What is wrong, in words for a person.
    package var description: String {
        switch self {
        case .scheme: "it does not begin with https:// or http://"
        case .character: "it holds a space, or a character beyond ASCII"
        case .credentials: "it holds a user name"
        case .host: "it names no host"
        case .port: "its port is not a number from 1 to 65535"
        case .machine(let host): "\(host) is the machine itself to whoever calls it"
        case .network(let host): "\(host) cannot be reached from the internet"
        }
    }
}

/// The URL of a webhook, as far as GitHub judges it when a hook is made.
///
/// Docs: "Troubleshooting webhooks" (URLs of localhost are refused), "Creating webhooks".
package struct WebhookURL: Hashable, Sendable {
    /// Who can reach a host, as far as its name or address tells.
    package enum Place: Hashable, Sendable {
        /// Everybody.
        case internet
        /// Who is in its network.
        case network
        /// Who is on the machine.
        case machine
    }

    /// The host, in lower case and without brackets.
    package let host: String
    /// Who can reach it.
    package let place: Place

    /// Checks a URL that a GitHub of some reach is to deliver to.
    package init(_ text: String, reach: HookReach) throws(WebhookURLError) {
        try self.init(parsing: text)
        guard reach.covers(place) else { throw place == .machine ? .machine(host) : .network(host) }
    }

    /// Reads a URL, wherever it leads.
    init(parsing text: String) throws(WebhookURLError) {
        let lower = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: { lower.hasPrefix($0) }) else { throw .scheme }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .character }
        let authority = lower.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { throw .credentials }
        let (host, port) = try Self.parts(authority)
        if let port {
            guard !port.isEmpty, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port),
                (1...65_535).contains(number)
            else { throw .port }
        }
        self.host = String(host)
        place = try authority.hasPrefix("[") ? Self.place(ofIPv6: host) : Self.place(ofName: host)
    }

    private static func parts(
        _ authority: Substring
    ) throws(WebhookURLError) -> (host: Substring, port: Substring?) {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw .host }
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw .host }
            return (authority[..<end].dropFirst(), rest.isEmpty ? nil : rest.dropFirst())
        }
        let pieces = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = pieces.first, !host.isEmpty else { throw .host }
        return (host, pieces.count == 2 ? pieces[1] : nil)
    }

    private static func place(ofName name: Substring) throws(WebhookURLError) -> Place {
        if let address = try? IPv4Address(String(name)) { return place(of: address) }
        let labels = (name.hasSuffix(".") ? name.dropLast() : name)
            .split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
                }
        }
        // What ends in a number is an address to whoever resolves it, in a way that hides which.
        guard isName, let last = labels.last, last.first?.isNumber == false else { throw .host }
        if last == "localhost" { return .machine }
        return labels.count == 1 || ["local", "internal"].contains(last) ? .network : .internet
    }

    private static func place(ofIPv6 text: Substring) throws(WebhookURLError) -> Place {
        guard let address = try? IPv6Address(String(text)) else { throw .host }
        if address.isLoopback || address.isUnspecified { return .machine }
        let bytes = address.bytes
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF,
            let inner = try? IPv4Address(bytes: Array(bytes.suffix(4)))
        {
            return place(of: inner)
        }
        // fc00::/7 is a site's own, fe80::/10 a link's, ff00::/8 many hosts'.
        let isPrivate = bytes[0] & 0xFE == 0xFC || bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 || bytes[0] == 0xFF
        return isPrivate ? .network : .internet
    }

    /// Of the special addresses (RFC 6890) those that somebody may give for a webhook.
    private static func place(of address: IPv4Address) -> Place {
        let bytes = address.bytes
        switch (bytes[0], bytes[1]) {
        case (0, _), (127, _): return .machine
        case (10, _), (192, 168), (172, 16...31), (169, 254), (100, 64...127), (198, 18...19), (224..., _):
            return .network
        default: return .internet
        }
    }
}
