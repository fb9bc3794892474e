import LibP2P
import LibP2PCore
import Multiformats
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2)))
struct PeerFinderTests {
    private func bootstrapped(_ byte: UInt8, at address: Multiaddr) throws -> Host.Configuration {
        var configuration = try configuration(byte)
        configuration.bootstrap = [address]
        return configuration
    }

    @Test func nodesFindOneAnotherFromOneAddress() async throws {
        try await withTables([TableNode(configuration(1), finder: hastyFinder(peers: 6))]) { first in
            let address = try await first[0].host.address
            let others = try (2...12).map {
                TableNode(try self.bootstrapped($0, at: address), finder: hastyFinder(peers: 6))
            }
            try await withTables(others) { nodes in
                for node in nodes {
                    while await node.host.peers().count < 6 { try await Task.sleep(for: .milliseconds(5)) }
                }
            }
        }
    }

    @Test func nodesEndWithFewMoreConnectionsThanTheyWant() async throws {
        try await withTables([TableNode(configuration(1), finder: hastyFinder(peers: 0))]) { first in
            let address = try await first[0].host.address
            let others = try (UInt8(2)...16).map { number in
                var configuration = try self.bootstrapped(number, at: address)
                configuration.limits.upkeepInterval = .milliseconds(20)
                (configuration.limits.trimming.wanted, configuration.limits.trimming.errandGrace) = (0, .zero)
                var finder = hastyFinder(peers: 6)
                finder.limits.patience = .seconds(1)
                return TableNode(configuration, finder: finder)
            }
            try await withTables(others) { nodes in
                for node in nodes {
                    while true {
                        let peers = await node.host.peers()
                        // What was opened to ask something is closed by who opened it.
                        if peers.count >= 6, peers.allSatisfy({ node.host.isKept($0.id) }) { break }
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
                var dialled = 0
                for node in nodes {
                    dialled += await node.host.peers().count { $0.direction == .outbound && node.host.isKept($0.id) }
                }
                // Each chose the first one, and half of six; the rest only where too few chose it.
                #expect(dialled <= nodes.count * 5)
            }
        }
    }

    @Test func whoHasPeersEnoughDialsNobody() async throws {
        try await withTables([TableNode(configuration(1), finder: hastyFinder(peers: 0))]) { first in
            let address = try await first[0].host.address
            let content = try TableNode(self.bootstrapped(2, at: address), finder: hastyFinder(peers: 1))
            let others = try (3...6).map { TableNode(try self.bootstrapped($0, at: address)) }
            try await withTables(others + [content]) { _ in
                try await eventually { first[0].dht.tableCount == 5 }
                // It said that it is there, so it has looked around.
                let key = Rendezvous.key(of: "network")
                while await others[0].dht.providers(of: key).providers.count(where: { $0.peer == content.host.peerID })
                    == 0
                {}
                let chosen = await content.host.peers().filter {
                    $0.direction == .outbound && content.host.isKept($0.id)
                }
                #expect(chosen.map(\.id) == [first[0].host.peerID])
            }
        }
    }

    @Test func aSecretNamesAnotherPlace() async throws {
        let hidden = hastyFinder(peers: 2, swarmKey: Array(repeating: 1, count: 32))
        let others = hastyFinder(peers: 2, swarmKey: Array(repeating: 2, count: 32))
        // The first serves everybody and wants nobody.
        try await withTables([TableNode(configuration(1))]) { first in
            let address = try await first[0].host.address
            let nodes = [
                TableNode(try self.bootstrapped(2, at: address), finder: hidden),
                TableNode(try self.bootstrapped(3, at: address), finder: hidden),
                TableNode(try self.bootstrapped(4, at: address), finder: others),
            ]
            try await withTables(nodes) { nodes in
                for (asker, expected) in [(hidden, 2), (others, 1)] {
                    let key = Rendezvous.key(of: "network", secret: asker.swarmKey)
                    while await first[0].dht.providers(of: key).providers.count < expected {}
                    #expect(await first[0].dht.providers(of: key).providers.count == expected)
                }
            }
        }
    }

    /// Waits until a node has said under both its keys that it is there, and so has looked under both.
    private func isFound(_ node: TableNode, following topic: String, by other: TableNode) async {
        for label in ["network", "topic/\(topic)"] {
            let key = Rendezvous.key(of: label)
            while await !other.dht.providers(of: key).providers.contains(where: { $0.peer == node.host.peerID }) {}
        }
    }

    private func know(_ one: TableNode, _ other: TableNode) -> Bool {
        one.host.isKept(other.host.peerID) && other.host.isKept(one.host.peerID)
    }

    /// They share the first node alone, which follows nothing, and want no other peer for the network's sake.
    @Test func followersOfATopicMeetUnderItsKey() async throws {
        try await withTables([TableNode(configuration(1))]) { first in
            let address = try await first[0].host.address
            let nodes = try (2...4).map {
                try TableNode(self.bootstrapped($0, at: address), finder: hastyFinder(peers: 1))
            }
            for (node, topic) in zip(nodes, ["t", "u", "t"]) { node.finder?.follow([topic]) }
            try await withTables([nodes[0], nodes[1]]) { early in
                await self.isFound(early[0], following: "t", by: first[0])
                await self.isFound(early[1], following: "u", by: first[0])
                try await withTables([nodes[2]]) { late in
                    try await eventually { self.know(late[0], early[0]) }
                    await self.isFound(late[0], following: "t", by: first[0])
                    #expect(!self.know(early[1], early[0]) && !self.know(early[1], late[0]))
                }
            }
        }
    }

    @Test func introducedPeersAreDialled() async throws {
        try await withTables([TableNode(configuration(1), finder: hastyFinder(peers: 1)), TableNode(configuration(2))])
        { nodes in
            let stranger = nodes[1].host
            let record = PeerRecord(peer: stranger.peerID, sequence: 1, addresses: await stranger.listenAddresses)
            let events = nodes[0].host.events()
            nodes[0].host.introduce([record])
            _ = try await events.first { event in
                if case .connected(stranger.peerID, _, .outbound) = event { true } else { false }
            }
        }
    }

    /// What the second run knows, it knows from the first one's book.
    @Test func aNodeWhoseBootstrapPeerIsGoneFindsTheOthersFromItsBook() async throws {
        let kept = Mutex<[PeerID: AddressBook.Page]>([:])
        let storage = Host.AddressStorage(
            load: { kept.withLock { Array($0.values) } },
            save: { changes in kept.withLock { kept in for (peer, page) in changes { kept[peer] = page } } }
        )
        let third = try TableNode(configuration(3), finder: hastyFinder(peers: 1))
        try await withTables([third]) { _ in
            let gone = Mutex<Multiaddr?>(nil)
            try await withTables([TableNode(configuration(1), finder: hastyFinder(peers: 2))]) { first in
                let address = try await first[0].host.address
                gone.withLock { $0 = address }
                _ = try await third.host.connect(address)
                var mine = try self.bootstrapped(2, at: address)
                mine.addressStorage = storage
                try await withTables([TableNode(mine, finder: hastyFinder(peers: 2))]) { nodes in
                    while await nodes[0].host.peers().count < 2 { try await Task.sleep(for: .milliseconds(5)) }
                    try await eventually { nodes[0].host.addresses(of: third.host.peerID).count > 0 }
                }
            }
            // The book was written when the run ended, whatever the upkeep did before.
            #expect(kept.withLock { $0[third.host.peerID] } != nil)
            var mine = try self.bootstrapped(2, at: try #require(gone.withLock { $0 }))
            mine.addressStorage = storage
            try await withTables([TableNode(mine, finder: hastyFinder(peers: 2))]) { nodes in
                let id = third.host.peerID
                while await !nodes[0].host.peers().contains(where: { $0.id == id }) {
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
        }
    }
}
