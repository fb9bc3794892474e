import LibP2PCore

extension GossipWorld {
    /// What crossed a node's links in one direction.
    package struct Traffic: Sendable, Equatable {
        /// RPCs.
        package var rpcs = 0
        /// Their bytes, without the length before each.
        package var bytes = 0
        /// Messages, each copy counted.
        package var messages = 0
        /// The bytes of their payloads.
        package var payloadBytes = 0
        /// Ids announced.
        package var haves = 0
        /// Ids asked for.
        package var wants = 0
        /// Ids called off.
        package var dontWants = 0
        /// Joined and left topics.
        package var subscriptions = 0

        mutating func count(_ rpc: GossipRouter.RPC) {
            self.rpcs += 1
            self.bytes += rpc.size
            self.messages += rpc.messages.count
            self.payloadBytes += rpc.messages.reduce(0) { $0 + ($1.data?.count ?? 0) }
            self.haves += rpc.haves.reduce(0) { $0 + $1.messages.count }
            self.wants += rpc.wants.count
            self.dontWants += rpc.dontWants.count
            self.subscriptions += rpc.subscriptions.count
        }
    }
}
