import Foundation
import HookCacheKit
import Testing

@testable import hookcache

/// `hookcache peers keygen` and `peers id --new-key`: keys that only their owner reads.
@Suite(.timeLimit(.minutes(5))) struct PeersKeysTests {
    private static func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func aSwarmKeyIsPrintedAsAFileHasIt() async throws {
        let first = try await Program.run(["peers", "keygen"])
        #expect(first.status == 0)
        #expect(first.output.wholeMatch(of: /\/key\/swarm\/psk\/1\.0\.0\/\n\/base16\/\n[0-9a-f]{64}\n/) != nil)
        let json = try await Program.run(["peers", "keygen", "--json"])
        let key = try #require(JSONValue(json.output.utf8))
        #expect(key["key"]?.string?.hasPrefix("/key/swarm/psk/1.0.0/\n") == true)
        #expect(key["fingerprint"]?.string?.count == 16)
        #expect(key["key"]?.string != first.output)
    }

    @Test func aSwarmKeyGoesIntoAFileOfItsOwnersOnce() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.appending(path: "swarm.key").path
            let made = try await Program.run(["peers", "keygen", "--out", path, "--json"])
            #expect(made.status == 0)
            let object = try #require(JSONValue(made.output.utf8))
            #expect(object["file"] == .string(path))
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.hasPrefix("/key/swarm/psk/1.0.0/\n/base16/\n"))
            #expect(!made.output.contains(text.dropFirst(32).prefix(64)))
            #expect(try Self.mode(of: path) == 0o600)

            let again = try await Program.run(["peers", "keygen", "--out", path])
            #expect(again.status == 1)
            #expect(again.error == "hookcache: \(path) is there already and is not overwritten\n")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)

            let id = try await Program.run(["peers", "id"], environment: ["CACHE_SWARM_KEY_FILE": path])
            #expect(id.status == 0)
            let nowhere = try await Program.run(["peers", "keygen", "--out", "/nowhere/swarm.key"])
            #expect(nowhere.status == 1)
            #expect(nowhere.error.contains("/nowhere/swarm.key"))
        }
    }

    @Test func aNewIdentityTakesThePlaceOfTheOld() async throws {
        try await TemporaryFolder.with { folder in
            func id(_ more: String...) async throws -> JSONValue {
                let arguments = ["peers", "id", "--json", "--dir", folder.path] + more
                let outcome = try await Program.run(arguments)
                return try #require(JSONValue(outcome.output.utf8))
            }
            let first = try await id()["peer_id"]
            let renewed = try await id("--new-key")
            #expect(renewed["previous_peer_id"] == first)
            #expect(renewed["peer_id"] != first)
            #expect(try await id()["peer_id"] == renewed["peer_id"])
            #expect(try Self.mode(of: folder.path + "/node-key") == 0o600)
        }
    }

    @Test func aRunningNodeKeepsItsIdentity() async throws {
        try await TemporaryFolder.with { folder in
            try await RunningNode.with(in: folder, ["GITHUB_API_URL": "http://127.0.0.1:1"]) { node in
                let key = try Data(contentsOf: URL(filePath: node.directory + "/node-key"))
                let outcome = try await Program.run(["peers", "id", "--new-key", "--dir", node.directory])
                #expect(outcome.status == 1)
                #expect(outcome.error.contains("another hookcache"), "\(outcome.error)")
                #expect(try Data(contentsOf: URL(filePath: node.directory + "/node-key")) == key)
            }
        }
    }

    /// Every key that a node makes is its owner's alone, and one that is not stops the start.
    @Test func keysThatOthersReadStopTheStart() async throws {
        try await TemporaryFolder.with { folder in
            let settings = ["GITHUB_API_URL": "http://127.0.0.1:1"]
            try await RunningNode.with(in: folder, settings) { node async throws in
                for name in ["node-key", "credential-key", "control-token"] {
                    #expect(try Self.mode(of: node.directory + "/" + name) == 0o600, "\(name)")
                }
            }
            for name in ["node-key", "credential-key", "control-token"] {
                let path = folder.appending(path: "data/\(name)").path
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
                let ended = await #expect(throws: RunningNode.Ended.self) {
                    _ = try await RunningNode.start(in: folder, settings)
                }
                #expect(ended?.log.contains(path) == true, "\(name): \(ended?.log ?? "")")
                #expect(ended?.log.contains("chmod 600") == true)
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            }
        }
    }
}
