import Foundation
import LibP2P
import LibP2PCore
import Testing

struct IdentityFileTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "identity-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    @Test func aKeyIsMadeOnceAndKept() throws {
        try inFolder { folder in
            let path = folder + "/peer.key"
            let first = try IdentityFile.loadOrCreate(at: path)
            #expect(try IdentityFile.loadOrCreate(at: path).peerID == first.peerID)
            #expect(try Data(contentsOf: URL(filePath: path)) == Data(first.message))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["peer.key"])
        }
    }

    @Test func aNewKeyTakesThePlaceOfTheOld() throws {
        try inFolder { folder in
            let path = folder + "/peer.key"
            let first = try IdentityFile.replace(at: path)
            #expect(first.old == nil)
            let second = try IdentityFile.replace(at: path)
            #expect(second.old?.peerID == first.new.peerID)
            #expect(second.new.peerID != first.new.peerID)
            #expect(try IdentityFile.loadOrCreate(at: path).peerID == second.new.peerID)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["peer.key"])
        }
    }

    @Test func whatIsNoKeyIsSaidAndLeftAlone() throws {
        try inFolder { folder in
            let path = folder + "/peer.key"
            try Data("nonsense".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let error = #expect(throws: HostError.self) { try IdentityFile.loadOrCreate(at: path) }
            #expect(error?.code == .identityFile)
            #expect(try Data(contentsOf: URL(filePath: path)) == Data("nonsense".utf8))
        }
    }

    @Test func aKeyThatOthersCanReadIsRefused() throws {
        try inFolder { folder in
            let path = folder + "/peer.key"
            _ = try IdentityFile.loadOrCreate(at: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            #expect(throws: HostError.self) { try IdentityFile.loadOrCreate(at: path) }
        }
    }

    @Test func aFolderThatIsNotThereIsSaid() throws {
        let error = #expect(throws: HostError.self) { try IdentityFile.loadOrCreate(at: "/nonexistent/folder/key") }
        #expect(error?.message.contains("/nonexistent/folder/key") == true)
    }
}
