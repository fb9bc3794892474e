package import LibP2PCore
package import Logging
package import Multiformats
import NIOCore
import ServiceLifecycle
import Synchronization

/// Sees to it that a node has peers enough: performs what `Rendezvous` decides, and dials whom the address book knows.
///
/// Nodes of one network meet under its key, and those that follow a topic under the topic's. A node that has peers
/// enough dials nobody.
package final class PeerFinder: Service, Sendable {
    /// What it is started with.
    package struct Configuration: Sendable {
        /// The private network's key: with it, nobody else can name the places where its nodes meet.
        package var swarmKey: [UInt8]?
        /// The peers that a node wants.
        package var peers = 16
        /// How many of them it wants to have chosen itself, so that others cannot choose all of them for it.
        package var outbound = 6
        /// The peers that it wants of each topic.
        package var followers = 8
        /// Dials under way.
        package var dials = 8
        /// Introduced peers that are dialled although there are enough.
        package var introductions = 4
        /// How often whom to dial is looked at anew while peers are missing.
        package var interval = Duration.seconds(2)
        /// The pace.
        package var pace = Rendezvous.Limits()

        /// The defaults.
        package init() {}
    }

    private struct State {
        var rendezvous: Rendezvous
        /// The topic that each key stands for; the network's own stands for none.
        var topics: [[UInt8]: String] = [:]
        var dialling: Set<PeerID> = []
        var introduced: [PeerID] = []
        var hadTable = false
        /// Whether everybody who is known to be of the network is connected, so that no topic can have more.
        var hasEverybody = false
    }

    private let host: Host
    private let dht: DHT
    private let configuration: Configuration
    private let logger: Logger
    private let networkKey: [UInt8]
    private let isWelcome: @Sendable (PeerID) -> Bool
    private let followers: @Sendable (String) -> [PeerID]
    private let state: Mutex<State>
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
        self.configuration = configuration
        self.isWelcome = isWelcome
        self.followers = followers
        self.logger = logger
        self.networkKey = Rendezvous.key(of: "network", secret: configuration.swarmKey)
        var rendezvous = Rendezvous(limits: configuration.pace)
        rendezvous.follow([self.networkKey], now: .zero)
        self.state = Mutex(State(rendezvous: rendezvous))
    }

    private var now: Duration { ContinuousClock.now - self.origin }

    /// Wants peers that follow these topics from now on.
    package func follow(_ topics: Set<String>) {
        let keys = topics.sorted().map { topic in
            (Rendezvous.key(of: "topic/\(topic)", secret: self.configuration.swarmKey), topic)
        }
        let now = self.now
        self.state.withLock { state in
            state.topics = Dictionary(uniqueKeysWithValues: keys)
            state.rendezvous.follow([self.networkKey] + keys.map(\.0), now: now)
        }
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
                    for errand in self.errands() { group.addTask { await self.perform(errand) } }
                    for peer in self.peersToDial() { group.addTask { await self.dial(peer) } }
                    let pause = self.pause()
                    let alarm = Transport.eventLoop.scheduleTask(in: TimeAmount(pause)) { self.wakeup.ring() }
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
                let now = self.now
                if self.lack(of: self.networkKey) > 0 { self.state.withLock { $0.rendezvous.hurry(now: now) } }
            case .introduced(let peers):
                self.state.withLock { state in
                    let room = max(0, self.configuration.introductions - state.introduced.count)
                    state.introduced += peers.prefix(room)
                }
            }
            self.wakeup.ring()
        }
    }

    private func pause() -> Duration {
        let now = self.now
        let lacks = self.lacks()
        let next = self.state.withLock { $0.rendezvous.nextDue { lacks[$0, default: 0] > 0 } } ?? .seconds(60)
        // Without anybody to ask, what is due waits until there is.
        let due = self.dht.tableCount == 0 ? self.configuration.interval : max(next - now, .milliseconds(10))
        return lacks.isEmpty ? min(due, .seconds(60)) : min(due, self.configuration.interval)
    }

    // MARK: What is missing

    /// How many peers of a key are missing.
    private func lack(of key: [UInt8]) -> Int {
        if key == self.networkKey {
            let (peers, outbound) = self.host.census(where: self.isWelcome)
            return max(self.configuration.peers - peers, self.configuration.outbound - outbound, 0)
        }
        let (topic, hasEverybody) = self.state.withLock { ($0.topics[key], $0.hasEverybody) }
        guard let topic, !hasEverybody else { return 0 }
        return max(0, self.configuration.followers - self.followers(topic).count)
    }

    /// The keys that lack peers, and how many each.
    private func lacks() -> [[UInt8]: Int] {
        let keys = [self.networkKey] + self.state.withLock { Array($0.topics.keys) }
        return Dictionary(uniqueKeysWithValues: keys.map { ($0, self.lack(of: $0)) }).filter { $0.value > 0 }
    }

    private func errands() -> [Rendezvous.Errand] {
        let isReady = self.dht.tableCount > 0
        let lacks = self.lacks()
        let now = self.now
        return self.state.withLock { state in
            guard isReady else {
                state.hadTable = false
                return []
            }
            // The first peer to ask is here: what failed without one is not to wait.
            if !state.hadTable { state.rendezvous.hurry(now: now) }
            state.hadTable = true
            return state.rendezvous.due(now: now) { lacks[$0, default: 0] > 0 }
        }
    }

    private func peersToDial() -> [PeerID] {
        let lack = self.lack(of: self.networkKey)
        let (busy, introduced) = self.state.withLock { state in
            defer { state.introduced = [] }
            return (state.dialling, state.introduced)
        }
        let invited = introduced.filter { !busy.contains($0) && !self.host.isKept($0) && self.isWelcome($0) }
        let count = min(lack, self.configuration.dials) - busy.count
        let chosen = self.host.peersToDial(count) { peer in
            !busy.contains(peer) && !invited.contains(peer) && self.isWelcome(peer)
        }
        self.state.withLock { $0.dialling.formUnion(invited + chosen) }
        return invited + chosen
    }

    // MARK: Acting

    private func dial(_ peer: PeerID) async {
        do {
            try await self.host.connect(to: peer)
        } catch {
            self.logger.debug("A peer cannot be reached", metadata: ["peer": "\(peer)", "error": "\(error)"])
        }
        self.state.withLock { _ = $0.dialling.remove(peer) }
        self.wakeup.ring()
    }

    private func perform(_ errand: Rendezvous.Errand) async {
        let finding = await self.dht.providers(of: errand.key)
        var told = 0
        if errand.announces { told = await self.dht.provide(errand.key, to: finding.nearest) }
        // What this node itself was told is heard at home.
        self.host.hear(of: finding.providers, from: nil)
        await self.dialSome(of: finding.providers.map(\.peer), for: errand.key)
        if errand.key == self.networkKey {
            let hasEverybody = finding.providers.allSatisfy { self.host.isKept($0.peer) || !self.isWelcome($0.peer) }
            self.state.withLock { $0.hasEverybody = hasEverybody }
        }
        let lacks = self.lack(of: errand.key) > 0
        let now = self.now
        self.logger.debug(
            "Peers were looked for",
            metadata: [
                "found": "\(finding.providers.count)", "asked": "\(finding.queries)", "told": "\(told)",
                "enough": "\(!lacks)",
            ]
        )
        self.state.withLock { state in
            state.rendezvous.finished(
                errand,
                succeeded: !finding.nearest.isEmpty,
                lacks: lacks,
                now: now,
                chance: .random(in: 0..<1)
            )
        }
        self.wakeup.ring()
    }

    /// Dials as many of the peers as a key lacks, a few at a time.
    private func dialSome(of peers: [PeerID], for key: [UInt8]) async {
        var peers = peers.filter { self.isWelcome($0) && !self.host.isKept($0) }.shuffled()
        var missing = self.lack(of: key)
        while missing > 0, !peers.isEmpty, !Task.isCancelled {
            let batch = peers.suffix(min(missing, self.configuration.dials))
            peers.removeLast(batch.count)
            let reached = await withTaskGroup(of: Bool.self) { group in
                for peer in batch { group.addTask { (try? await self.host.connect(to: peer)) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            missing -= reached
        }
    }
}
