extension GossipRouter {
    /// What gossipsub leaves to taste; the defaults are those of the spec (gossipsub-v1.0.md and v1.1.md, parameters).
    package struct Parameters: Sendable, Equatable {
        /// D: peers wanted in a topic's mesh.
        package var degree = 6
        /// D_low: fewer than this and more are grafted.
        package var degreeLow = 4
        /// D_high: more than this and some are pruned.
        package var degreeHigh = 12
        /// D_out: peers in a full mesh that this node dialled itself, so that dialling in is no way to surround it.
        package var degreeOut = 2
        /// D_lazy: peers outside the mesh that hear of a topic's messages at each heartbeat.
        package var degreeLazy = 6
        /// The share of the peers outside the mesh that hear of them, where that is more than D_lazy.
        package var gossipFactor = 0.25
        /// The time between heartbeats; whoever drives the router keeps it.
        package var heartbeat: Duration = .seconds(1)
        /// Heartbeats that messages are kept for peers that ask.
        package var history = 5
        /// Heartbeats that messages are advertised.
        package var gossip = 3
        /// How long peers are remembered for a topic that is published to but not followed.
        package var fanoutLifetime: Duration = .seconds(60)
        /// How long a message's id is remembered.
        package var seenLifetime: Duration = .seconds(120)
        /// Time after a PRUNE before either side may graft again.
        package var pruneBackoff: Duration = .seconds(60)
        /// The same after a PRUNE that says goodbye to the topic.
        package var unsubscribeBackoff: Duration = .seconds(10)
        /// Time in which a peer that advertised a message gives it when asked.
        package var promiseLifetime: Duration = .seconds(3)
        /// Time in which whoever judges a message has to say so.
        package var verdictLifetime: Duration = .seconds(30)
        /// Whether own messages go to every follower of the topic, and not to the mesh alone.
        package var floodsOwnMessages = true

        /// Takes the defaults.
        package init() {}
    }
}
