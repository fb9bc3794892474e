import LibP2P
import LibP2PCore
import Logging
import Multiformats
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HostShutdownTests {
    @Test func aGracefulShutdownSaysGoodbyeAndEnds() async throws {
        try await withHosts([configuration(2)]) { others in
            let host = LibP2P.Host(configuration: try configuration(1), logger: quietLogger)
            let pubsub = PubSub(host: host, logger: quietLogger)
            let services = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [host, pubsub], logger: quietLogger)
            )
            try await withThrowingTaskGroup { group in
                group.addTask { try await services.run() }
                let events = others[0].events()
                let peer = try await others[0].connect(host.address)
                await services.triggerGracefulShutdown()
                _ = try await events.first { if case .disconnected(peer) = $0 { true } else { false } }
                try await group.waitForAll()
            }
            #expect(await host.listenAddresses.isEmpty)
            let error = await #expect(throws: HostError.self) { try await host.connect(others[0].address) }
            #expect(error?.code == .notRunning)
        }
    }

    @Test func aCancelledHostEndsAndItsListenersToo() async throws {
        let host = LibP2P.Host(configuration: try configuration(1), logger: quietLogger)
        let events = host.events()
        let run = Task { try await host.run() }
        _ = await host.listenAddresses
        run.cancel()
        _ = await run.result
        for await _ in events {}
        #expect(await host.listenAddresses.isEmpty)
    }

    @Test func whoArrivesWhileANodeStopsDoesNotBringItDown() async throws {
        for _ in 0..<40 {
            let host = LibP2P.Host(configuration: try configuration(1), logger: quietLogger)
            let run = Task { try await host.run() }
            let port = try #require(await host.listenAddresses.first?.components.last?.port)
            await withTaskGroup { group in
                for _ in 0..<16 {
                    group.addTask {
                        let socket = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                            .connect(host: "127.0.0.1", port: port).get()
                        // A listener that closes may forget whom it has only half accepted: who speaks is told.
                        try? await socket?.writeAndFlush(ByteBuffer(string: "\u{13}/multistream/1.0.0\n"))
                        // The node closes it: whoever arrived is not left waiting.
                        try? await socket?.closeFuture.get()
                    }
                }
                run.cancel()
                _ = await run.result
            }
        }
    }
}

extension Multiaddr.Component {
    fileprivate var port: Int? {
        guard case .tcp(let port) = self else { return nil }
        return Int(port)
    }
}
