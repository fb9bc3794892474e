import Foundation
package import LibP2PCore
package import Logging
package import Multiformats
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// A libp2p node: listens, dials, upgrades, identifies, and hands streams to whoever registered for their protocol.
///
/// Everything it runs is a child of `run()`: dials are handed to it through a bounded line.
package final class Host: Service, Sendable {
    /// Serves one stream that a peer opened; the stream is closed when it returns.
    package typealias Handler = @Sendable (LibP2PStream) async -> Void

    struct Dial: Sendable {
        /// Where to try, in this order.
        let addresses: [Multiaddr]
        /// Who must answer, where that is known.
        let peer: PeerID?
        /// Whether others who want the same peer wait for this dial instead of their own.
        let isShared: Bool
        /// The protocols that the connection is for, where it is for one errand only.
        let errand: Set<String>?
        /// The time for connecting a socket.
        let timeout: Duration
        let reply: Reply<PeerID>
    }

    struct Entry {
        var connections: [Connection]
        var info: Identify.Info?
        let direction: Direction
        let since: Date
        let opened = ContinuousClock.now
        /// The protocols that this node dialled it for, where that was for an errand and nothing else has come of it.
        var errand: Set<String>?
        /// When it was last asked something, if it is for an errand.
        var askedAt = ContinuousClock.now
        /// Whether the peer was told of the errand's protocols alone.
        var isToldOfErrand = false
        var inboundPings = 0
    }

    enum Phase {
        /// Not started; then `running`.
        case idle
        /// Serving; then `stopped`.
        case running([Multiaddr])
        /// Over for good.
        case stopped
    }

    struct State {
        var phase = Phase.idle
        var isLeaving = false
        var handlers: [String: Handler] = [:]
        var entries: [PeerID: Entry] = [:]
        var connectionCount = 0
        var inboundHandshakes = 0
        var dials: [Dial] = []
        var activeDials = 0
        /// Who waits for a dial that another one asked for.
        var joined: [PeerID: [Reply<PeerID>]] = [:]
        var appraisers: [Appraiser] = []
        var waiters: [Wakeup] = []
        var listeners: [AsyncStream<Event>.Continuation] = []
        var conduct: Conduct
        var bans: BanList
    }

    /// Says what a connected peer is worth to somebody.
    package typealias Appraiser = @Sendable (PeerID) -> Trimmer.Worth

    /// What it was started with.
    package let configuration: Configuration
    let logger: Logger
    let state: Mutex<State>
    /// What durations of bans count from.
    let origin = ContinuousClock.now
    /// Rings when there is a dial to start, or the host is to stop.
    let work = Wakeup()
    /// Rings when peers are to be told that this node has changed.
    let changed = Wakeup()
    let bootstrapper: Bootstrapper
    let reception: Reception
    let book: Mutex<AddressBook>
    /// Rises from one start to the next and with every change, as peer records want it.
    let recordSequence = Mutex(UInt64(max(0, Date().timeIntervalSince1970 * 1000)))

    /// Prepares a host; it does nothing before it runs.
    package init(configuration: Configuration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        self.state = Mutex(
            State(conduct: Conduct(limits: configuration.conduct), bans: BanList(limits: configuration.bans))
        )
        let others = configuration.bootstrap.filter { $0.peerID != configuration.identity.peerID }
        self.bootstrapper = Bootstrapper(addresses: others, limits: configuration.redial)
        self.reception = Reception(
            limits: configuration.limits.arrivals,
            isPrivate: configuration.swarmKey != nil,
            logger: logger
        )
        self.book = Mutex(
            AddressBook(pages: configuration.addressStorage.load(), limits: configuration.limits.addressBook)
        )
    }

    /// This node's name.
    package var peerID: PeerID { self.configuration.identity.peerID }

    var limits: Limits { self.configuration.limits }

    /// Registers who serves a protocol; peers that are connected already are told.
    package func handle(_ protocolID: String, _ handler: @escaping Handler) {
        let isNew = self.state.withLock { $0.handlers.updateValue(handler, forKey: protocolID) == nil }
        if isNew { self.changed.ring() }
    }

    /// Serves a protocol no more; peers are told.
    package func stopHandling(_ protocolID: String) {
        let isGone = self.state.withLock { $0.handlers.removeValue(forKey: protocolID) != nil }
        if isGone { self.changed.ring() }
    }

    /// The ids of the protocols that this host serves.
    var protocols: [String] {
        let own = [Identify.protocolID, Identify.pushProtocolID, Ping.protocolID]
        return own + self.state.withLock { $0.handlers.keys.sorted() }
    }

    /// Where the host listens, once it has started; empty when it could not or has stopped.
    package var listenAddresses: [Multiaddr] {
        get async {
            while true {
                let waiter = Wakeup()
                let known: [Multiaddr]? = self.state.withLock { state in
                    switch state.phase {
                    case .running(let addresses): return addresses
                    case .stopped: return []
                    case .idle:
                        state.waiters.append(waiter)
                        return nil
                    }
                }
                if let known { return known }
                guard (try? await waiter.wait()) != nil else { return [] }
            }
        }
    }

    // MARK: Life

    /// Listens and serves until it is cancelled or a graceful shutdown begins.
    package func run() async throws {
        let server: Transport.Server
        let arrivals = Arrivals()
        defer { arrivals.end() }
        do {
            server = try await Transport.listen(
                host: self.configuration.listenHost,
                port: self.configuration.listenPort,
                swarmKey: self.configuration.swarmKey,
                arrivals: arrivals
            )
        } catch {
            self.stop()
            throw error
        }
        defer { self.stop() }
        try await server.executeThenClose { inbound in
            self.started(at: Self.addresses(of: server.channel.localAddress))
            await withGracefulShutdownHandler {
                await withDiscardingTaskGroup { group in
                    group.addTask { await self.accept(inbound) }
                    group.addTask { await self.bootstrapper.run(self) }
                    group.addTask { await self.upkeep(of: server.channel.localAddress) }
                    group.addTask { await self.tellChanges() }
                    while let dial = await self.nextDial() {
                        group.addTask { await self.perform(dial) }
                    }
                    await self.takeLeave(on: server.channel.eventLoop)
                    group.cancelAll()
                }
            } onGracefulShutdown: {
                self.state.withLock { $0.isLeaving = true }
                self.work.ring()
            }
        }
    }

    private func started(at addresses: [Multiaddr]) {
        let waiters = self.state.withLock { state in
            state.phase = .running(addresses)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.ring() }
        self.logger.info(
            "The mesh listens",
            metadata: [
                "peer_id": "\(self.peerID)", "addresses": "\(addresses.map(\.description).joined(separator: ","))",
                "swarm_key": "\(self.configuration.swarmKey?.fingerprint ?? "none")",
            ]
        )
    }

    private func stop() {
        let (waiters, replies, listeners) = self.state.withLock { state in
            state.phase = .stopped
            defer {
                state.waiters = []
                state.dials = []
                state.joined = [:]
                state.listeners = []
            }
            let replies = state.dials.map(\.reply) + state.joined.values.flatMap { $0 }
            return (state.waiters, replies, state.listeners)
        }
        self.saveAddresses()
        for waiter in waiters { waiter.ring() }
        for reply in replies { reply.resolve(.failure(HostError(.notRunning, "the host is stopped"))) }
        for listener in listeners { listener.finish() }
    }
}

extension Host {
    /// Says goodbye to every peer, and cuts who does not listen.
    private func takeLeave(on eventLoop: any EventLoop) async {
        let connections = self.state.withLock { state in
            state.isLeaving = true
            return state.entries.values.flatMap(\.connections)
        }
        for connection in connections { connection.leave() }
        let deadline = eventLoop.scheduleTask(in: TimeAmount(self.limits.farewellTimeout)) {
            for connection in connections { connection.close() }
        }
        defer { deadline.cancel() }
        while self.state.withLock({ $0.connectionCount > 0 }) {
            guard (try? await self.work.wait()) != nil else { return }
        }
    }

    /// The addresses that a listening socket is reached at.
    static func addresses(of socket: SocketAddress?) -> [Multiaddr] {
        guard let bound = Multiaddr(socket), case .tcp(let port)? = bound.components.last else { return [] }
        let isAny: Bool
        switch bound.components.first {
        case .ip4(let ip): isAny = ip.isUnspecified
        case .ip6(let ip): isAny = ip.isUnspecified
        default: isAny = false
        }
        guard isAny else { return [bound] }
        // Bound to every interface: their addresses are what peers can dial.
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { device in
            guard let address = Multiaddr(device.address.flatMap { Self.with(port: port, $0) }) else { return nil }
            // An address of one link needs a device that only this machine can name.
            guard let reach = address.reach, reach != .link else { return nil }
            return address.components.first?.isOfSameFamily(as: bound.components.first) == true ? address : nil
        }
    }

    private static func with(port: UInt16, _ address: SocketAddress) -> SocketAddress? {
        address.ipAddress.flatMap { try? SocketAddress(ipAddress: $0, port: Int(port)) }
    }
}

extension Multiaddr.Component {
    fileprivate func isOfSameFamily(as other: Self?) -> Bool {
        switch (self, other) {
        case (.ip4, .ip4), (.ip6, .ip6), (.ip4, .ip6): true
        default: false
        }
    }
}
