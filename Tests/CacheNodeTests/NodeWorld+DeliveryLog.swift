import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// What GitHub sends to the webhook of the repository, and what its log of it shows.
extension NodeWorld {
    typealias Deliveries = [SimulatedGitHub.OutgoingDelivery]

    static let scope = Scope.repository(hello)
    static let hookURL = "https://ci.example/webhook"

    /// What GitHub sends to a hook because of something: the one given, else this node's own, else every one.
    func sent(
        to hook: Int64? = nil,
        _ action: (inout SimulatedGitHub, Timestamp) throws -> Void
    ) rethrows -> Deliveries {
        let hook = hook ?? store.hook(of: Self.scope)?.hookID
        return try origin.act(action).filter { hook == nil || $0.hookID == hook }
    }

    /// Nobody answers, or something that is not this node: GitHub's log says so.
    func miss(_ deliveries: Deliveries, status: Int? = nil) {
        origin.act { github, now in
            for delivery in deliveries { github.record(.init(status: status), of: delivery, at: now) }
        }
    }
}
