import LibP2P
import LibP2PCore
import Multiformats
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HostErrandsTests {
    /// Two hosts that speak two protocols, the first of which has dialled the second for one of them.
    private func withErrand(_ body: @escaping @Sendable (Host, Host) async throws -> Void) async throws {
        try await withHosts(
            [configuration(1), configuration(2)],
            prepare: { host in
                host.serveEcho()
                host.handle("/more") { _ in }
            }
        ) { hosts in
            let (asker, asked) = (hosts[0], hosts[1])
            asker.hear(of: [Kademlia.Contact(peer: asked.peerID, addresses: await asked.listenAddresses)], from: nil)
            try await asker.connect(to: asked.peerID, for: ["/echo"])
            try await eventually { await !self.protocols(of: asked, by: asker).isEmpty }
            try await eventually { await !self.protocols(of: asker, by: asked).isEmpty }
            try await body(asker, asked)
        }
    }

    private func protocols(of host: Host, by other: Host) async -> Set<String> {
        Set(await other.peers().first { $0.id == host.peerID }?.protocols ?? [])
    }

    /// Waits until both keep one another, know all that the other speaks, and needed no second connection for it.
    private func keepOneAnother(_ one: Host, _ other: Host) async throws {
        for (host, peer) in [(one, other), (other, one)] {
            try await eventually { host.isKept(peer.peerID) }
            try await eventually { await self.protocols(of: peer, by: host).contains("/more") }
            #expect(await host.peers().first?.addresses.count == 1)
        }
    }

    @Test func bothSidesKnowWhatAnErrandIsFor() async throws {
        try await self.withErrand { asker, asked in
            #expect(await self.protocols(of: asked, by: asker) == ["/echo"])
            let told = await self.protocols(of: asker, by: asked)
            #expect(told.isSuperset(of: ["/echo", Identify.errandProtocolID]) && !told.contains("/more"))
            #expect(!asker.isKept(asked.peerID) && !asked.isKept(asker.peerID))
        }
    }

    @Test func whoDialledMayWantMore() async throws {
        try await self.withErrand { asker, asked in
            let events = asker.events()
            try await asker.connect(to: asked.peerID)
            try await self.keepOneAnother(asker, asked)
            // Only now is it somebody to be told of.
            _ = try await events.first { if case .connected(asked.peerID, _, .outbound) = $0 { true } else { false } }
        }
    }

    @Test func whoWasDialledMayWantMore() async throws {
        try await self.withErrand { asker, asked in
            try await asked.connect(to: asker.peerID)
            try await self.keepOneAnother(asker, asked)
        }
    }

    @Test func anotherErrandWantsNoMore() async throws {
        try await self.withErrand { asker, asked in
            try await asker.connect(to: asked.peerID, for: ["/more"])
            #expect(!asker.isKept(asked.peerID))
            #expect(await self.protocols(of: asked, by: asker) == ["/echo", "/more"])
        }
    }

    @Test func gossipBeginsWithWhoIsKept() async throws {
        let nodes = [try GossipNode(1), try GossipNode(2)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes {
                group.addTask { try await node.host.run() }
                group.addTask { try await node.pubsub.run() }
                try node.pubsub.subscribe("t")
            }
            defer { group.cancelAll() }
            let (asker, asked) = (nodes[0], nodes[1])
            let addresses = await asked.host.listenAddresses
            asker.host.hear(of: [Kademlia.Contact(peer: asked.host.peerID, addresses: addresses)], from: nil)
            try await asker.host.connect(to: asked.host.peerID, for: [Ping.protocolID])
            try await eventually { await !self.protocols(of: asker.host, by: asked.host).isEmpty }
            _ = try await asker.host.ping(asked.host.peerID)
            #expect(asked.pubsub.followers(of: "t").isEmpty && asker.pubsub.followers(of: "t").isEmpty)
            try await asker.host.connect(to: asked.host.peerID)
            for (node, peer) in [(asker, asked), (asked, asker)] {
                try await eventually { node.pubsub.followers(of: "t") == [peer.host.peerID] }
            }
        }
    }
}
