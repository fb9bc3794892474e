import CacheCore
import CacheStore
import Foundation
import LibP2P
import LibP2PCore
import MeshCore
import Multiformats
import Testing

@testable import CacheMesh

@Suite(.timeLimit(.minutes(1)))
struct DiscoveryTests {
    private let all: [UInt8] = [1, 2, 3, 4]

    private func node(
        _ number: UInt8,
        through address: Multiaddr? = nil,
        members: [UInt8]? = nil,
        directory: String? = nil,
        peers: Int? = nil
    ) throws -> MeshNode {
        try MeshNode(
            number,
            members: members ?? self.all,
            bootstrap: address.map { [$0] } ?? [],
            directory: directory
        ) { configuration in
            configuration.host.limits.upkeepInterval = .milliseconds(20)
            configuration.discovery?.limits.interval = .milliseconds(50)
            configuration.discovery?.limits.pace.initialPause = .milliseconds(50)
            if let peers {
                configuration.discovery?.limits.peers = peers
                configuration.discovery?.limits.outbound = 0
            }
        }
    }

    private func peers(of node: MeshNode) async -> Set<PeerID> { Set(await node.mesh.connected().map(\.peer)) }

    @Test func nodesWithOneAddressMeetAllTheOthers() async throws {
        let first = try self.node(1)
        try await running(first) {
            let address = try Multiaddr(await first.address())
            let others = try (2...4).map { try self.node($0, through: address) }
            try await running(others[0], others[1], others[2]) {
                let everybody = Set(([first] + others).map(\.peer))
                for node in others {
                    while await self.peers(of: node) != everybody.subtracting([node.peer]) {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
        }
    }

    @Test func whoIsNoMemberIsNotLookedFor() async throws {
        let first = try self.node(1)
        try await running(first) {
            let address = try Multiaddr(await first.address())
            let (insider, outsider) = (
                try self.node(2, through: address, members: [1, 3]), try self.node(4, through: address, members: [1])
            )
            try await running(insider, outsider) {
                while await self.peers(of: first).count < 2 { try await Task.sleep(for: .milliseconds(5)) }
                let late = try self.node(3, through: address, members: [1, 2])
                try await running(late) {
                    while await !self.peers(of: insider).contains(late.peer) {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    // It may have been asked something, but no more than that.
                    for node in [insider, late] {
                        let dialled = await node.mesh.connected().filter { $0.peer == outsider.peer && !$0.isInbound }
                        #expect(dialled.isEmpty || !node.mesh.keeps(outsider.peer))
                    }
                }
            }
        }
    }

    /// Both have peers enough in the first node, which follows nothing and so passes nothing on.
    @Test func followersOfARepositoryMeetWithoutAnyoneElseWhoFollowsIt() async throws {
        let first = try self.node(1)
        try await running(first) {
            let address = try Multiaddr(await first.address())
            let author = try self.node(2, through: address, peers: 1)
            try author.see()
            try await author.follow("octo/hello")
            try await running(author) {
                let topic = author.mesh.topics.name(of: try Sample.repository())
                for label in ["network", "topic/\(topic)"] {
                    let key = Rendezvous.key(of: label)
                    while await first.mesh.dht.providers(of: key).providers.isEmpty {}
                }
                let reader = try self.node(3, through: address, peers: 1)
                try await reader.follow("octo/hello")
                try await running(reader) {
                    while try !author.mesh.followers(of: Sample.repository()).contains(reader.peer) {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    await author.mesh.announce(.event(try Sample.object()))
                    #expect(await reader.first()?.author == author.peer)
                }
            }
        }
    }

    /// The fleet is found again although the one address in the settings leads nowhere any more.
    @Test func aNodeWhoseBootstrapPeerIsGoneFindsTheFleetFromItsStore() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "mesh-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let third = try self.node(3)
        try await running(third) {
            let first = try self.node(1)
            let address = try await running(first) {
                let address = try Multiaddr(await first.address())
                _ = try await third.mesh.connect(to: address.description)
                let second = try self.node(2, through: address, directory: path)
                try await running(second) {
                    while !second.store.peers().contains(where: { $0.peer == third.peer }) {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
                return address
            }
            let again = try self.node(2, through: address, directory: path)
            try await running(again) {
                while await self.peers(of: again) != [third.peer] { try await Task.sleep(for: .milliseconds(5)) }
            }
        }
    }
}
