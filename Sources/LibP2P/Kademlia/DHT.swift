package import LibP2PCore
package import Logging
import Multiformats
import NIOCore
import ServiceLifecycle
import Synchronization

/// Kademlia over the host's streams: performs what `Lookup` decides, and serves what `KademliaServer` answers.
package final class DHT: Service, Sendable {
    /// What it is started with.
    package struct Configuration: Sendable {
        /// The protocol; stock nodes of IPFS speak `/ipfs/kad/1.0.0`.
        package var protocolID = Kademlia.protocolID
        /// Whether it answers others, and has a place in their tables.
        package var isServer = true
        /// The bounds.
        package var limits = Kademlia.Limits()
        /// How long peers are believed that name others.
        package var namings = Namings.Limits()
        /// Who judges values, by the namespace of their keys.
        package var validators: [String: RecordStore.Validator] = ["pk": .publicKey]
        /// The time for connecting to a peer that is asked.
        package var dialTimeout = Duration.seconds(3)
        /// The time for its answer.
        package var queryTimeout = Duration.seconds(5)
        /// The time for a lookup.
        package var lookupTimeout = Duration.seconds(30)
        /// How often the table is looked after.
        package var refreshInterval = Duration.seconds(600)
        /// Streams of one peer that are served at a time.
        package var streamsPerPeer = 8
        /// How long a stream may wait for its next request.
        package var idleTimeout = Duration.seconds(60)
        /// Requests on one stream.
        package var requestsPerStream = 64
        /// Peers that wait to be asked whether they live.
        package var waitingChecks = 64

        /// The specification's, under this program's own protocol.
        package init() {}
    }

    let host: Host
    let configuration: Configuration
    let logger: Logger
    let server: Mutex<KademliaServer>
    let namings: Mutex<Namings>
    private let streams = Mutex<[PeerID: Int]>([:])
    private let checks: AsyncStream<PeerID>
    let check: AsyncStream<PeerID>.Continuation
    private let origin = ContinuousClock.now

    /// Prepares a table; it asks nobody before it runs.
    package init(host: Host, configuration: Configuration = Configuration(), logger: Logger) {
        self.host = host
        self.configuration = configuration
        self.logger = logger
        self.server = Mutex(
            KademliaServer(
                own: host.peerID,
                seed: .random(in: .min ... .max),
                validators: configuration.validators,
                limits: configuration.limits
            )
        )
        self.namings = Mutex(Namings(limits: configuration.namings))
        (self.checks, self.check) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(configuration.waitingChecks)
        )
        guard configuration.isServer else { return }
        host.handle(configuration.protocolID) { [weak self] stream in await self?.serve(stream) }
    }

    var now: Duration { ContinuousClock.now - self.origin }

    /// The number of peers in the table.
    package var tableCount: Int { self.server.withLock(\.table.count) }

    // MARK: Life

    /// Keeps the table until it is cancelled or a graceful shutdown begins.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                let events = self.host.events()
                group.addTask { await self.watch(events) }
                group.addTask { await self.refresh() }
                for await peer in self.checks { await self.examine(peer) }
                group.cancelAll()
            }
        }
    }

    private func watch(_ events: AsyncStream<Host.Event>) async {
        for peer in await self.host.peers() where !peer.protocols.isEmpty { self.meet(peer.id, peer.protocols) }
        for await event in events {
            if case .identified(let peer, let info) = event { self.meet(peer, info.protocols) }
        }
    }

    /// Gives a peer that serves the protocol a place in the table.
    private func meet(_ peer: PeerID, _ protocols: [String]) {
        guard protocols.contains(self.configuration.protocolID) else {
            return self.server.withLock { $0.table.failed(peer, isFinal: true) }
        }
        self.note(peer)
    }

    /// Notes that a peer of the table is alive.
    func note(_ peer: PeerID) {
        let subnet = self.host.connections(to: peer).lazy.compactMap(\.remoteAddress.subnet).first
        let now = self.now
        let outcome = self.server.withLock { $0.table.seen(peer, in: subnet, now: now) }
        if case .waits(let old?) = outcome { self.check.yield(old) }
    }

    /// Asks a peer that may have to make room whether it lives.
    private func examine(_ peer: PeerID) async {
        _ = try? await self.ask(peer, .findNode(self.host.peerID.bytes))
    }

    private func refresh() async {
        while (try? await Task.sleep(for: self.configuration.refreshInterval)) != nil {
            let now = self.now
            self.server.withLock { server in
                server.providers.expire(now: now)
                server.records.expire(now: now)
            }
            var random = SystemRandomNumberGenerator()
            let keys = self.server.withLock { server in
                server.table.depths.filter {
                    server.table.age(atDepth: $0, now: now) ?? .zero >= self.configuration.refreshInterval
                }.compactMap { server.table.key(atDepth: $0, using: &random) }
            }
            for key in [self.host.peerID.bytes] + keys { _ = await self.nearest(to: key) }
        }
    }

    // MARK: Serving

    private func serve(_ stream: LibP2PStream) async {
        let isWelcome = self.streams.withLock { streams in
            guard streams[stream.peer, default: 0] < self.configuration.streamsPerPeer else { return false }
            streams[stream.peer, default: 0] += 1
            return true
        }
        guard isWelcome else { return stream.reset() }
        defer {
            self.streams.withLock { streams in
                let left = streams[stream.peer, default: 1] - 1
                streams[stream.peer] = left > 0 ? left : nil
            }
        }
        do {
            for _ in 0..<self.configuration.requestsPerStream {
                let deadline = self.host.schedule(after: self.configuration.idleTimeout) {
                    stream.reset(because: .timedOut)
                }
                defer { deadline.cancel() }
                let limits = self.configuration.limits
                guard let bytes = try await stream.readMessage(maximumLength: limits.messageBytes) else { return }
                let request = try Kademlia.Request(decoding: Array(buffer: bytes), from: stream.peer, limits: limits)
                switch self.answer(request, to: stream) {
                case .answer(let response):
                    try await stream.writeMessage(ByteBuffer(bytes: response.encoded(to: request)))
                case .silence: continue
                case .refuse: return stream.reset()
                }
            }
        } catch {
            self.logger.debug(
                "A peer's question is not answered",
                metadata: ["peer": "\(stream.peer)", "error": "\(error)"]
            )
            stream.reset()
            self.blame(stream.peer, for: error)
        }
    }

    /// Holds against a peer what no program says that knows the protocol.
    func blame(_ peer: PeerID, for error: any Error) {
        switch error {
        case Kademlia.Failure.malformed, StreamError.messageTooLong, StreamError.malformed:
            self.host.fault(.wrong, of: peer, because: "what it says about the table makes no sense")
        default: break
        }
    }

    private func answer(_ request: Kademlia.Request, to stream: LibP2PStream) -> KademliaServer.Reply {
        let now = self.now
        return self.server.withLock { server in
            server.answer(request, of: stream.peer, at: stream.remoteAddress, now: now) { self.host.addresses(of: $0) }
        }
    }
}
