@testable import LibP2PCore
import Multiformats

/// A node of gossip, and those that may be its peers.
struct GossipCrowd {
    let own: Author
    let others: [Author]

    init() throws {
        self.own = try Author(1)
        self.others = try (2...40).map(Author.init)
    }

    /// A router with that many peers, which all follow the topics.
    func router(
        peers: Int,
        following topics: [String] = ["t"],
        outbound: Int = 0,
        version: GossipRouter.Version = .gossipsub11,
        parameters: GossipRouter.Parameters = .ofTheSpec,
        limits: GossipRouter.Limits = .init()
    ) -> GossipRouter {
        var router = self.own.router(parameters: parameters, limits: limits)
        for (index, peer) in self.others.prefix(peers).enumerated() {
            _ = router.add(peer.id, speaking: version, isOutbound: index < outbound)
            let rpc = GossipRouter.RPC.with { $0.subscriptions = topics.map { .init(isSubscribed: true, topic: $0) } }
            _ = router.receive(rpc, from: peer.id, now: .zero)
        }
        return router
    }
}
