package import LibP2PCore
package import Logging
package import Multiformats
import NIOCore
import ServiceLifecycle
import Synchronization

/// Sees to it that a node has peers enough: performs what `Company` decides.
package final class PeerFinder: Service, Sendable {
    /// What it is started with.
    package struct Configuration: Sendable {
        /// The private network's key: with it, nobody else can name the places where its nodes meet.
        package var swarmKey: [UInt8]?
        /// How many peers are wanted, and the pace.
        package var limits = Company.Limits()

        /// The defaults.
        package init() {}
    }

    private let host: Host
    private let dht: DHT
    private let logger: Logger
    private let isWelcome: @Sendable (PeerID) -> Bool
    private let followers: @Sendable (String) -> [PeerID]
    private let company: Mutex<Company>
    /// The topics to follow from the next look on.
    private let wanted = Mutex<Set<String>?>(nil)
    private let wakeup = Wakeup()
    private let origin = ContinuousClock.now

    /// Prepares a finder; it looks for nobody before it runs.
    ///
    /// - Parameters:
    ///   - host: Who dials.
    ///   - dht: Where it looks.
    ///   - configuration: How many peers it wants.
    ///   - isWelcome: Whom it wants.
    ///   - followers: The connected peers that follow a topic.
    ///   - logger: Told of what is found.
    package init(
        host: Host,
        dht: DHT,
        configuration: Configuration = Configuration(),
        isWelcome: @escaping @Sendable (PeerID) -> Bool = { _ in true },
        followers: @escaping @Sendable (String) -> [PeerID] = { _ in [] },
        logger: Logger
    ) {
        self.host = host
        self.dht = dht
        self.isWelcome = isWelcome
        self.followers = followers
        self.logger = logger
        self.company = Mutex(Company(secret: configuration.swarmKey, limits: configuration.limits))
    }

    private var now: Duration { ContinuousClock.now - self.origin }

    /// Wants peers that follow these topics from now on.
    package func follow(_ topics: Set<String>) {
        self.wanted.withLock { $0 = topics }
        self.wakeup.ring()
    }

    // MARK: Life

    /// Looks for peers until it is cancelled or a graceful shutdown begins.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                let events = self.host.events()
                group.addTask { await self.watch(events) }
                while !Task.isCancelled {
                    let step = self.next()
                    for errand in step.errands { group.addTask { await self.perform(errand) } }
                    for peer in step.dials + self.choose(step.draws) { group.addTask { await self.dial(peer) } }
                    let alarm = Transport.eventLoop.scheduleTask(in: TimeAmount(step.pause)) { self.wakeup.ring() }
                    defer { alarm.cancel() }
                    guard (try? await self.wakeup.wait()) != nil else { break }
                }
                group.cancelAll()
            }
        }
    }

    private func watch(_ events: AsyncStream<Host.Event>) async {
        for await event in events {
            switch event {
            case .connected: continue
            case .identified: break
            case .disconnected:
                let (census, now) = (self.census(of: []), self.now)
                self.company.withLock { $0.lost(census, now: now) }
            case .introduced(let peers):
                self.company.withLock { $0.introduce(peers) }
            }
            self.wakeup.ring()
        }
    }

    // MARK: Deciding

    private func next() -> Company.Step {
        let now = self.now
        if let wanted = self.wanted.withLock({ $0.take() }) { self.company.withLock { $0.follow(wanted, now: now) } }
        let census = self.census(of: self.company.withLock(\.followed))
        return self.company.withLock { company in
            company.next(census, now: now, chance: .random(in: 0..<1)) { peer in
                self.isWelcome(peer) && !self.host.isKept(peer) && !self.host.isBanned(peer)
            }
        }
    }

    private func census(of topics: [String]) -> Company.Census {
        let kept = self.host.keptPeers.filter { self.isWelcome($0.key) }
        let followers = topics.map { topic in (topic, self.followers(topic).count { kept[$0] != nil }) }
        return Company.Census(
            peers: kept.count,
            outbound: kept.values.count { $0 == .outbound },
            followers: Dictionary(uniqueKeysWithValues: followers),
            hasTable: self.dht.tableCount > 0
        )
    }

    /// Chooses peers from the address book.
    private func choose(_ count: Int) -> [PeerID] {
        guard count > 0 else { return [] }
        return self.company.withLock { company in
            let chosen = self.host.peersToDial(count) {
                !company.isDialling($0) && self.isWelcome($0) && !self.host.isBanned($0)
            }
            company.choose(chosen)
            return chosen
        }
    }

    // MARK: Acting

    private func dial(_ peer: PeerID) async {
        var isReached = true
        do {
            try await self.host.connect(to: peer)
        } catch {
            isReached = false
            self.logger.debug("A peer cannot be reached", metadata: ["peer": "\(peer)", "error": "\(error)"])
        }
        let now = self.now
        self.company.withLock { $0.dialled(peer, isReached: isReached, now: now) }
        self.wakeup.ring()
    }

    private func perform(_ errand: Rendezvous.Errand) async {
        let finding = await self.dht.providers(of: errand.key)
        var told = 0
        if errand.announces { told = await self.dht.provide(errand.key, to: finding.nearest) }
        // What this node itself was told is heard at home.
        self.host.hear(of: finding.providers, from: nil)
        self.logger.debug(
            "Peers were looked for",
            metadata: ["found": "\(finding.providers.count)", "asked": "\(finding.queries)", "told": "\(told)"]
        )
        let found = finding.providers.map(\.peer).shuffled()
        self.company.withLock { $0.found(found, by: errand, isAnswered: !finding.nearest.isEmpty) }
        self.wakeup.ring()
    }
}
