import Foundation
import LibP2P
import LibP2PCore
import Multiformats
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HostAddressesTests {
    private static let hasIPv6 = FileManager.default.fileExists(atPath: "/proc/net/if_inet6")

    @Test func aPeersOwnWordOnItsAddressIsRemembered() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            // The one who was dialled knows no address of the other but what it says.
            _ = try await hosts[1].connect(hosts[0].address)
            try await eventually { !hosts[0].addresses(of: hosts[1].peerID).isEmpty }
            #expect(hosts[0].addresses(of: hosts[1].peerID) == (await hosts[1].listenAddresses))
            await hosts[0].disconnect(hosts[1].peerID)
            while await !hosts[0].peers().isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            try await hosts[0].connect(to: hosts[1].peerID)
        }
    }

    @Test func theNextAddressIsTriedWhereOneFails() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            let wrong = try Multiaddr("/ip4/127.0.0.1/tcp/1")
            let right = await hosts[1].listenAddresses
            hosts[0].hear(of: [Kademlia.Contact(peer: hosts[1].peerID, addresses: [wrong] + right)], from: nil)
            try await hosts[0].connect(to: hosts[1].peerID)
            // What was reached comes first from now on.
            #expect(hosts[0].addresses(of: hosts[1].peerID).first == right.first)
        }
    }

    @Test func whoWantsTheSamePeerSharesOneDial() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            let addresses = await hosts[1].listenAddresses
            hosts[0].hear(of: [Kademlia.Contact(peer: hosts[1].peerID, addresses: addresses)], from: nil)
            try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await hosts[0].connect(to: hosts[1].peerID) } }
                try await group.waitForAll()
            }
            #expect(await hosts[0].peers().first?.addresses.count == 1)
        }
    }

    @Test func aPeerWithoutAnAddressCannotBeReached() async throws {
        try await withHosts([configuration(1)]) { hosts in
            let error = await #expect(throws: HostError.self) { try await hosts[0].connect(to: keyPair(2).peerID) }
            #expect(error?.code == .unknownAddress)
            let own = await #expect(throws: HostError.self) { try await hosts[0].connect(to: hosts[0].peerID) }
            #expect(own?.code == .ownAddress)
        }
    }

    @Test func whoIsAtAnAddressInPlaceOfAnotherIsNotTakenForIt() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            let (absent, addresses) = (try keyPair(3).peerID, await hosts[1].listenAddresses)
            hosts[0].hear(of: [Kademlia.Contact(peer: absent, addresses: addresses)], from: nil)
            let error = await #expect(throws: HostError.self) { try await hosts[0].connect(to: absent) }
            #expect(error?.code == .wrongPeer)
            // It is not due again at once.
            #expect(hosts[0].peersToDial(9) { _ in true } == [])
        }
    }

    @Test func peersAreToldOfANewProtocol() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            let events = hosts[1].events()
            _ = try await hosts[1].connect(hosts[0].address)
            for host in hosts {
                while await host.peers().first?.protocols.isEmpty != false {
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
            hosts[0].handle("/new/1") { _ in }
            _ = try await events.first { event in
                if case .identified(_, let info) = event { info.protocols.contains("/new/1") } else { false }
            }
            hosts[0].stopHandling("/new/1")
            while await hosts[1].peers().first?.protocols.contains("/new/1") == true {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    @Test(.enabled(if: hasIPv6, "this machine has no IPv6"))
    func oneSocketServesBothFamilies() async throws {
        var both = try configuration(1)
        both.listenHost = "::"
        var six = try configuration(2)
        six.listenHost = "::1"
        try await withHosts([both, six, configuration(3)]) { hosts in
            let addresses = await hosts[0].listenAddresses
            let four = try #require(addresses.first { $0.description.hasPrefix("/ip4/127.0.0.1/") })
            let loopback = try #require(addresses.first { $0.description.hasPrefix("/ip6/::1/") })
            #expect(!addresses.contains { $0.description.hasPrefix("/ip6/fe80") })
            _ = try await hosts[1].connect(loopback)
            _ = try await hosts[2].connect(four)
            // Who dialled knows it first.
            while await hosts[0].peers().count < 2 { try await Task.sleep(for: .milliseconds(1)) }
            let seen = await hosts[0].peers().flatMap(\.addresses).map(\.description)
            #expect(seen.contains { $0.hasPrefix("/ip6/::1/tcp/") })
            #expect(seen.contains { $0.hasPrefix("/ip4/127.0.0.1/tcp/") })
            // Each finds the other by what it says of itself.
            try await eventually { !hosts[0].addresses(of: hosts[1].peerID).isEmpty }
            await hosts[0].disconnect(hosts[1].peerID)
            while await hosts[0].peers().count > 1 { try await Task.sleep(for: .milliseconds(1)) }
            try await hosts[0].connect(to: hosts[1].peerID)
        }
    }

    @Test(arguments: ["/dns4/localhost", "/dns/localhost"])
    func aNameIsLookedUp(prefix: String) async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            let port = try #require(await hosts[0].listenAddresses.first?.components.last)
            _ = try await hosts[1].connect(Multiaddr("\(prefix)\(port)").appending(hosts[0].peerID))
        }
    }
}
