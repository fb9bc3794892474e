import Testing

@testable import NodeServer

/// What is said where a node cannot listen.
struct ListenErrorTests {
    private let world = ListenerWorld()

    @Test func aFolderThatIsMissingIsTold() async throws {
        let listener = world.api(.unixSocket) { $0.socketPath = "/nonexistent/hookcache.sock" }
        let error = await #expect(throws: ListenError.self) { try await listener.run() }
        #expect(
            error?.description
                == "CACHE_SOCKET: cannot listen on /nonexistent/hookcache.sock: the folder does not exist"
        )
    }

    @Test func aPortInUseIsTold() async throws {
        let first = world.webhook()
        try await serving(first) {
            let port = try #require(await first.boundAddress()?.port)
            let error = await #expect(throws: ListenError.self) {
                try await world.webhook { $0.webhookPort = port }.run()
            }
            #expect(
                error?.description
                    == "CACHE_WEBHOOK_LISTEN: cannot listen on 127.0.0.1:\(port): the address is in use, perhaps by another node"
            )
        }
    }

    @Test func anAddressOfAnotherMachineIsTold() async throws {
        let listener = world.api(.tcp) { $0.apiHost = "192.0.2.1" }
        let error = await #expect(throws: ListenError.self) { try await listener.run() }
        #expect(error?.key == "CACHE_API_LISTEN")
        #expect(error?.reason == "this machine has no such address")
    }
}
