/// Which `Host` names the API listener answers to, so that no web page can reach it under a name of its own.
struct HostPolicy: Sendable {
    /// Whom a request speaks to.
    enum Verdict: Hashable, Sendable {
        /// This node, by one of its own addresses.
        case own
        /// GitHub, as `gh` does over the socket: URLs stay as they are.
        case upstream
        /// Somebody else.
        case foreign
    }

    private let extra: [HostName]
    private let listen: HostName?
    private let upstream: HostName?
    private let upstreamPort: Int

    /// The policy of a configuration; entries of it that are no host are never matched.
    init(hosts: [String], listenHost: String, upstreamURL: String) {
        extra = hosts.compactMap { HostName($0) }
        listen = HostName(listenHost.contains(":") ? "[\(listenHost)]" : listenHost)
        let halves = upstreamURL.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        upstream = halves.count == 3 ? HostName(halves[2].prefix { $0 != "/" }) : nil
        upstreamPort = upstream?.port ?? (upstreamURL.lowercased().hasPrefix("http://") ? 80 : 443)
    }

    /// Judges a name; `local` is the address that the client's connection reached, nil over the Unix socket.
    func judge(_ name: HostName, local: ConnectionContext.LocalAddress?) -> Verdict {
        if let upstream, name.host == upstream.host, name.port == nil || name.port == upstreamPort { return .upstream }
        if extra.contains(where: { $0.host == name.host && ($0.port == nil || $0.port == name.port) }) { return .own }
        guard let local else {
            return Self.isLoopback(name.host) ? .own : .foreign
        }
        guard name.port ?? 80 == local.port else { return .foreign }
        let isLocal = name.host == local.host || Self.isLoopback(local.host) && Self.isLoopback(name.host)
        let isConfigured = listen.map { $0.host == name.host && !Self.isWildcard($0.host) } ?? false
        return isLocal || isConfigured ? .own : .foreign
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "127.0.0.1"
    }

    private static func isWildcard(_ host: String) -> Bool {
        host == "0.0.0.0" || host == "::"
    }
}
