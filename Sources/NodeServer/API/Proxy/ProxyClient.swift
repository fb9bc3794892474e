import GitHubCore

/// Who speaks to the proxy, and under which address.
struct ProxyClient: Hashable, Sendable {
    /// The scheme and host that the client used; nil where it speaks to GitHub's own host.
    let address: String?
    /// Whether it came over the Unix socket.
    let isOnSocket: Bool

    /// What rewrites URLs for this client; nil where they stay.
    func rewriter(upstream: String, prefix: String) -> URLRewriter? {
        guard let address else { return nil }
        let base = address + prefix
        return base == upstream ? nil : URLRewriter(upstream: upstream, client: base)
    }
}
