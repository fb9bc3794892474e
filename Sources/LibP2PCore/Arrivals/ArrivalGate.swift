package import Multiformats

/// Who may knock, and how often: sockets that turn out to be no peers use up their address's allowance.
///
/// A socket takes a token of its address when it is accepted and gives it back once its peer has shown who it is; tokens
/// come back with time too. So peers cost nothing, however many share an address, and strangers soon cost nothing either.
package struct ArrivalGate: Sendable {
    /// How much is borne.
    package struct Limits: Sendable {
        /// The sockets of one address that may turn out badly at once.
        package var burst = 128.0
        /// How many of them are forgiven in a second.
        package var perSecond = 8.0
        /// The addresses that are told apart; past it the one that came longest ago is forgotten.
        package var addresses = 1024

        /// The defaults.
        package init() {}
    }

    private struct Bucket: Sendable {
        var tokens: Double
        var at: Duration
    }

    private let limits: Limits
    private var buckets: [[UInt8]: Bucket] = [:]
    /// The sockets that turned out to be none of this network's peers.
    package private(set) var strangers = 0

    /// Nobody has knocked yet.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether a socket from an address is accepted now.
    ///
    /// - Parameters:
    ///   - address: Where it comes from.
    ///   - now: The time since any fixed moment, monotonic.
    /// - Returns: Whether it is; then `welcome` or `turnAway` tells how it turned out.
    package mutating func admit(_ address: Multiaddr, now: Duration) -> Bool {
        let origin = Self.origin(of: address)
        var bucket = self.bucket(of: origin, now: now)
        let isAdmitted = bucket.tokens >= 1
        if isAdmitted { bucket.tokens -= 1 }
        if self.buckets[origin] == nil, self.buckets.count >= self.limits.addresses,
            let oldest = self.buckets.min(by: { $0.value.at < $1.value.at })?.key
        {
            self.buckets[oldest] = nil
        }
        self.buckets[origin] = bucket
        return isAdmitted
    }

    /// Notes that the peer behind an accepted socket has shown who it is.
    package mutating func welcome(_ address: Multiaddr) {
        let origin = Self.origin(of: address)
        guard var bucket = self.buckets[origin] else { return }
        bucket.tokens = min(bucket.tokens + 1, self.limits.burst)
        self.buckets[origin] = bucket
    }

    /// Notes that there was no peer behind an accepted socket.
    ///
    /// - Returns: Whether that is worth telling: with each doubling of their number, so that strangers fill no log.
    package mutating func turnAway() -> Bool {
        self.strangers += 1
        return self.strangers & (self.strangers - 1) == 0
    }

    private func bucket(of origin: [UInt8], now: Duration) -> Bucket {
        guard let known = self.buckets[origin] else { return Bucket(tokens: self.limits.burst, at: now) }
        let seconds = max(.zero, now - known.at) / .seconds(1)
        return Bucket(tokens: min(known.tokens + seconds * self.limits.perSecond, self.limits.burst), at: now)
    }

    /// An IPv4 address, or the network of an IPv6 one: whoever has one address of it has all.
    private static func origin(of address: Multiaddr) -> [UInt8] {
        switch address.components.first {
        case .ip4(let ip): ip.bytes
        case .ip6(let ip): Array(ip.bytes.prefix(8))
        default: []
        }
    }
}
