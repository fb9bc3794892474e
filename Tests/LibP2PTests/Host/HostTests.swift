import LibP2P
import LibP2PCore
import Multiformats
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HostTests {
    @Test func twoHostsConnectPingAndKnowEachOther() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            let events = hosts[1].events()
            let peer = try await hosts[0].connect(hosts[1].address)
            #expect(peer == hosts[1].peerID)
            let event = try await events.first { if case .identified = $0 { true } else { false } }
            guard case .identified(hosts[0].peerID, let info) = event else { return #expect(Bool(false)) }
            #expect(info.agentVersion == "test/1")
            #expect(info.protocols.contains("/ipfs/ping/1.0.0"))
            #expect(await info.listenAddresses == hosts[0].listenAddresses)
            #expect(try await hosts[0].ping(peer) > .zero)
            #expect(try await hosts[1].ping(hosts[0].peerID) > .zero)
            let known = await hosts[1].peers()
            #expect(known.map(\.id) == [hosts[0].peerID])
            #expect(known.first?.direction == .inbound)
        }
    }

    @Test(arguments: [0, 1, 70_000, 3_000_000])
    func messagesOfAnyLengthAreEchoed(length: Int) async throws {
        try await withHosts([configuration(1), configuration(2)], prepare: { $0.serveEcho() }) { hosts in
            let peer = try await hosts[0].connect(hosts[1].address)
            let stream = try await hosts[0].openStream(to: peer, protocols: ["/none", "/echo"])
            #expect(stream.protocolID == "/echo")
            let message = ByteBuffer(repeating: 7, count: length)
            async let written: Void = stream.writeMessage(message)
            #expect(try await stream.readMessage(maximumLength: length) == message)
            try await written
            stream.closeWrite()
            #expect(try await stream.readMessage(maximumLength: 1) == nil)
        }
    }

    @Test func manyStreamsShareAConnection() async throws {
        try await withHosts([configuration(1), configuration(2)], prepare: { $0.serveEcho() }) { hosts in
            let peer = try await hosts[0].connect(hosts[1].address)
            try await withThrowingTaskGroup { group in
                for index in 0..<50 {
                    group.addTask {
                        let stream = try await hosts[0].openStream(to: peer, protocols: ["/echo"])
                        for round in 0..<5 {
                            let message = ByteBuffer(string: "\(index) \(round)")
                            try await stream.writeMessage(message)
                            #expect(try await stream.readMessage(maximumLength: 100) == message)
                        }
                        stream.closeWrite()
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func anotherPeerThanTheNamedOneIsRefused() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            let address = try await hosts[1].address.appending(keyPair(3).peerID)
            let error = await #expect(throws: HostError.self) { try await hosts[0].connect(address) }
            #expect(error?.code == .wrongPeer)
        }
    }

    @Test func whatCannotBeDialledIsSaid() async throws {
        try await withHosts([configuration(1)]) { hosts in
            let closed = try Multiaddr("/ip4/127.0.0.1/tcp/1")
            #expect(await #expect(throws: HostError.self) { try await hosts[0].connect(closed) }?.code == .unreachable)
            let udp = try Multiaddr("/ip4/127.0.0.1/udp/1")
            #expect(await #expect(throws: HostError.self) { try await hosts[0].connect(udp) }?.code == .unusableAddress)
            let own = try await hosts[0].address
            #expect(await #expect(throws: HostError.self) { try await hosts[0].connect(own) }?.code == .ownAddress)
            let anonymous = own.withoutPeerID
            #expect(
                await #expect(throws: HostError.self) { try await hosts[0].connect(anonymous) }?.code == .ownAddress
            )
        }
    }

    @Test func aProtocolThatNobodyServesIsRefused() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            let peer = try await hosts[0].connect(hosts[1].address)
            let error = await #expect(throws: HostError.self) {
                try await hosts[0].openStream(to: peer, protocols: ["/nothing"])
            }
            #expect(error?.code == .unsupportedProtocol)
        }
    }

    @Test func whatIsSaidFirstRidesWithTheProposal() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            hosts[1].handle("/echo") { stream in
                guard let said = try? await stream.readMessage(maximumLength: 100) else { return stream.reset() }
                try? await stream.writeMessage(said)
                stream.closeWrite()
            }
            let peer = try await hosts[0].connect(hosts[1].address)
            let stream = try await hosts[0].openStream(to: peer, protocolID: "/echo", saying: ByteBuffer(string: "hi"))
            #expect(stream.protocolID == "/echo")
            #expect(try await stream.readMessage(maximumLength: 100) == ByteBuffer(string: "hi"))
            #expect(try await stream.read() == nil)
            // Who does not serve the protocol may refuse or give up, whatever was said in it; the connection stays.
            for word in ["hi", "/echo\n", ""] {
                await #expect(throws: HostError.self) {
                    try await hosts[0].openStream(to: peer, protocolID: "/no", saying: ByteBuffer(string: word))
                }
            }
            #expect(await hosts[0].peers().map(\.id) == [peer])
        }
    }

    @Test func namesAreResolved() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            guard case .tcp(let port)? = try await hosts[1].address.withoutPeerID.components.last else { return }
            let peer = try await hosts[0].connect(Multiaddr("/dns4/localhost/tcp/\(port)/p2p/\(hosts[1].peerID)"))
            #expect(peer == hosts[1].peerID)
        }
    }

    @Test func aPortInUseIsAClearError() async throws {
        try await withHosts([configuration(1)]) { hosts in
            guard case .tcp(let port)? = await hosts[0].listenAddresses.first?.components.last else { return }
            var second = try configuration(2)
            second.listenPort = Int(port)
            let host = Host(configuration: second, logger: quietLogger)
            let error = await #expect(throws: HostError.self) { try await host.run() }
            #expect(error?.code == .addressInUse)
            #expect(await host.listenAddresses.isEmpty)
        }
    }

    @Test func aLostPeerIsReportedAndABootstrapPeerIsDialledAgain() async throws {
        try await withHosts([configuration(2)]) { listeners in
            var dialer = try configuration(1)
            dialer.redial.initialBackoff = .milliseconds(1)
            dialer.bootstrap = [try await listeners[0].address]
            try await withHosts([dialer]) { dialers in
                let events = dialers[0].events()
                let arrivals = listeners[0].events()
                for (host, events) in [(dialers[0], events), (listeners[0], arrivals)] where await host.peers().isEmpty
                {
                    _ = try await events.first { if case .connected = $0 { true } else { false } }
                }
                await listeners[0].disconnect(dialers[0].peerID)
                _ = try await events.first { if case .disconnected = $0 { true } else { false } }
                _ = try await events.first { if case .connected = $0 { true } else { false } }
            }
        }
    }

    @Test func aDialWithoutARunningHostEnds() async throws {
        let host = Host(configuration: try configuration(1), logger: quietLogger)
        let target = try Multiaddr("/ip4/127.0.0.1/tcp/1")
        let dial = Task { try await host.connect(target) }
        dial.cancel()
        await #expect(throws: HostError.self) { try await dial.value }
    }
}
