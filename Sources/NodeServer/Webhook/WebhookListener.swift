import HTTPTypes
import HummingbirdCore
package import CacheNode
package import Logging
import ServiceLifecycle

/// Takes GitHub's deliveries; the only listener that is meant to be reached from the internet.
///
/// It may start long after the rest of the node: when the first secret appears.
package struct WebhookListener: Service {
    private let listener: HTTPListener

    /// A listener that hands deliveries to a node.
    package init(
        _ configuration: ListenerConfiguration,
        node: any NodeInterface,
        counters: ServerCounters,
        logger: Logger
    ) {
        let responder = WebhookResponder(node: node, limits: configuration.limits, counters: counters)
        let binding = Binding.tcp(
            host: configuration.webhookHost,
            port: configuration.webhookPort,
            key: "CACHE_WEBHOOK_LISTEN"
        )
        listener = HTTPListener(binding: binding, limits: configuration.limits, logger: logger) { request, _ in
            let response = await responder.respond(to: request)
            counters.answered(.webhook, status: response.status.code)
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
