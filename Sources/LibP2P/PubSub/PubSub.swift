import Foundation
package import LibP2PCore
package import Logging
package import Multiformats
import NIOCore
import ServiceLifecycle
import Synchronization

/// Gossipsub over the host's streams: performs what `GossipRouter` decides.
///
/// One stream per peer is opened for writing, the peer's own is read. Every message of another author comes out of
/// `messages` and goes on to other peers only once it is reported as accepted.
package final class PubSub: Service, Sendable {
    struct Peer {
        /// Tells this stay of the peer from an earlier one.
        let stay: UInt64
        var version: GossipRouter.Version
        var outbox: Outbox
        var inbound: LibP2PStream?
        var outbound: LibP2PStream?
    }

    struct State {
        var router: GossipRouter
        var peers: [PeerID: Peer] = [:]
        var stays: UInt64 = 0
        /// Messages since the last heartbeat that nobody took.
        var undelivered = 0
        /// Peers whose writer is to be started.
        var starting: [Stay] = []

        /// The peer, if it has not left since.
        subscript(stay: Stay) -> Peer? {
            get { self.peers[stay.peer].flatMap { $0.stay == stay.number ? $0 : nil } }
            set { if self[stay] != nil { self.peers[stay.peer] = newValue } }
        }
    }

    /// One stay of one peer.
    struct Stay {
        let peer: PeerID
        let number: UInt64
    }

    /// The messages to be judged, for one consumer.
    package let messages: AsyncStream<Message>

    let host: Host
    let logger: Logger
    let configuration: Configuration
    let state: Mutex<State>
    let work = Wakeup()
    private let delivery: AsyncStream<Message>.Continuation
    let tally = Tally()
    private let origin = ContinuousClock.now

    /// Registers with a host that is not running yet.
    package init(host: Host, configuration: Configuration = Configuration(), logger: Logger) {
        self.host = host
        self.logger = logger
        self.configuration = configuration
        (self.messages, self.delivery) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(configuration.limits.undelivered)
        )
        let identity = host.configuration.identity
        // Nanoseconds since 1970 rise across restarts, as go has it too.
        let sequence = UInt64(max(0, Date().timeIntervalSince1970 * 1e9))
        self.state = Mutex(
            State(
                router: GossipRouter(
                    keyPair: identity,
                    firstSequence: sequence,
                    seed: .random(in: .min ... .max),
                    parameters: configuration.parameters,
                    limits: configuration.router
                )
            )
        )
        // A peer through which messages run is not let go.
        host.appraise { [weak self] peer in self?.worth(of: peer) ?? .nothing }
        for version in GossipRouter.Version.allCases {
            host.handle(version.rawValue) { [weak self] stream in await self?.read(stream, version) }
        }
    }

    var now: Duration { ContinuousClock.now - self.origin }

    // MARK: What the node does

    /// Follows a topic.
    package func subscribe(_ topic: String) throws(GossipError) {
        let now = self.now
        try self.perform { router throws(GossipError) in try router.subscribe(topic, now: now) }
    }

    /// Leaves a topic.
    package func unsubscribe(_ topic: String) {
        let now = self.now
        self.perform { $0.unsubscribe(topic, now: now) }
    }

    /// Signs a payload and sends it to a topic, followed or not.
    @discardableResult
    package func publish(_ data: [UInt8], to topic: String) throws(GossipError) -> MessageID {
        let now = self.now
        var id: MessageID?
        try self.perform { router throws(GossipError) in
            let (published, directives) = try router.publish(data, to: topic, now: now)
            id = published
            return directives
        }
        guard let id else { throw .unsignable }
        return id
    }

    /// Gives the verdict on a message.
    package func report(_ id: MessageID, _ verdict: GossipRouter.Verdict) {
        let now = self.now
        self.perform { $0.conclude(verdict, on: id, now: now) }
    }

    /// Thinks better or worse of a peer, by what it answered elsewhere: a hundred points are the most, forty bad ones
    /// cost it its connections.
    package func credit(_ peer: PeerID, _ points: Double) {
        self.perform { $0.credit(peer, points) }
    }

    /// What a peer's behaviour is worth to this node; below zero it is in no mesh.
    package func score(of peer: PeerID) -> Double {
        self.state.withLock { $0.router.score(of: peer) }
    }

    /// The topics that this node follows.
    package var topics: [String] { self.state.withLock { $0.router.topics } }

    /// The connected peers that follow a topic.
    package func followers(of topic: String) -> [PeerID] {
        self.state.withLock { $0.router.followers(of: topic) }
    }

    /// The peers in this node's mesh for a topic.
    package func mesh(of topic: String) -> [PeerID] {
        self.state.withLock { $0.router.mesh(of: topic) }
    }

    /// What a peer is worth to gossip.
    private func worth(of peer: PeerID) -> Trimmer.Worth {
        self.state.withLock { state in
            guard state.peers[peer] != nil else { return .nothing }
            return state.router.topics.contains { state.router.mesh(of: $0).contains(peer) } ? .needed : .useful
        }
    }

    // MARK: Interpreting

    /// Lets the router decide, and does what it says.
    func perform<Failure: Error>(
        _ decide: (inout GossipRouter) throws(Failure) -> [GossipRouter.Directive]
    ) throws(Failure) {
        var bells: [Wakeup] = []
        var broken: [LibP2PStream] = []
        var undelivered: [MessageID] = []
        var leaving: [(PeerID, GossipRouter.Offence)] = []
        var named: [PeerRecord] = []
        // RPCs queue under the lock: two callers' must not overtake each other.
        try self.state.withLock { state throws(Failure) in
            for directive in try decide(&state.router) {
                switch directive {
                case .send(let rpc, let peer):
                    guard let outcome = state.peers[peer]?.outbox.append(rpc) else { continue }
                    if let bell = state.peers[peer]?.outbox.wakeup { bells.append(bell) }
                    if outcome == .overflown, let stream = state.peers[peer]?.outbound { broken.append(stream) }
                case .judge(let message, let source):
                    self.tally.noteMessage()
                    let message = Message(
                        id: message.id,
                        author: message.author,
                        source: source,
                        topic: message.topic,
                        data: message.data
                    )
                    if case .enqueued = self.delivery.yield(message) { continue }
                    undelivered.append(message.id)
                case .exchange(let records, from: _):
                    named += records
                case .disconnect(let peer, let offence):
                    leaving.append((peer, offence))
                }
            }
            for id in undelivered { _ = state.router.conclude(.ignore, on: id, now: .zero) }
            state.undelivered += undelivered.count
        }
        for bell in bells { bell.ring() }
        for stream in broken { stream.reset() }
        if !named.isEmpty { self.host.introduce(named) }
        for (peer, offence) in leaving {
            self.logger.notice("A peer is shed", metadata: ["peer": "\(peer)", "offence": "\(offence.rawValue)"])
            switch offence {
            case .badMessages: self.host.ban(peer, because: "it passed on too many bad messages")
            case .badAnswers: self.host.ban(peer, because: "its answers were wrong too often")
            case .badManners: self.host.ban(peer, because: "it broke gossip's rules too often")
            case .tooManyPeers, .lateDeliveries, .crowdedAddress: self.host.shed(peer)
            }
        }
    }
}
