import LibP2PCore
import Logging
import Multiformats
import Synchronization

/// Performs what `ArrivalGate` decides, and says who was turned away and why.
final class Reception: Sendable {
    private let gate: Mutex<ArrivalGate>
    private let origin = ContinuousClock.now
    private let isPrivate: Bool
    private let logger: Logger

    init(limits: ArrivalGate.Limits, isPrivate: Bool, logger: Logger) {
        self.gate = Mutex(ArrivalGate(limits: limits))
        self.isPrivate = isPrivate
        self.logger = logger
    }

    /// The sockets that turned out to be none of this network's peers.
    var strangers: Int { self.gate.withLock(\.strangers) }

    /// Whether a socket from an address is accepted now.
    func admits(_ address: Multiaddr) -> Bool {
        let now = ContinuousClock.now - self.origin
        return self.gate.withLock { $0.admit(address, now: now) }
    }

    /// Notes that the peer behind an accepted socket has shown who it is.
    func welcome(_ address: Multiaddr) {
        self.gate.withLock { $0.welcome(address) }
    }

    /// Notes that there was no peer behind an accepted socket.
    func turnAway(_ address: Multiaddr, because error: any Error) {
        let (isWorthTelling, count) = self.gate.withLock { ($0.turnAway(), $0.strangers) }
        let reason: Logger.Metadata.Value
        if self.isPrivate, case Upgrade.Failure.noGreeting = error {
            reason = "it has another swarm key, or none"
        } else {
            reason = "\(error)"
        }
        self.logger.log(
            level: isWorthTelling ? .notice : .debug,
            "An inbound connection was shed",
            metadata: ["address": "\(address)", "reason": reason, "so_far": "\(count)"]
        )
    }
}
