import Foundation
import LibP2PCore
import Logging
import Multiformats
import NIOCore
import Synchronization

extension Host {
    /// The peers that are connected.
    package func peers() async -> [ConnectedPeer] {
        self.state.withLock { state in
            state.entries.map { id, entry in
                ConnectedPeer(
                    id: id,
                    addresses: entry.connections.map(\.remoteAddress),
                    listenAddresses: entry.info?.listenAddresses ?? [],
                    agentVersion: entry.info?.agentVersion,
                    protocols: entry.usedInfo?.protocols ?? [],
                    direction: entry.direction,
                    since: entry.since,
                    roundTrip: entry.connections.compactMap(\.roundTrip).min()
                )
            }
        }.sorted { $0.id < $1.id }
    }

    /// What happens from now on: a bounded stream of its own for each caller, ended with the host.
    package func events() -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Event.self,
            bufferingPolicy: .bufferingNewest(self.limits.events)
        )
        let isOver = self.state.withLock { state in
            if case .stopped = state.phase { return true }
            state.listeners.append(continuation)
            return false
        }
        if isOver { continuation.finish() }
        return stream
    }

    /// The sockets so far that turned out to be none of this network's peers.
    package var strangers: Int { self.reception.strangers }

    var connectedPeers: Set<PeerID> { self.state.withLock { Set($0.entries.keys) } }

    func isConnected(to peer: PeerID) -> Bool { self.state.withLock { $0.entries[peer] != nil } }

    /// Whether this node dialled the peer.
    func isOutbound(_ peer: PeerID) -> Bool { self.state.withLock { $0.entries[peer]?.direction == .outbound } }

    /// The protocols that a peer serves, once it has said so.
    func protocols(of peer: PeerID) -> [String] { self.state.withLock { $0.entries[peer]?.info?.protocols ?? [] } }

    /// Where a peer is connected from.
    func address(of peer: PeerID) -> Multiaddr? {
        self.state.withLock { $0.entries[peer]?.connections.first?.remoteAddress }
    }

    /// Drops a peer that does not deserve a connection.
    func shed(_ peer: PeerID) {
        for connection in self.connections(to: peer) { connection.leave() }
    }

    func connections(to peer: PeerID) -> [Connection] {
        self.state.withLock { $0.entries[peer]?.connections ?? [] }
    }

    // MARK: Serving

    /// Takes in connections until it is cancelled.
    func accept(_ inbound: NIOAsyncChannelInboundStream<Transport.Link>) async {
        await withDiscardingTaskGroup { group in
            do {
                for try await link in inbound {
                    let address = Multiaddr(link.channel.remoteAddress) ?? Multiaddr([])
                    let isAdmitted = self.reception.admits(address)
                    let isWelcome = self.state.withLock { state in
                        guard isAdmitted, !state.isLeaving, state.inboundHandshakes < self.limits.inboundHandshakes,
                            state.connectionCount < self.limits.connections
                        else { return false }
                        state.inboundHandshakes += 1
                        return true
                    }
                    guard isWelcome else {
                        // That there is no room is not its address's fault.
                        if isAdmitted { self.reception.welcome(address) }
                        self.logger.debug("A connection is one too many")
                        group.addTask { try? await link.executeThenClose { _, _ in } }
                        continue
                    }
                    group.addTask { _ = await self.serve(link, .inbound, at: address, expecting: nil) }
                }
            } catch is CancellationError {
                return
            } catch {
                self.logger.error("The mesh listens no more", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Upgrades a socket and serves the connection to its end.
    ///
    /// - Returns: Why there is no connection; nil where there was one.
    func serve(
        _ link: Transport.Link,
        _ direction: Direction,
        at address: Multiaddr,
        expecting expected: PeerID?,
        for dial: (dial: Dial, target: Multiaddr)? = nil
    ) async -> HostError? {
        let channel = link.channel
        // Closing the socket ends whatever waits on it.
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(self.limits.handshakeTimeout)) {
            channel.close(promise: nil)
        }
        // Whoever dials and has the network's key greets at once.
        let patience = direction == .inbound ? self.limits.greetingTimeout : self.limits.handshakeTimeout
        let greeting = channel.eventLoop.scheduleTask(in: TimeAmount(patience)) { channel.close(promise: nil) }
        var isUpgrading = true
        var isRegistered = false
        var failure: HostError?
        do {
            try await link.executeThenClose { inbound, outbound in
                let secured = try await Upgrade.secure(
                    inbound,
                    outbound,
                    greeted: { greeting.cancel() },
                    role: direction == .outbound ? .initiator : .responder,
                    identity: self.configuration.identity,
                    expectedPeer: expected
                )
                deadline.cancel()
                isUpgrading = false
                if direction == .inbound {
                    self.state.withLock { $0.inboundHandshakes -= 1 }
                    self.reception.welcome(address)
                }
                let connection = Connection(
                    peer: secured.peer,
                    remoteAddress: address,
                    direction: direction,
                    channel: channel,
                    limits: self.limits,
                    logger: self.logger
                )
                try self.register(connection, for: dial?.dial.errand)
                isRegistered = true
                if let dial {
                    self.reached(connection.peer, at: dial.target)
                    self.conclude(dial.dial, .success(connection.peer))
                }
                await connection.run(
                    secured,
                    accept: { await self.accept($0) },
                    begin: { await self.identify(connection) }
                )
                self.unregister(connection)
                if let offence = connection.offence { self.ban(connection.peer, because: offence) }
            }
        } catch {
            deadline.cancel()
            greeting.cancel()
            if isUpgrading, direction == .inbound {
                self.state.withLock { $0.inboundHandshakes -= 1 }
                self.reception.turnAway(address, because: error)
            }
            failure = self.translate(error, at: address)
        }
        self.work.ring()
        return isRegistered ? nil : failure
    }

    private func translate(_ error: any Error, at address: Multiaddr) -> HostError {
        switch error {
        case let error as HostError: error
        case Noise.Failure.unexpectedPeer: HostError(.wrongPeer, "another peer answers at \(address)", cause: error)
        case is CancellationError: HostError(.cancelled, "the host is stopping")
        case Upgrade.Failure.noGreeting where self.configuration.swarmKey != nil:
            HostError(.otherNetwork, "\(address) is not in this private network: it has another swarm key, or none")
        case Upgrade.Failure.noGreeting(let cause):
            HostError(.handshakeFailed, "no libp2p node at \(address), or one of a private network", cause: cause)
        default: HostError(.handshakeFailed, "no secure connection with \(address)", cause: error)
        }
    }

    private func register(_ connection: Connection, for errand: Set<String>?) throws(HostError) {
        let peer = connection.peer
        guard peer != self.peerID else { throw HostError(.ownAddress, "\(connection.remoteAddress) is this node") }
        if let refusal = self.refusal(of: peer) {
            self.logger.debug("A peer is refused", metadata: ["peer": "\(peer)", "reason": "\(refusal)"])
            throw refusal
        }
        let refusal: HostError? = self.state.withLock { state in
            guard !state.isLeaving else { return HostError(.notRunning, "the host is stopping") }
            guard state.connectionCount < self.limits.connections else {
                return HostError(.tooMany, "too many connections")
            }
            let known = state.entries[peer]?.connections.count ?? 0
            guard known < self.limits.connectionsPerPeer else {
                return HostError(.tooMany, "too many connections with \(peer)")
            }
            state.connectionCount += 1
            state.entries[peer, default: Entry(connections: [], direction: connection.direction, since: Date())]
                .connections.append(connection)
            if known == 0 { state.entries[peer]?.errand = errand }
            if known == 0, errand == nil {
                state.publish(.connected(peer, connection.remoteAddress, connection.direction))
            }
            return nil
        }
        if let refusal { throw refusal }
        self.logger.debug(
            "A peer is connected",
            metadata: ["peer": "\(peer)", "address": "\(connection.remoteAddress)"]
        )
    }

    private func unregister(_ connection: Connection) {
        let peer = connection.peer
        let isLast = self.state.withLock { state in
            state.connectionCount -= 1
            state.entries[peer]?.connections.removeAll { $0 === connection }
            guard state.entries[peer]?.connections.isEmpty == true else { return false }
            let isKept = state.entries.removeValue(forKey: peer)?.errand == nil
            if isKept { state.publish(.disconnected(peer)) }
            return true
        }
        guard isLast else { return }
        self.logger.debug("A peer is gone", metadata: ["peer": "\(peer)"])
        self.bootstrapper.disconnected(peer, isUrgent: self.connectedPeers.count < self.limits.trimming.wanted)
    }
}

extension Host.State {
    /// Tells every listener, under the lock so that all hear events in the same order.
    ///
    /// Who listens no more is found out here: a listener that is cancelled must not take the lock to say so, since its
    /// task may be the one that is being woken.
    mutating func publish(_ event: Host.Event) {
        self.listeners.removeAll { listener in
            if case .terminated = listener.yield(event) { true } else { false }
        }
    }
}
