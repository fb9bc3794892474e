/// Where and for whom the listeners answer.
package struct ListenerConfiguration: Sendable {
    /// The webhook listener's host (`CACHE_WEBHOOK_LISTEN`).
    package var webhookHost = "127.0.0.1"
    /// Its port; 0 picks one.
    package var webhookPort = 8787
    /// The API listener's host (`CACHE_API_LISTEN`).
    package var apiHost = "127.0.0.1"
    /// Its port; 0 picks one.
    package var apiPort = 8788
    /// The path of the Unix socket (`CACHE_SOCKET`).
    package var socketPath = "hookcache.sock"
    /// Whether a cacheable GET over the socket without `Authorization` is the node's own (`CACHE_SOCKET_IDENTITY=node`).
    package var socketIsNode = false
    /// Further `Host` names the API listener answers to (`CACHE_API_HOSTS`), with or without a port.
    package var apiHosts: [String] = []
    /// The root of GitHub's REST API (`GITHUB_API_URL`), without a slash at its end.
    package var upstreamURL = "https://api.github.com"
    /// The control token; without one, TCP clients reach only what is public.
    package var controlToken: String?
    /// The bounds.
    package var limits = Limits()

    /// The defaults of the configuration.
    package init() {}
}
