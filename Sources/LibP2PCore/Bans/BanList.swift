package import Multiformats

/// Peers that misbehaved and are not accepted for a while; whoever does it again is kept out for longer.
package struct BanList: Sendable {
    /// How long, and how many.
    package struct Limits: Hashable, Sendable {
        /// How long the first ban lasts; each further one lasts twice as long.
        package var first: Duration = .seconds(60)
        /// How long a ban lasts at most.
        package var longest: Duration = .seconds(3600)
        /// How long after its end a ban is remembered, so that the next one lasts longer.
        package var memory: Duration = .seconds(3600)
        /// Bans that are remembered; past it those that end first are forgotten.
        package var bans = 1024

        /// The defaults.
        package init() {}
    }

    private struct Ban: Sendable {
        var until: Duration
        var length: Duration
    }

    private let limits: Limits
    private var bans: [PeerID: Ban] = [:]

    /// Nobody is banned.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Bans a peer.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - now: The time since any fixed moment, monotonic.
    /// - Returns: For how long; nil where it is banned already.
    package mutating func ban(_ peer: PeerID, now: Duration) -> Duration? {
        guard self.remaining(peer, now: now) == nil else { return nil }
        self.bans = self.bans.filter { $0.value.until + self.limits.memory > now }
        if self.bans[peer] == nil, self.bans.count >= self.limits.bans,
            let first = self.bans.min(by: { $0.value.until < $1.value.until })
        {
            self.bans[first.key] = nil
        }
        let length = min(self.bans[peer].map { $0.length * 2 } ?? self.limits.first, self.limits.longest)
        self.bans[peer] = Ban(until: now + length, length: length)
        return length
    }

    /// How much longer a peer is banned; nil where it is not.
    package func remaining(_ peer: PeerID, now: Duration) -> Duration? {
        guard let ban = self.bans[peer], ban.until > now else { return nil }
        return ban.until - now
    }
}
