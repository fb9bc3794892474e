import GitHubCore

/// What a request asks GitHub's API for, once the prefix of an Enterprise Server's paths is taken off.
struct ProxyTarget: Hashable, Sendable {
    /// The prefix as the client used it: empty or `/api/v3`.
    let prefix: String
    /// Path and query as the client sent them, without the prefix.
    let text: String

    /// Reads a target, or nil where it is malformed: dot segments, backslashes, control characters, broken escapes.
    ///
    /// Encoded slashes and empty segments pass through (clients write branch names like that); they never name an entry.
    init?(_ target: String) {
        guard target.utf8.count <= RequestTarget.maximumLength, target.utf8.first == UInt8(ascii: "/"),
            target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
        else { return nil }
        let path = target.prefix { $0 != "?" }
        for raw in path.split(separator: "/") {
            guard let decoded = PercentEncoding.decode(raw, plusIsSpace: false) else { return nil }
            let parts = decoded.split(separator: "/", omittingEmptySubsequences: false)
            guard !parts.contains(where: { $0 == "." || $0 == ".." }),
                decoded.utf8.allSatisfy({ $0 > 0x1F && $0 != 0x7F && $0 != UInt8(ascii: "\\") })
            else { return nil }
        }
        if path == "/api/graphql" {
            (prefix, text) = ("/api/v3", String(target.dropFirst("/api".count)))
        } else if path == "/api/v3" {
            (prefix, text) = ("/api/v3", "/" + target.dropFirst("/api/v3".count))
        } else if path.hasPrefix("/api/v3/") {
            (prefix, text) = ("/api/v3", String(target.dropFirst("/api/v3".count)))
        } else {
            (prefix, text) = ("", target)
        }
    }

    /// Whether it names GraphQL, with or without parameters.
    var isGraphQL: Bool { Self.isGraphQL(text) }

    static func isGraphQL(_ text: String) -> Bool { text.prefix { $0 != "?" } == "/graphql" }

    /// The target for the table of endpoints, or nil where it can name none of them.
    var request: RequestTarget? {
        // A query is posted; its name in the store is none at GitHub.
        RequestTarget(text).flatMap { $0.segments.first == "graphql" ? nil : $0 }
    }
}
