package import LibP2PCore

extension PubSub {
    /// What it is started with.
    package struct Configuration: Sendable {
        /// What is left to taste in gossipsub.
        package var parameters = GossipRouter.Parameters()
        /// The bounds on what peers may cost.
        package var router = GossipRouter.Limits()
        /// The bounds of the queues.
        package var limits = Limits()

        /// The defaults.
        package init() {}
    }

    /// The bounds of the queues around the router.
    package struct Limits: Sendable {
        /// The most RPCs that wait for one peer; further messages to it are lost, as gossip repairs.
        package var queuedRPCs = 512
        /// The most payload bytes that wait for one peer.
        package var queuedBytes = 8 << 20
        /// The most RPCs without messages that may wait on top; beyond, the peer's stream starts anew.
        package var queuedControls = 1024
        /// The most messages that wait to be judged; further ones are ignored.
        package var undelivered = 1024
        /// How often a stream is opened anew before the peer is given up until it connects again.
        package var attempts = 3
        /// The time from the length of an RPC to its end, and for which a peer may leave what it is sent unread.
        package var patience = Duration.seconds(30)
        /// A stream that lasted this long clears the failures before it.
        package var stableAfter = Duration.seconds(30)

        /// The defaults.
        package init() {}
    }
}
