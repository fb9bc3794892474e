package import LibP2PCore

extension GossipWorld {
    /// The laws of a world.
    package struct Settings: Sendable {
        /// What settles every choice.
        package var seed: UInt64 = 1
        /// What the routers leave to taste.
        package var parameters = GossipRouter.Parameters()
        /// The routers' bounds.
        package var limits = GossipRouter.Limits()
        /// The milliseconds that a link takes; each link has its own, so that streams keep their order.
        package var latency = 5...44
        /// The milliseconds that a node takes to judge a message.
        package var judging = 1
        /// The share of RPCs that never arrive; those with subscriptions always do, as streams are reliable.
        package var loss = 0.0
        /// Whether signatures are really checked; without, a message costs no cryptography but its author's.
        package var checksSignatures = false
        /// Whether arrivals are noted by message and node; the counters of traffic are kept anyhow.
        package var notesArrivals = true
        /// Whether nodes dial the peers that others name to them.
        package var dialsNamed = true
        /// The links from which on a node dials nobody more of those.
        package var links = 32
        /// What a node makes of a message.
        package var verdict: @Sendable (_ node: Int, _ message: SignedMessage) -> GossipRouter.Verdict = { _, _ in
            .accept
        }

        /// The defaults.
        package init() {}
    }
}
