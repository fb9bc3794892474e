import CacheNode
import NodeServer
import ServiceLifecycle

/// Starts the webhook listener as soon as there is a secret: the first of the settings, or that of the first hook.
struct WebhookDoor: Service {
    let node: Node
    let listener: WebhookListener

    func run() async throws {
        for await _ in node.secretArrivals.cancelOnGracefulShutdown() where node.hasSecret {
            try await listener.run()
            return
        }
    }
}
