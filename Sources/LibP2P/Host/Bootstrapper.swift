import LibP2PCore
import Multiformats
import NIOCore
import Synchronization
import Logging

/// Performs what `Redial` decides: dials the bootstrap addresses, and dials again whenever one is lost.
final class Bootstrapper: Sendable {
    private let redial: Mutex<Redial>
    private let origin = ContinuousClock.now
    private let changed = Wakeup()

    init(addresses: [Multiaddr], limits: Redial.Limits) {
        self.redial = Mutex(Redial(addresses: addresses, now: .zero, limits: limits))
    }

    private var now: Duration { ContinuousClock.now - self.origin }

    /// Runs until it is cancelled.
    func run(_ host: Host) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let connected = host.connectedPeers
                let now = self.now
                let (due, next) = self.redial.withLock { ($0.due(now: now, connected: connected), $0.nextDue) }
                for address in due { group.addTask { await self.dial(address, host) } }
                let alarm = next.map { next in
                    Transport.eventLoop.scheduleTask(in: TimeAmount(next - now)) {
                        self.changed.ring()
                    }
                }
                defer { alarm?.cancel() }
                guard (try? await self.changed.wait()) != nil else { return }
            }
        }
    }

    /// Notes that the last connection to a peer is gone.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - isUrgent: Whether there are too few others.
    func disconnected(_ peer: PeerID, isUrgent: Bool) {
        let now = self.now
        self.redial.withLock { redial in
            redial.disconnected(peer, isUrgent: isUrgent, now: now, chance: .random(in: 0..<1))
            if isUrgent { redial.hurry(now: now) }
        }
        self.changed.ring()
    }

    private func dial(_ address: Multiaddr, _ host: Host) async {
        do {
            let peer = try await host.connect(address)
            let now = self.now
            self.redial.withLock { $0.succeeded(address, peer: peer, now: now) }
            // It may be lost already, before its loss could count.
            if !host.isConnected(to: peer) { self.disconnected(peer, isUrgent: true) }
        } catch {
            host.logger.info(
                "A bootstrap peer cannot be reached",
                metadata: ["address": "\(address)", "error": "\(error)"]
            )
            let now = self.now
            self.redial.withLock { $0.failed(address, now: now, chance: .random(in: 0..<1)) }
        }
        self.changed.ring()
    }
}
