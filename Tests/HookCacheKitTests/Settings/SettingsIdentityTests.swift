import Foundation
import Testing

@testable import HookCacheKit

@Suite struct SettingsIdentityTests {
    @Test func theKeyIsMadeOnceAndForItsOwnerAlone() throws {
        try self.withFolder { folder in
            var settings = Settings(directory: folder + "/node")
            let peer = try settings.peerID()
            #expect(peer.hasPrefix("12D3KooW"))
            #expect(try settings.peerID() == peer)
            #expect(FilePermissions.mode(of: folder + "/node") == .init(bits: 0o700))
            #expect(FilePermissions.mode(of: folder + "/node/node-key") == .init(bits: 0o600))
            #expect(try settings.peerAddresses() == ["/ip4/127.0.0.1/tcp/9000/p2p/\(peer)"])
            settings.mesh.listen = .init(host: "::1", port: 7)
            #expect(try settings.peerAddresses() == ["/ip6/::1/tcp/7/p2p/\(peer)"])
            settings.mesh.listen.port = 0
            #expect(try settings.peerAddresses().isEmpty)
            settings.mesh.listen = .init(host: "0.0.0.0", port: 7)
            let everywhere = try settings.peerAddresses()
            #expect(!everywhere.isEmpty)
            #expect(everywhere.allSatisfy { $0.hasPrefix("/ip4/") && $0.hasSuffix("/tcp/7/p2p/\(peer)") })
        }
    }

    @Test func aKeyThatOthersMayReadIsRefused() throws {
        try self.withFolder { folder in
            let settings = Settings(directory: folder)
            _ = try settings.peerID()
            let open = [FileAttributeKey.posixPermissions: NSNumber(value: 0o644)]
            try FileManager.default.setAttributes(open, ofItemAtPath: folder + "/node-key")
            let error = #expect(throws: NodeError.self) { try settings.peerID() }
            #expect(error?.message.contains("chmod 600") == true)
        }
    }

    @Test func aFolderThatCannotBeMadeIsNamed() {
        let error = #expect(throws: NodeError.self) { try Settings(directory: "/dev/null/node").peerID() }
        #expect(error?.message.contains("/dev/null/node") == true)
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try body(folder)
    }
}
