import LibP2PCore
package import Multiformats
import NIOCore
import Synchronization

extension Host {
    /// Connects to an address; one that is connected already is left as it is.
    ///
    /// - Parameter address: TCP on an IP address or a name; a peer at its end must be the one that answers.
    /// - Returns: Who answered.
    /// - Throws: `HostError`.
    package func connect(_ address: Multiaddr) async throws(HostError) -> PeerID {
        if let peer = address.peerID {
            guard peer != self.peerID else { throw HostError(.ownAddress, "\(address) is this node") }
            if self.isConnected(to: peer) { return peer }
        }
        let dial = Dial(address: address, reply: Reply())
        let refusal: HostError? = self.state.withLock { state in
            if state.isLeaving { return HostError(.notRunning, "the host is stopping") }
            if case .stopped = state.phase { return HostError(.notRunning, "the host is stopped") }
            guard state.dials.count < self.limits.waitingDials else {
                return HostError(.tooMany, "too many dials are waiting")
            }
            state.dials.append(dial)
            return nil
        }
        if let refusal { throw refusal }
        self.work.ring()
        return try await dial.reply.value()
    }

    /// Closes every connection with a peer.
    package func disconnect(_ peer: PeerID) async {
        self.shed(peer)
    }

    /// The next dial to start; nil when the host is to stop.
    func nextDial() async -> Dial? {
        while true {
            let (dial, isLeaving) = self.state.withLock { state -> (Dial?, Bool) in
                guard !state.isLeaving, !state.dials.isEmpty, state.activeDials < self.limits.activeDials else {
                    return (nil, state.isLeaving)
                }
                state.activeDials += 1
                return (state.dials.removeFirst(), false)
            }
            if let dial { return dial }
            guard !isLeaving, (try? await self.work.wait()) != nil else { return nil }
        }
    }

    /// Connects and serves the connection to its end.
    func perform(_ dial: Dial) async {
        do {
            let link = try await Transport.dial(
                dial.address,
                timeout: self.limits.dialTimeout,
                swarmKey: self.configuration.swarmKey
            )
            // Not the name that was dialled: peers are told where they are seen.
            let address = Multiaddr(link.channel.remoteAddress) ?? dial.address.withoutPeerID
            await self.serve(link, .outbound, at: address, expecting: dial.address.peerID, for: dial)
        } catch {
            self.conclude(dial, .failure(error))
        }
    }

    /// Answers who asked for a dial, and makes room for the next.
    func conclude(_ dial: Dial, _ result: Result<PeerID, HostError>) {
        guard dial.reply.resolve(result) else { return }
        self.state.withLock { $0.activeDials -= 1 }
        self.work.ring()
    }
}
