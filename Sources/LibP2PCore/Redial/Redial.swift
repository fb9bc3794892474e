package import Multiformats

/// Keeps a node connected to the peers that it must always find: dials, backs off, dials again.
///
/// Times are durations since an origin of the caller's; chance is an argument.
package struct Redial: Sendable {
    /// The pace of dialling.
    package struct Limits: Sendable {
        /// The wait after a first failure; it doubles with each further one.
        package var initialBackoff = Duration.milliseconds(250)
        /// The longest wait.
        package var maximumBackoff = Duration.seconds(60)
        /// The share of a wait that chance adds, so that nodes do not dial in step.
        package var jitter = 0.25
        /// A connection that lasted at least this long clears the failures before it.
        package var stableAfter = Duration.seconds(30)
        /// The wait after a loss that does not matter much, since there are enough other peers.
        package var relaxedBackoff = Duration.seconds(300)
        /// The most addresses that are kept up.
        package var addresses = 64

        /// The defaults.
        package init() {}
    }

    private enum State: Equatable {
        /// To be dialled then.
        case waiting(until: Duration)
        /// A dial is under way.
        case dialing
        /// Connected since then.
        case connected(to: PeerID, since: Duration)
    }

    private struct Target {
        var state: State
        var failures = 0
    }

    private let limits: Limits
    private var targets: [Multiaddr: Target] = [:]

    /// Takes the addresses to keep up, all of them due at once.
    package init(addresses: [Multiaddr], now: Duration, limits: Limits = Limits()) {
        self.limits = limits
        for address in addresses.prefix(limits.addresses) {
            self.targets[address] = Target(state: .waiting(until: now))
        }
    }

    /// The addresses to dial now; each counts as being dialled from here on.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - connected: The peers that are connected anyway: their addresses need no dial.
    /// - Returns: What to dial.
    package mutating func due(now: Duration, connected: Set<PeerID>) -> [Multiaddr] {
        var due: [Multiaddr] = []
        for (address, target) in self.targets {
            guard case .waiting(let until) = target.state, until <= now else { continue }
            if let peer = address.peerID, connected.contains(peer) {
                self.targets[address]?.state = .connected(to: peer, since: now)
            } else {
                self.targets[address]?.state = .dialing
                due.append(address)
            }
        }
        return due.sorted { $0.description < $1.description }
    }

    /// When something is due next; nil while nothing waits.
    package var nextDue: Duration? {
        self.targets.values.compactMap { target in
            guard case .waiting(let until) = target.state else { return nil }
            return until
        }.min()
    }

    /// Notes that a dial reached a peer.
    package mutating func succeeded(_ address: Multiaddr, peer: PeerID, now: Duration) {
        self.targets[address]?.state = .connected(to: peer, since: now)
    }

    /// Notes that a dial failed.
    ///
    /// - Parameters:
    ///   - address: What was dialled.
    ///   - now: The time.
    ///   - chance: A number from 0 up to 1.
    package mutating func failed(_ address: Multiaddr, now: Duration, chance: Double) {
        self.wait(address, now: now, chance: chance)
    }

    /// Notes that the last connection to a peer is gone.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - isUrgent: Whether it is missed: who has peers enough may have been let go for that reason.
    ///   - now: The time.
    ///   - chance: A number from 0 up to 1.
    package mutating func disconnected(_ peer: PeerID, isUrgent: Bool = true, now: Duration, chance: Double) {
        for (address, target) in self.targets {
            guard case .connected(peer, let since) = target.state else { continue }
            if now - since >= self.limits.stableAfter { self.targets[address]?.failures = 0 }
            self.wait(address, at: isUrgent ? .zero : self.limits.relaxedBackoff, now: now, chance: chance)
        }
    }

    /// Lets every address be due at once: what was enough is so no more.
    package mutating func hurry(now: Duration) {
        for (address, target) in self.targets {
            guard case .waiting(let until) = target.state, until - now > self.limits.maximumBackoff * 2 else {
                continue
            }
            self.targets[address]?.state = .waiting(until: now)
        }
    }

    private mutating func wait(
        _ address: Multiaddr,
        at least: Duration = .zero,
        now: Duration,
        chance: Double
    ) {
        guard var target = self.targets[address] else { return }
        // Doubling stops where it cannot matter any more.
        let doubled = min(self.limits.initialBackoff * (1 << min(target.failures, 20)), self.limits.maximumBackoff)
        let backoff = max(least, doubled)
        let jitter = backoff * (self.limits.jitter * min(max(chance, 0), 1))
        target.failures += 1
        target.state = .waiting(until: now + backoff + jitter)
        self.targets[address] = target
    }
}
