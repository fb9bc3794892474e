package import LibP2PCore
import Logging
package import Multiformats
import Synchronization

extension Host {
    /// Holds something against a peer; what is too much costs it its connections.
    ///
    /// - Parameters:
    ///   - fault: How bad it was.
    ///   - peer: Which peer.
    ///   - reason: What it did, for the log.
    package func fault(_ fault: Conduct.Fault, of peer: PeerID, because reason: String) {
        let now = self.now
        self.logger.debug("A peer is at fault", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
        if self.state.withLock({ $0.conduct.count(fault, of: peer, now: now) }) { self.ban(peer, because: reason) }
    }

    /// Closes every connection with a peer that misbehaved, and accepts it no more for a while.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - reason: What it did, for the log.
    package func ban(_ peer: PeerID, because reason: String) {
        let now = self.now
        if let length = self.state.withLock({ $0.bans.ban(peer, now: now) }) {
            self.logger.notice(
                "A peer is banned",
                metadata: ["peer": "\(peer)", "reason": "\(reason)", "seconds": "\(length.components.seconds)"]
            )
        }
        self.shed(peer)
    }

    /// Whether a peer is kept out for what it did.
    package func isBanned(_ peer: PeerID) -> Bool {
        let now = self.now
        return self.state.withLock { $0.bans.remaining(peer, now: now) != nil }
    }

    /// Why a peer is not connected with, or nil where nothing speaks against it.
    func refusal(of peer: PeerID) -> HostError? {
        let now = self.now
        guard let remaining = self.state.withLock({ $0.bans.remaining(peer, now: now) }) else { return nil }
        let seconds = remaining.components.seconds + 1
        return HostError(.banned, "\(peer) misbehaved and is kept out for another \(seconds) seconds")
    }

    private var now: Duration { ContinuousClock.now - self.origin }
}
