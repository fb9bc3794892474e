import LibP2P
import LibP2PCore
import Logs
import Multiformats
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HostBansTests {
    @Test func whoIsBannedIsDisconnectedAndRefusedBothWays() async throws {
        let log = LogBook()
        try await withHosts([configuration(1), configuration(2)], logger: log.logger) { hosts in
            let events = hosts[1].events()
            let peer = try await hosts[0].connect(hosts[1].address)
            hosts[0].ban(peer, because: "of a test")
            _ = try await events.first { if case .disconnected = $0 { true } else { false } }
            try await log.eventuallyTells("A peer is banned", "of a test", "\(peer)")
            let refusal = await #expect(throws: HostError.self) { try await hosts[0].connect(hosts[1].address) }
            #expect(refusal?.code == .banned)
            // From the other side it comes no further than its name.
            _ = try? await hosts[1].connect(hosts[0].address)
            try await eventually { log.tells("A peer is refused", "\(peer)") }
            #expect(await hosts[0].peers().isEmpty)
        }
    }

    @Test func aBanEnds() async throws {
        var forgiving = try configuration(1)
        forgiving.bans.first = .milliseconds(100)
        try await withHosts([forgiving, configuration(2)]) { hosts in
            hosts[0].ban(hosts[1].peerID, because: "of a test")
            #expect(hosts[0].isBanned(hosts[1].peerID))
            try await eventually { !hosts[0].isBanned(hosts[1].peerID) }
            _ = try await hosts[0].connect(hosts[1].address)
        }
    }

    @Test func faultsLeadToABan() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            let events = hosts[1].events()
            let peer = try await hosts[0].connect(hosts[1].address)
            for _ in 0..<2 { hosts[0].fault(.wrong, of: peer, because: "of a test") }
            #expect(!hosts[0].isBanned(peer))
            hosts[0].fault(.wrong, of: peer, because: "of a test")
            #expect(hosts[0].isBanned(peer))
            _ = try await events.first { if case .disconnected = $0 { true } else { false } }
        }
    }
}
