package import Multiformats

extension GossipRouter {
    /// What gossipsub leaves to taste: the one place for it, together with the scores' own.
    ///
    /// Where nothing else is said, the defaults are those of the specs (gossipsub-v1.0.md, v1.1.md and v1.2.md). The
    /// degrees are lower than theirs, so that a node gets each message less than four times in any fleet; what a thinner
    /// mesh may lose, advertisements to many more peers bring back within a heartbeat. The reasons are measured:
    /// `Tests/LibP2PCoreTests/Gossip/CopiesTests.swift`.
    package struct Parameters: Sendable, Equatable {
        /// D: peers wanted in a topic's mesh.
        package var degree = 4
        /// D_low: fewer than this and more are grafted.
        package var degreeLow = 3
        /// D_high: more than this and some are pruned.
        package var degreeHigh = 7
        /// D_score: of the peers that a mesh keeps when it is too full, those kept for their score.
        package var degreeScore = 2
        /// D_out: peers in a full mesh that this node dialled itself, so that dialling in is no way to surround it.
        package var degreeOut = 2
        /// D_lazy: peers outside the mesh that hear of a topic's messages at each heartbeat.
        package var degreeLazy = 6
        /// The share of the peers outside the mesh that hear of them, where that is more than D_lazy.
        package var gossipFactor = 0.1
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
        /// A GRAFT this soon after a PRUNE counts twice.
        package var graftFloodWindow: Duration = .seconds(10)
        /// Time in which a peer that advertised a message gives it when asked.
        package var promiseLifetime: Duration = .seconds(3)
        /// Time in which whoever judges a message has to say so.
        package var verdictLifetime: Duration = .seconds(30)
        /// Whether own messages go to more peers than the mesh, as far as they are small and the followers few.
        package var floodsOwnMessages = true
        /// The most followers that an own message is flooded to; where there are more, all hear of it at the next
        /// heartbeat, so that a mesh of nobody's friends cannot hold it back.
        package var floodedPeers = 8
        /// The longest payload that is flooded.
        package var floodedBytes = 4096
        /// Payloads of this length and more are called off with IDONTWANT as soon as they are here.
        package var dontWantBytes = 1024
        /// Heartbeats that a peer's IDONTWANT is remembered.
        package var dontWantLifetime = 3
        /// Payloads of this length and more go to a part of the mesh whole, and are announced to its rest.
        package var announcedBytes = 8192
        /// The mesh peers that get a large message whole.
        package var degreeEager = 3
        /// Heartbeats between attempts to better a mesh of low scores.
        package var opportunisticGraftTicks = 60
        /// The peers grafted by one such attempt.
        package var opportunisticGraftPeers = 2
        /// Peers with whom the operators agreed to pass on everything: outside every mesh and above every score.
        package var explicitPeers: Set<PeerID> = []
        /// What scores are mixed of, and their thresholds.
        package var score = PeerScore.Parameters()

        /// Takes the defaults.
        package init() {}
    }
}
