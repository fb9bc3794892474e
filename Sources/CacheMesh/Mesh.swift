package import CacheCore
package import CacheStore
package import GitHubCore
import LibP2P
import LibP2PCore
package import Logging
import MeshCore
import Multiformats
import ServiceLifecycle
import Synchronization

/// The other nodes over libp2p: announcements by gossip, bodies and copies by fetch, what is missing by sync.
///
/// It decides nothing: MeshCore judges what comes and what may leave, the store answers. It runs its libp2p node too.
package final class Mesh: Neighbours, Service {
    /// What topics are of.
    enum Subject: Hashable, Sendable {
        case repositories
        case jobs
    }

    struct State {
        /// Topics followed now, by what they are of.
        var topics: [Subject: Set<String>] = [:]
        /// Bodies on their way.
        var pulls: Set<CID> = []
        /// What earlier questions taught.
        var book: AnswerBook
        /// Whom this node compares itself with, and when.
        var plan: SyncPlan
        /// What came of it.
        var sync = SyncCounters()
    }

    let configuration: Configuration
    let host: Host
    let pubSub: PubSub
    let dht: DHT
    /// Nil where peers are not looked for.
    let finder: PeerFinder?
    let store: CacheStore
    let logger: Logger
    let now: @Sendable () -> Timestamp
    let intake: Intake
    let client: FetchClient
    let announcer: Announcer
    let state: Mutex<State>
    let topics: TopicNames
    let shelves: Shelves
    let syncServer: SyncServer
    /// What happens to the host's connections, from before it runs.
    let events: AsyncStream<Host.Event>
    /// Wakes whoever compares.
    let (cues, cue) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let origin = ContinuousClock.now
    /// The time since the mesh was made.
    var elapsed: Duration { ContinuousClock.now - self.origin }
    let incoming: AsyncStream<PeerAnnouncement>.Continuation
    let synced: AsyncStream<PeerBatch>.Continuation
    let changed: AsyncStream<NeighbourChange>.Continuation

    /// What members said and was believed, for one reader, the node; the oldest are dropped when it does not keep up.
    package let announcements: AsyncStream<PeerAnnouncement>

    /// What this node lacked and got from one peer, for one reader, the node; one batch at a time.
    package let batches: AsyncStream<PeerBatch>

    /// Peers that come and go, for one reader, the node; the oldest are dropped when it does not keep up.
    package let changes: AsyncStream<NeighbourChange>

    /// Prepares a mesh; it does nothing before it runs.
    ///
    /// - Parameters:
    ///   - configuration: Its settings.
    ///   - store: What peers' questions are answered from.
    ///   - logger: Told of peers' misbehaviour at debug.
    ///   - now: The wall clock, against which peers' times are held.
    package init(
        configuration: Configuration,
        store: CacheStore,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = CacheStore.wallClock
    ) {
        self.configuration = configuration
        self.store = store
        self.logger = logger
        self.now = now
        var settings = configuration.host
        settings.addressStorage = Host.AddressStorage(store)
        let host = Host(configuration: settings, logger: logger)
        self.host = host
        self.events = host.events()
        let limits = configuration.limits
        self.state = Mutex(State(book: AnswerBook(limits: limits.book), plan: SyncPlan(limits: limits.syncPlan)))
        (self.batches, self.synced) = AsyncStream.makeStream()
        (self.changes, self.changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(limits.waitingChanges))
        self.topics = TopicNames(swarmKey: configuration.swarmKey, limit: limits.topicNames)
        self.shelves = Shelves(store: store, share: configuration.share, topics: self.topics, now: now)
        let syncServer = SyncServer(
            shelves: self.shelves,
            membership: configuration.membership,
            limits: configuration.limits,
            fault: { [weak host] in host?.fault($0, of: $1, because: $2) },
            logger: logger
        )
        self.syncServer = syncServer
        let pubSub = PubSub(host: host, configuration: configuration.gossip, logger: logger)
        self.pubSub = pubSub
        let membership = configuration.membership
        host.appraise { membership.contains($0) ? .member : .nothing }
        var table = DHT.Configuration()
        // Runners come for minutes: who is gone should not be named for long.
        table.limits.providerLifetime = .seconds(900)
        let dht = DHT(host: host, configuration: table, logger: logger)
        self.dht = dht
        self.finder = configuration.discovery.map { discovery in
            var discovery = discovery
            discovery.swarmKey = configuration.swarmKey
            return PeerFinder(
                host: host,
                dht: dht,
                configuration: discovery,
                isWelcome: { membership.contains($0) },
                followers: { pubSub.followers(of: $0) },
                logger: logger
            )
        }
        self.client = FetchClient(host: host)
        self.intake = Intake(
            membership: configuration.membership,
            share: configuration.share,
            swarmKey: configuration.swarmKey
        )
        self.announcer = Announcer(pubSub: self.pubSub, logger: logger)
        (self.announcements, self.incoming) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingNewest(configuration.limits.waitingAnnouncements)
        )
        let server = FetchServer(
            store: store,
            membership: configuration.membership,
            share: configuration.share,
            limits: configuration.limits,
            fault: { [weak host] in host?.fault($0, of: $1, because: $2) },
            logger: logger
        )
        host.handle(Fetch.protocolID) { await server.serve($0) }
        host.handle(Sync.protocolID) { [weak self] stream in
            await syncServer.serve(stream) { self?.invited(by: $0) }
        }
    }

    /// Runs the libp2p node and serves until it is cancelled or a graceful shutdown begins.
    package func run() async throws {
        defer {
            self.incoming.finish()
            self.synced.finish()
            self.changed.finish()
        }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.pubSub.run() }
            group.addTask { await self.listen() }
            group.addTask { await self.announcer.run() }
            group.addTask { await self.meet() }
            group.addTask { await self.compare() }
            group.addTask { try await self.dht.run() }
            if let finder = self.finder { group.addTask { try await finder.run() } }
            try await self.host.run()
            group.cancelAll()
        }
    }
}
