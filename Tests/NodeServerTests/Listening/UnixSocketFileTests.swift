import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import NodeServer

/// The file of the API listener's socket.
struct UnixSocketFileTests {
    private let world = ListenerWorld()

    @Test func theSocketIsForItsOwnerOnly() async throws {
        let folder = try ListenerWorld.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "s.sock").path
        let listener = world.api(.unixSocket) { $0.socketPath = path }
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            #expect(address == .unixSocket(path: path))
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["s.sock"])
            return try await exchange(
                with: address,
                "GET /_hookcache/v1/peers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
        }
        #expect(answer.hasSuffix(#""peers":[]}"#))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aStaleSocketIsReplacedAndALiveOneIsNot() async throws {
        let folder = try ListenerWorld.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "s.sock").path
        let other = folder.appending(path: "other").path
        let stale = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: other).get()
        // Under another name the file outlives its socket, as it does after a crash.
        try FileManager.default.moveItem(atPath: other, toPath: path)
        try await stale.close()
        #expect(FileManager.default.fileExists(atPath: path))
        let first = world.api(.unixSocket) { $0.socketPath = path }
        try await serving(first) {
            #expect(await first.boundAddress() == .unixSocket(path: path))
            let second = world.api(.unixSocket) { $0.socketPath = path }
            let error = await #expect(throws: ListenError.self) { try await second.run() }
            #expect(error?.description == "CACHE_SOCKET: cannot listen on \(path): another node listens there")
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() async throws {
        let folder = try ListenerWorld.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "precious").path
        try Data("x".utf8).write(to: URL(filePath: path))
        let listener = world.api(.unixSocket) { $0.socketPath = path }
        await #expect(throws: ListenError.self) { try await listener.run() }
        #expect(FileManager.default.contents(atPath: path) == Data("x".utf8))
        #expect(await listener.boundAddress() == nil)
    }
}
