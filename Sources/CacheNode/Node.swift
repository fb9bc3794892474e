package import CacheCore
package import CacheStore
package import GitHubCore
package import Logging
import Multiformats
import ServiceLifecycle

/// The one place that acts: takes deliveries, feeds `Freshness`, performs its directives and serves reads.
///
/// Everything that changes what is stored goes through one bounded stream and is handled one after the other, so that
/// no two facts are decided on the same state. Readers go to the store directly.
package actor Node: Service {
    let configuration: Configuration
    let store: CacheStore
    let origin: any Origin
    let hookAdmin: any HookAdmin
    let neighbours: any Neighbours
    let peerAnnouncements: AsyncStream<PeerAnnouncement>
    let peerBatches: AsyncStream<PeerBatch>
    let peerChanges: AsyncStream<NeighbourChange>
    let logger: Logger
    let now: @Sendable () -> Timestamp
    let sleep: @Sendable (Duration) async throws -> Void
    let random: @Sendable () -> [UInt8]

    let inputs: AsyncStream<Input>
    let inbox: Inbox
    let flights: Flights
    let receipts: Receipts
    let counters: Counters
    let secrets: SecretBook
    let hub: EventHub
    let watched: WatchedRepositories
    /// Which owners are known as organisations and which as users.
    package nonisolated let ownerKinds = OwnerKinds()
    let pings: Pings
    let hookDesk = HookDesk<Scope>(doing: "changed")
    let recoveryDesk = HookDesk<DeliveryLog>(doing: "recovered")
    let recoveries: RecoveryBook
    nonisolated let healthBook: HealthBook
    let prewarms: PrewarmBook
    /// Closed until acknowledged deliveries are replayed: before that no read is answered.
    let gate: Gate
    /// Tells whoever starts the webhook listener that there is a secret now.
    package nonisolated let secretArrivals: AsyncStream<Void>
    let secretArrived: AsyncStream<Void>.Continuation

    var freshness: Freshness
    /// What peers said that GitHub has not confirmed.
    var hearsay = Hearsay()
    /// What happened lately to what queries depend on.
    var history = QueryHistory()
    /// The number of what happened last, for whoever asks now.
    let queryNumber = LatestNumber()
    var backgroundFetches = 0
    /// Fetches that wait for a place among the background fetches.
    var queuedFetches: [FetchJob] = []

    /// A node over its parts.
    ///
    /// - Parameters:
    ///   - configuration: What it is told.
    ///   - store: What it keeps.
    ///   - origin: GitHub.
    ///   - hookAdmin: GitHub's webhooks.
    ///   - neighbours: The other nodes.
    ///   - peerAnnouncements: What members of the mesh tell; bounded by whoever fills it.
    ///   - peerBatches: What this node lacked and got from a member; one batch at a time.
    ///   - peerChanges: Peers that come and go; bounded by whoever fills it.
    ///   - logger: Where it logs.
    ///   - now: The wall clock.
    ///   - sleep: A monotonic sleep.
    ///   - random: 32 random bytes, for secrets.
    package init(
        _ configuration: Configuration,
        store: CacheStore,
        origin: any Origin,
        hookAdmin: any HookAdmin,
        neighbours: any Neighbours = NoNeighbours(),
        peerAnnouncements: AsyncStream<PeerAnnouncement> = AsyncStream { $0.finish() },
        peerBatches: AsyncStream<PeerBatch> = AsyncStream { $0.finish() },
        peerChanges: AsyncStream<NeighbourChange> = AsyncStream { $0.finish() },
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        random: @escaping @Sendable () -> [UInt8]
    ) {
        self.configuration = configuration
        self.store = store
        self.origin = origin
        self.hookAdmin = hookAdmin
        self.neighbours = neighbours
        self.peerAnnouncements = peerAnnouncements
        self.peerBatches = peerBatches
        self.peerChanges = peerChanges
        self.logger = logger
        self.now = now
        self.sleep = sleep
        self.random = random
        (inputs, inbox) = Inbox.makeStream()
        flights = Flights(limit: configuration.limits.waitingReads, mostLeaders: configuration.limits.leaders)
        receipts = Receipts()
        counters = Counters()
        secrets = SecretBook(anyScope: configuration.secrets)
        hub = EventHub(limits: configuration.limits)
        watched = WatchedRepositories(configuration.watch)
        freshness = Freshness(ttl: configuration.ttl, limits: configuration.freshness)
        pings = Pings()
        recoveries = RecoveryBook(limits: configuration.limits.recoverySchedule)
        healthBook = HealthBook(limits: configuration.healthLimits, startedAt: now())
        prewarms = PrewarmBook(
            configuration.prewarmJobs,
            PrewarmAgenda(
                configuration.prewarmJobs,
                records: store.prewarms(),
                limits: configuration.limits.prewarm,
                now: now()
            )
        )
        gate = Gate()
        (secretArrivals, secretArrived) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        secrets.replaceHooks(store.hooks())
        if !secrets.isEmpty { secretArrived.yield() }
    }

    /// Whether every fact was worked off and no fetch is under way: until time passes or somebody speaks, nothing changes.
    package nonisolated var isAtRest: Bool { inbox.isAtRest }

    /// Replays what was acknowledged and not done, then works until shutdown.
    package func run() async throws {
        // Nobody waits for what is not done any more.
        defer { receipts.close() }
        try await withGracefulShutdownHandler {
            try await withThrowingDiscardingTaskGroup { group in
                recallHealth()
                try await replay()
                gate.open()
                await refollow()
                group.addTask { await self.watchTime() }
                group.addTask { await self.watchOwners() }
                group.addTask { await self.watchHooks() }
                group.addTask { await self.watchDeliveryLogs() }
                group.addTask { await self.watchHealth() }
                group.addTask { await self.watchPrewarmRepositories() }
                group.addTask { await self.runPrewarmJobs() }
                group.addTask { [peerAnnouncements, inbox] in
                    for await announcement in peerAnnouncements { inbox.yield(.peer(announcement)) }
                }
                group.addTask { [peerBatches, inbox] in
                    for await batch in peerBatches { inbox.yield(.peers(batch)) }
                }
                group.addTask { [peerChanges, hub] in
                    for await change in peerChanges {
                        hub.send(.peer(change.peer.description, isConnected: change.isConnected))
                    }
                }
                group.addTask { [inbox] in
                    for await _ in inbox.followCues {
                        await self.refollow()
                        inbox.end()
                    }
                }
                for await input in inputs {
                    for job in await handle(input) {
                        inbox.begin()
                        group.addTask { [inbox] in
                            await self.perform(job)
                            inbox.end()
                        }
                    }
                    inbox.end()
                }
                gate.open()
                flights.close()
                hub.close()
                secretArrived.finish()
                group.cancelAll()
            }
        } onGracefulShutdown: { [inbox] in
            inbox.finish()
        }
    }
}
