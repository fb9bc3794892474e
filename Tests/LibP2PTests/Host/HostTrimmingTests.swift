import LibP2P
import LibP2PCore
import Multiformats
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HostTrimmingTests {
    private func trimming(_ byte: UInt8, high: Int, low: Int, wanted: Int = 0) throws -> Host.Configuration {
        var configuration = try configuration(byte)
        (configuration.limits.trimming.high, configuration.limits.trimming.low) = (high, low)
        configuration.limits.trimming.wanted = wanted
        (configuration.limits.trimming.grace, configuration.limits.trimming.errandGrace) = (.zero, .zero)
        // The test says when.
        configuration.limits.upkeepInterval = .seconds(3600)
        return configuration
    }

    @Test func aboveTheUpperMarkTheLeastWorthGo() async throws {
        let hosts = try [self.trimming(1, high: 3, low: 2)] + (2...5).map { try configuration($0) }
        try await withHosts(hosts) { hosts in
            for host in hosts.dropFirst() { _ = try await host.connect(hosts[0].address) }
            // Who dialled knows it first.
            while await hosts[0].peers().count < 4 { try await Task.sleep(for: .milliseconds(1)) }
            let precious = Set([hosts[2], hosts[4]].map(\.peerID))
            hosts[0].appraise { precious.contains($0) ? .member : .nothing }
            hosts[0].trim()
            while await hosts[0].peers().count > 2 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(Set(await hosts[0].peers().map(\.id)) == precious)
            hosts[0].trim()
            #expect(await hosts[0].peers().count == 2)
        }
    }

    @Test func anErrandsConnectionIsLetGoAndAnotherIsKept() async throws {
        try await withHosts([self.trimming(1, high: 9, low: 9), configuration(2), configuration(3)]) { hosts in
            for host in hosts.dropFirst() {
                hosts[0].hear(
                    of: [Kademlia.Contact(peer: host.peerID, addresses: await host.listenAddresses)],
                    from: nil
                )
                try await hosts[0].connect(to: host.peerID, for: ["/echo"])
            }
            // Somebody wants more of the second than an answer.
            try await hosts[0].connect(to: hosts[2].peerID)
            #expect(hosts[0].isKept(hosts[2].peerID) && !hosts[0].isKept(hosts[1].peerID))
            hosts[0].trim()
            while await hosts[0].peers().count > 1 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(await hosts[0].peers().map(\.id) == [hosts[2].peerID])
        }
    }

    @Test func bootstrapPeersAreNeverLetGo() async throws {
        let address = try Multiaddr("/ip4/127.0.0.1/tcp/1").appending(keyPair(2).peerID)
        var first = try self.trimming(1, high: 0, low: 0)
        first.bootstrap = [address]
        try await withHosts([first, configuration(2), configuration(3)]) { hosts in
            _ = try await hosts[0].connect(hosts[1].address)
            _ = try await hosts[0].connect(hosts[2].address)
            hosts[0].trim()
            while await hosts[0].peers().count > 1 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(await hosts[0].peers().map(\.id) == [hosts[1].peerID])
        }
    }
}
