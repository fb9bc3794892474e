import LibP2P
import LibP2PCore
import Logging
import Multiformats
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
}
