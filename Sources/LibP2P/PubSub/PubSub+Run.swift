import LibP2PCore
import Logging
import Multiformats
import NIOCore
import ServiceLifecycle
import Synchronization

extension PubSub {
    /// Gossips until it is cancelled or a graceful shutdown begins.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                let events = self.host.events()
                group.addTask { await self.watch(events) }
                group.addTask { await self.beat() }
                while let stay = await self.nextStart() {
                    group.addTask { await self.write(during: stay) }
                }
                group.cancelAll()
            }
        }
    }

    private func watch(_ events: AsyncStream<Host.Event>) async {
        for await event in events {
            switch event {
            case .connected, .introduced: break
            case .identified(let peer, let info): self.meet(peer, info)
            case .disconnected(let peer): self.forget(peer)
            }
        }
    }

    private func beat() async {
        while (try? await Task.sleep(for: self.configuration.parameters.heartbeat)) != nil {
            // Events are bounded, so what they may have missed is made up for.
            let connected = self.host.connectedPeers
            let known = self.state.withLock { Set($0.peers.keys) }
            for peer in known.subtracting(connected) { self.forget(peer) }
            for peer in connected.subtracting(known) { self.meet(peer, self.host.protocols(of: peer)) }
            let undelivered = self.state.withLock { state in
                defer { state.undelivered = 0 }
                return state.undelivered
            }
            if undelivered > 0 {
                self.logger.warning("Gossip comes faster than it is judged", metadata: ["dropped": "\(undelivered)"])
            }
            let now = self.now
            self.perform { $0.heartbeat(now: now) }
        }
    }

    private func nextStart() async -> Stay? {
        while !Task.isCancelled {
            if let stay = self.state.withLock({ $0.starting.popLast() }) { return stay }
            guard (try? await self.work.wait()) != nil else { return nil }
        }
        return nil
    }

    // MARK: Peers

    /// Takes in a peer that serves pubsub.
    private func meet(_ peer: PeerID, _ info: Identify.Info) {
        self.meet(peer, info.protocols)
        guard let record = info.signedPeerRecord else { return }
        self.state.withLock { $0.router.learn(record, of: peer) }
    }

    private func meet(_ peer: PeerID, _ protocols: [String]) {
        let version = GossipRouter.Version.allCases.first { protocols.contains($0.rawValue) }
        if let version { self.meet(peer, speaking: version) }
    }

    private func meet(_ peer: PeerID, speaking version: GossipRouter.Version) {
        let isNew = self.state.withLock { state in
            guard state.peers[peer] == nil else { return false }
            state.stays += 1
            let outbox = Outbox(limits: self.configuration.limits)
            state.peers[peer] = Peer(stay: state.stays, version: version, outbox: outbox)
            state.starting.append(Stay(peer: peer, number: state.stays))
            return true
        }
        guard isNew else { return }
        self.add(peer, speaking: version)
        self.work.ring()
    }

    private func add(_ peer: PeerID, speaking version: GossipRouter.Version) {
        let isOutbound = self.host.isOutbound(peer)
        let address = self.host.address(of: peer)
        self.perform { $0.add(peer, speaking: version, isOutbound: isOutbound, at: address) }
    }

    private func forget(_ peer: PeerID) {
        let now = self.now
        let gone = self.state.withLock { $0.peers.removeValue(forKey: peer) }
        self.perform { $0.remove(peer, now: now) }
        gone?.inbound?.reset()
        gone?.outbound?.reset()
        gone?.outbox.wakeup.ring()
    }

    // MARK: Reading

    /// Hands in what a peer says on its stream; nothing is ever answered there.
    func read(_ stream: LibP2PStream, _ version: GossipRouter.Version) async {
        let peer = stream.peer
        // The stream may be here before the peer is identified.
        self.meet(peer, speaking: version)
        let older = self.state.withLock { state in
            defer { state.peers[peer]?.inbound = stream }
            return state.peers[peer]?.inbound
        }
        older?.reset()
        do {
            let (longest, patience) = (GossipRouter.Limits.rpcBytes, self.configuration.limits.patience)
            while let bytes = try await stream.readMessage(maximumLength: longest, within: patience) {
                let rpc = try GossipRouter.RPC(decoding: Array(buffer: bytes))
                self.tally.noteCopies(rpc.messages.count)
                let now = self.now
                self.perform { $0.receive(rpc, from: peer, now: now) }
            }
        } catch let error as GossipError {
            self.logger.notice("A peer's gossip makes no sense", metadata: ["peer": "\(peer)", "error": "\(error)"])
            self.host.ban(peer, because: "its gossip makes no sense")
        } catch StreamError.messageTooLong, StreamError.malformed {
            self.host.ban(peer, because: "its gossip comes in no messages that may be so long")
        } catch StreamError.timedOut {
            self.host.fault(.sluggish, of: peer, because: "it keeps its gossip half said")
        } catch {
            self.logger.debug("A peer's gossip ends", metadata: ["peer": "\(peer)", "error": "\(error)"])
            stream.reset()
        }
        self.state.withLock { state in
            if state.peers[peer]?.inbound === stream { state.peers[peer]?.inbound = nil }
        }
    }

    // MARK: Writing

    /// Keeps a stream to a peer and writes what waits for it, until the peer is gone.
    private func write(during stay: Stay) async {
        let peer = stay.peer
        var failures = 0
        while failures < self.configuration.limits.attempts {
            let start = self.now
            do {
                let stream = try await self.host.openStream(to: peer, protocols: GossipRouter.Version.protocols)
                self.state.withLock { state in
                    state[stay]?.outbound = stream
                    state[stay]?.version = GossipRouter.Version(rawValue: stream.protocolID) ?? .gossipsub10
                }
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await self.drain(to: stream, during: stay) }
                    // Nothing is said on this stream; its end says that the peer reads no more.
                    group.addTask { while (try? await stream.read()) != nil {} }
                    await group.next()
                    group.cancelAll()
                }
                stream.reset()
            } catch {
                self.logger.debug("No gossip with a peer", metadata: ["peer": "\(peer)", "error": "\(error)"])
            }
            failures = self.now - start > self.configuration.limits.stableAfter ? 0 : failures + 1
            guard (try? await Task.sleep(for: self.configuration.parameters.heartbeat)) != nil, self.begin(anew: stay)
            else { return }
        }
        if self.state.withLock({ $0[stay] != nil }) { self.forget(peer) }
    }

    /// Tells the router that the peer's stream starts anew; false when the peer is gone.
    private func begin(anew stay: Stay) -> Bool {
        let version = self.state.withLock { state in
            state[stay]?.outbox.removeAll()
            return state[stay]?.version
        }
        guard let version else { return false }
        self.add(stay.peer, speaking: version)
        return true
    }

    private func drain(to stream: LibP2PStream, during stay: Stay) async {
        do {
            while true {
                let (rpc, bell) = self.state.withLock { state in
                    (state[stay]?.outbox.removeFirst(), state[stay]?.outbox.wakeup)
                }
                if let rpc {
                    try await stream.writeMessage(
                        ByteBuffer(bytes: rpc.encoded),
                        within: self.configuration.limits.patience
                    )
                } else if let bell {
                    try await bell.wait()
                } else {
                    return
                }
            }
        } catch StreamError.timedOut {
            self.host.fault(.wrong, of: stay.peer, because: "it does not read the gossip it is sent")
        } catch {
            self.logger.debug("A peer takes no gossip", metadata: ["peer": "\(stay.peer)", "error": "\(error)"])
        }
    }
}
