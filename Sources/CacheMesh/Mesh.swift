package import CacheCore
package import CacheStore
package import GitHubCore
import LibP2P
package import Logging
import MeshCore
import Multiformats
import ServiceLifecycle
import Synchronization

/// The other nodes over libp2p: announcements by gossip, bodies and copies by fetch.
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
        /// Wrong answers by peer, until it is disconnected.
        var faults: [PeerID: Int] = [:]
    }

    let configuration: Configuration
    let host: Host
    let pubSub: PubSub
    let store: CacheStore
    let logger: Logger
    let now: @Sendable () -> Timestamp
    let intake: Intake
    let client: FetchClient
    let announcer: Announcer
    let state = Mutex(State())
    let incoming: AsyncStream<PeerAnnouncement>.Continuation

    /// What members said and was believed, for one reader, the node; the oldest are dropped when it does not keep up.
    package let announcements: AsyncStream<PeerAnnouncement>

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
        let host = Host(configuration: configuration.host, logger: logger)
        self.host = host
        self.pubSub = PubSub(host: host, logger: logger)
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
            logger: logger
        )
        host.handle(Fetch.protocolID) { await server.serve($0) }
    }

    /// Runs the libp2p node and serves until it is cancelled or a graceful shutdown begins.
    package func run() async throws {
        defer { self.incoming.finish() }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.pubSub.run() }
            group.addTask { await self.listen() }
            group.addTask { await self.announcer.run() }
            try await self.host.run()
            group.cancelAll()
        }
    }
}
