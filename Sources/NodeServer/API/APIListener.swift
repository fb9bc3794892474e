import HTTPTypes
import HummingbirdCore
package import CacheCore
package import CacheNode
package import Logging
import ServiceLifecycle

/// Serves GitHub's API from the cache, and the control API, on one address: TCP or the Unix socket.
package struct APIListener: Service {
    /// The two addresses of the API.
    package enum Address: Hashable, Sendable {
        /// `CACHE_API_LISTEN`.
        case tcp
        /// `CACHE_SOCKET`: a file of mode 0600, whose users may do everything.
        case unixSocket
    }

    private let listener: HTTPListener

    /// A listener that asks a node, and hands on what is not cached.
    package init(
        _ address: Address,
        _ configuration: ListenerConfiguration,
        node: any NodeInterface,
        passThrough: any PassThrough,
        counters: ServerCounters,
        logger: Logger
    ) {
        let responder = APIResponder(
            address,
            configuration,
            node: node,
            passThrough: passThrough,
            counters: counters,
            logger: logger
        )
        let binding: Binding
        switch address {
        case .tcp:
            binding = .tcp(host: configuration.apiHost, port: configuration.apiPort, key: "CACHE_API_LISTEN")
        case .unixSocket:
            binding = .unixSocket(path: configuration.socketPath, key: "CACHE_SOCKET")
        }
        listener = HTTPListener(binding: binding, limits: configuration.limits, logger: logger) { request, context in
            let response = await responder.respond(to: request, local: context.localAddress)
            counters.answered(address == .tcp ? .api : .socket, status: response.status.code)
            return response
        }
    }

    /// Listens until it is shut down; throws a ``ListenError`` where it cannot.
    package func run() async throws {
        try await listener.run()
    }

    /// Where it listens, as soon as it does; nil where it ended before.
    package func boundAddress() async -> BoundAddress? {
        await listener.started.address()
    }
}
