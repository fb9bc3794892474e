import LibP2P
import LibP2PCore
import NIOCore
import Testing

/// Hosts of a private network know each other, and nobody else.
@Suite(.timeLimit(.minutes(1)))
struct PrivateNetworkTests {
    private func member(_ byte: UInt8, key: UInt8?) throws -> LibP2P.Host.Configuration {
        var configuration = try configuration(byte)
        configuration.swarmKey = try key.map { try SwarmKey(bytes: Array(repeating: $0, count: 32)) }
        return configuration
    }

    @Test(arguments: [1, 600_000])
    func holdersOfTheKeySpeak(length: Int) async throws {
        try await withHosts([member(1, key: 7), member(2, key: 7)], prepare: { $0.serveEcho() }) { hosts in
            let peer = try await hosts[0].connect(hosts[1].address)
            let stream = try await hosts[0].openStream(to: peer, protocols: ["/echo"])
            let message = ByteBuffer(repeating: 7, count: length)
            async let written: Void = stream.writeMessage(message)
            #expect(try await stream.readMessage(maximumLength: length) == message)
            try await written
        }
    }

    @Test(arguments: [(7, 8), (7, nil), (nil, 7)] as [(UInt8?, UInt8?)])
    func withAnotherKeyOrNoneNobodyEnters(listener: UInt8?, dialer: UInt8?) async throws {
        try await withHosts([member(1, key: listener), member(2, key: dialer)]) { hosts in
            let error = await #expect(throws: HostError.self) { try await hosts[1].connect(hosts[0].address) }
            #expect(error?.code == (dialer == nil ? .handshakeFailed : .otherNetwork))
            #expect(error?.description.contains(dialer == nil ? "private network" : "swarm key") == true)
            for host in hosts { #expect(await host.peers().isEmpty) }
        }
    }

    @Test func strangersAreCountedAndSoonNotHeardAtAll() async throws {
        var guarded = try member(1, key: 7)
        guarded.limits.arrivals.burst = 3
        guarded.limits.arrivals.perSecond = 0
        try await withHosts([guarded, member(2, key: 8), member(3, key: 7)]) { hosts in
            // Who shows the key is not counted, however often.
            for _ in 0..<5 {
                _ = try await hosts[2].connect(hosts[0].address)
                await hosts[2].disconnect(hosts[0].peerID)
                while await !hosts[2].peers().isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            }
            #expect(hosts[0].strangers == 0)
            for _ in 0..<8 {
                let error = await #expect(throws: HostError.self) { try await hosts[1].connect(hosts[0].address) }
                #expect(error?.code == .otherNetwork)
            }
            try await eventually { hosts[0].strangers == 3 }
            // The address is the strangers' too, and so its allowance is gone.
            await #expect(throws: HostError.self) { try await hosts[2].connect(hosts[0].address) }
            #expect(hosts[0].strangers == 3)
        }
    }
}
