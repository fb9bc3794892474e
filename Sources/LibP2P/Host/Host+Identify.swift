import LibP2PCore
import Logging
import Multiformats
import NIOCore
import Synchronization

extension Host {
    /// Asks a new peer what it is.
    func identify(_ connection: Connection) async {
        let stream: LibP2PStream
        do {
            stream = try await connection.open([Identify.protocolID])
        } catch {
            return self.logger.debug("A peer cannot be identified", metadata: ["peer": "\(connection.peer)"])
        }
        stream.closeWrite()
        await self.learn(from: stream) { info, _ in info }
    }

    /// Takes what a peer says has changed.
    func takePush(_ stream: LibP2PStream) async {
        await self.learn(from: stream) { push, known in known?.updated(by: push) ?? push }
        if self.isWanted(by: stream.peer) { await self.keep(stream.peer) }
    }

    /// Tells a peer what this node is.
    func serveIdentify(_ stream: LibP2PStream) async {
        do {
            try await stream.writeMessage(ByteBuffer(bytes: self.info(for: stream).bytes))
        } catch {
            stream.reset()
        }
    }

    /// Tells every connected peer that takes it what this node is now, whenever that changes.
    func tellChanges() async {
        while (try? await self.changed.wait()) != nil {
            await withDiscardingTaskGroup { group in
                let peers = self.state.withLock { state in
                    state.entries.compactMap { peer, entry in
                        entry.info?.protocols.contains(Identify.pushProtocolID) == true ? peer : nil
                    }
                }
                let lines = min(peers.count, self.limits.pushes)
                for line in 0..<lines {
                    group.addTask {
                        for index in stride(from: line, to: peers.count, by: lines) {
                            await self.push(to: peers[index])
                        }
                    }
                }
            }
        }
    }

    func push(to peer: PeerID) async {
        do {
            let stream = try await self.openStream(to: peer, protocols: [Identify.pushProtocolID])
            let deadline = self.schedule(after: self.limits.negotiationTimeout) { stream.reset(because: .timedOut) }
            defer { deadline.cancel() }
            await self.serveIdentify(stream)
            await stream.linger()
        } catch {
            self.logger.debug("A peer is not told of a change", metadata: ["peer": "\(peer)", "error": "\(error)"])
        }
    }

    private func learn(
        from stream: LibP2PStream,
        _ merge: @Sendable (Identify.Info, Identify.Info?) -> Identify.Info
    ) async {
        let deadline = self.schedule(after: self.limits.negotiationTimeout) { stream.reset(because: .timedOut) }
        defer { deadline.cancel() }
        do {
            var bytes: [UInt8] = []
            // A long description may come in several messages.
            while let part = try await stream.readMessage(maximumLength: Identify.Limits.messageLength - bytes.count) {
                bytes += part.readableBytesView
            }
            let info = try Identify.Info(bytes: bytes, from: stream.peer)
            self.hear(info, from: stream)
            self.state.withLock { state in
                guard state.entries[stream.peer] != nil else { return }
                let merged = merge(info, state.entries[stream.peer]?.info)
                state.entries[stream.peer]?.info = merged
                if let used = state.entries[stream.peer]?.usedInfo { state.publish(.identified(stream.peer, used)) }
            }
        } catch {
            stream.reset()
            self.logger.debug(
                "A peer's description is not usable",
                metadata: ["peer": "\(stream.peer)", "error": "\(error)"]
            )
        }
    }

    private func info(for stream: LibP2PStream) -> Identify.Info {
        let addresses = self.state.withLock { state -> [Multiaddr] in
            guard case .running(let addresses) = state.phase else { return [] }
            return addresses
        }
        let record = PeerRecord(peer: self.peerID, sequence: self.recordSequence.withLock { $0 }, addresses: addresses)
        return Identify.Info(
            publicKey: self.configuration.identity.publicKey,
            listenAddresses: addresses,
            protocols: self.protocols(for: stream.peer),
            observedAddress: stream.remoteAddress.components.isEmpty ? nil : stream.remoteAddress,
            protocolVersion: self.configuration.protocolVersion,
            agentVersion: self.configuration.agentVersion,
            signedPeerRecord: try? record.sealed(with: self.configuration.identity)
        )
    }
}
