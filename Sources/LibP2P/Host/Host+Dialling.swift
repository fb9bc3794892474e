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
        let peer = try await self.dial(
            Dial(
                addresses: [address],
                peer: address.peerID,
                isShared: false,
                errand: nil,
                timeout: self.limits.dialTimeout,
                reply: Reply()
            )
        )
        await self.keep(peer)
        return peer
    }

    /// Connects to a peer at the addresses that the address book has of it; one that is connected already is left as it is.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - errand: The protocols that it is for, where it is for one errand only, after which the connection may be let go.
    ///   - timeout: The time for connecting to one address; nil for the usual.
    /// - Throws: `HostError`.
    package func connect(
        to peer: PeerID,
        for errand: Set<String>? = nil,
        timeout: Duration? = nil
    ) async throws(HostError) {
        // An errand can be run to somebody else.
        let addresses = self.book.withLock { $0.addresses(of: peer) }.prefix(errand == nil ? .max : 2)
            .map { $0.appending(peer) }
        _ = try await self.dial(
            Dial(
                addresses: addresses,
                peer: peer,
                isShared: true,
                errand: errand,
                timeout: timeout ?? self.limits.dialTimeout,
                reply: Reply()
            )
        )
        // It may have joined the dial of an errand.
        if errand == nil { await self.keep(peer) }
    }

    /// Closes every connection with a peer.
    package func disconnect(_ peer: PeerID) async {
        self.shed(peer)
    }

    private enum Course {
        case isConnected(PeerID)
        case join
        case wait
        case refused(HostError)
    }

    private func dial(_ dial: Dial) async throws(HostError) -> PeerID {
        if dial.peer == self.peerID { throw HostError(.ownAddress, "\(self.peerID) is this node") }
        if let peer = dial.peer, let refusal = self.refusal(of: peer) { throw refusal }
        let course: Course = self.state.withLock { state in
            if let peer = dial.peer, state.entries[peer] != nil {
                if let errand = dial.errand { state.entries[peer]?.note(errand) }
                return .isConnected(peer)
            }
            if state.isLeaving { return .refused(HostError(.notRunning, "the host is stopping")) }
            if case .stopped = state.phase { return .refused(HostError(.notRunning, "the host is stopped")) }
            guard !dial.addresses.isEmpty else {
                return .refused(HostError(.unknownAddress, "no address is known of the peer"))
            }
            if let peer = dial.peer, dial.isShared, let waiting = state.joined[peer] {
                guard waiting.count < self.limits.waitingDials else {
                    return .refused(HostError(.tooMany, "too many wait for one dial"))
                }
                state.joined[peer] = waiting + [dial.reply]
                return .join
            }
            guard state.dials.count < self.limits.waitingDials else {
                return .refused(HostError(.tooMany, "too many dials are waiting"))
            }
            if let peer = dial.peer, dial.isShared { state.joined[peer] = [] }
            state.dials.append(dial)
            return .wait
        }
        switch course {
        case .isConnected(let peer): return peer
        case .refused(let error): throw error
        case .join: break
        case .wait: self.work.ring()
        }
        return try await dial.reply.value()
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

    /// Connects to the first address where the peer is, and serves the connection to its end.
    func perform(_ dial: Dial) async {
        var failure = HostError(.unknownAddress, "no address is known of the peer")
        for target in dial.addresses {
            do {
                let link = try await Transport.dial(
                    target,
                    timeout: dial.timeout,
                    swarmKey: self.configuration.swarmKey
                )
                // Not the name that was dialled: peers are told where they are seen.
                let address = Multiaddr(link.channel.remoteAddress) ?? target.withoutPeerID
                guard
                    let error = await self.serve(
                        link,
                        .outbound,
                        at: address,
                        expecting: target.peerID,
                        for: (dial, target)
                    )
                else { return }
                failure = error
            } catch {
                failure = error
            }
            if let peer = dial.peer { self.note(failure, of: peer, at: target) }
        }
        if let peer = dial.peer { self.missed(peer, because: failure) }
        self.conclude(dial, .failure(failure))
    }

    /// Answers who asked for a dial, and makes room for the next.
    func conclude(_ dial: Dial, _ result: Result<PeerID, HostError>) {
        let joined = self.state.withLock { state -> [Reply<PeerID>] in
            state.activeDials -= 1
            guard dial.isShared, let peer = dial.peer else { return [] }
            return state.joined.removeValue(forKey: peer) ?? []
        }
        for reply in [dial.reply] + joined { reply.resolve(result) }
        self.work.ring()
    }
}
