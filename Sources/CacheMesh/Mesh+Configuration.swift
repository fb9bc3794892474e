package import LibP2P
import LibP2PCore
package import MeshCore

extension Mesh {
    /// What a mesh is started with.
    package struct Configuration: Sendable {
        /// The libp2p node: its key, where it listens, whom it dials.
        package var host: Host.Configuration
        /// Whose word is believed and who is answered.
        package var membership: Membership
        /// What leaves and what is taken.
        package var share: ShareRule
        /// How many peers it looks for; nil where it dials nobody but the bootstrap addresses.
        package var discovery: PeerFinder.Configuration? = PeerFinder.Configuration()
        /// What is left to taste in gossip.
        package var gossip: PubSub.Configuration
        /// The bounds.
        package var limits: Limits

        /// Fills in the defaults.
        package init(
            host: Host.Configuration,
            membership: Membership,
            share: ShareRule = .public,
            gossip: PubSub.Configuration = PubSub.Configuration(),
            limits: Limits = Limits()
        ) {
            self.host = host
            self.membership = membership
            self.share = share
            self.gossip = gossip
            self.limits = limits
        }

        /// The private network's key, which names its topics, too.
        var swarmKey: [UInt8]? { self.host.swarmKey?.bytes }
    }

    /// The bounds on what peers may cost this node.
    package struct Limits: Sendable {
        /// Announcements that wait for the node; past it the oldest are dropped.
        package var waitingAnnouncements = 1024
        /// Comings and goings of peers that wait for the node; past it the oldest are dropped.
        package var waitingChanges = 256
        /// Bodies pulled at a time; an entry announced past it is told without its body.
        package var pulls = 16
        /// Requests answered at a time.
        package var answers = 64
        /// Requests of one peer answered at a time.
        package var answersPerPeer = 8
        /// The time in which a request is read and its answer written.
        package var answerTimeout: Duration = .seconds(20)
        /// The time in which a body is pulled from one peer.
        package var pullTimeout: Duration = .seconds(10)
        /// Peers tried for one body.
        package var pullAttempts = 3
        /// Peers asked for one resource before GitHub is.
        package var asked = 6
        /// Peers of these that are asked at once.
        package var askedAtOnce = 2
        /// The time after which the next are asked, too.
        package var hedge: Duration = .milliseconds(5)
        /// Once a copy is here, the time in which others may still give a newer one.
        package var patience: Duration = .milliseconds(3)
        /// What is remembered of earlier questions.
        package var book = AnswerBook.Limits()
        /// The time for a query of all peers.
        package var queryTimeout: Duration = .seconds(2)
        /// Peers that are brought up to date at a time.
        package var syncsServed = 4
        /// The time for one message of a comparison, and for the node to take in a portion.
        package var syncPatience: Duration = .seconds(10)
        /// Bytes that come in a comparison before the disk must have caught up.
        package var unsavedSyncBytes = 64 << 20
        /// Repositories whose topics' names are remembered.
        package var topicNames = 16_384
        /// What a peer's score earns by an answer that could be used.
        package var praise = 1.0
        /// Whom this node compares itself with, and when.
        package var syncPlan = SyncPlan.Limits()
        /// Repositories that are looked at to tell which peer follows most of them.
        package var syncSample = 16

        /// The defaults.
        package init() {}
    }
}
