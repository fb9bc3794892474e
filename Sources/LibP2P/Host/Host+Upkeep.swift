import LibP2PCore
import Logging
import Multiformats
import NIOCore
import Synchronization

extension Host {
    /// Registers somebody who says what connected peers are worth; the best word counts.
    package func appraise(_ appraiser: @escaping Appraiser) {
        self.state.withLock { $0.appraisers.append(appraiser) }
    }

    /// Looks after the address book, the connections and the own addresses until it is cancelled.
    func upkeep(of socket: SocketAddress?) async {
        while (try? await Task.sleep(for: self.limits.upkeepInterval)) != nil {
            let now = self.moment
            self.book.withLock { $0.expire(now: now) }
            self.saveAddresses()
            self.trim()
            self.refreshAddresses(of: socket)
        }
    }

    /// Lets connections go that are too many, or whose errand is done.
    package func trim() {
        let (entries, appraisers) = self.state.withLock { ($0.entries, $0.appraisers) }
        let bootstrap = Set(self.configuration.bootstrap.compactMap(\.peerID))
        let candidates = entries.map { peer, entry in
            Trimmer.Candidate(
                peer: peer,
                age: ContinuousClock.now - (entry.errand == nil ? entry.opened : entry.askedAt),
                isErrand: entry.errand != nil,
                worth: bootstrap.contains(peer) ? .needed : appraisers.map { $0(peer) }.max() ?? .nothing
            )
        }
        for peer in Trimmer(limits: self.limits.trimming).excess(among: candidates) {
            self.logger.debug("A connection is let go", metadata: ["peer": "\(peer)"])
            self.shed(peer)
        }
    }

    /// Interfaces come and go under a socket that listens on all of them.
    private func refreshAddresses(of socket: SocketAddress?) {
        let current = Self.addresses(of: socket)
        let isChanged = self.state.withLock { state in
            guard case .running(let known) = state.phase, Set(known) != Set(current) else { return false }
            state.phase = .running(current)
            return true
        }
        guard isChanged else { return }
        self.recordSequence.withLock { $0 += 1 }
        self.logger.info("The mesh is reached elsewhere", metadata: ["addresses": "\(current)"])
        self.changed.ring()
    }
}
