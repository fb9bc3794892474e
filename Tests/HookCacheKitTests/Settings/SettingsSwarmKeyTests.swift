import Foundation
import LibP2PCore
import Logging
import MeshCore
import Multiformats
import Testing

@testable import HookCacheKit

/// `CACHE_SWARM_KEY_FILE`, and what it allows.
@Suite struct SettingsSwarmKeyTests {
    private static let peer = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp"

    /// Reads settings with a key file of this text and mode.
    private func read(
        _ text: String,
        mode: Int = 0o600,
        _ environment: [String: String] = [:]
    ) throws -> (settings: Settings?, problems: [String], path: String) {
        let url = FileManager.default.temporaryDirectory.appending(path: "swarm-\(UUID()).key")
        try Data(text.utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
        defer { try? FileManager.default.removeItem(at: url) }
        let environment = ["HOME": "/somewhere", "CACHE_SWARM_KEY_FILE": url.path].merging(environment) { $1 }
        do throws(SettingsError) {
            let settings = try Settings(flags: [:], environment: environment, settingsFile: SettingsFile())
            return (settings, [], url.path)
        } catch {
            return (nil, error.problems.map(\.description), url.path)
        }
    }

    @Test func theKeyOfTheFileIsTheNetworks() throws {
        let key = try NewSwarmKey()
        let mesh = try #require(try read(key.text).settings).mesh
        #expect(mesh.swarmKey?.fingerprint == key.fingerprint)
        #expect(mesh.membership == Membership(allowed: nil, bootstrap: [], hasSwarmKey: true))
    }

    @Test func aListStillDecidesAlone() throws {
        let mesh = try #require(try read(NewSwarmKey().text, ["CACHE_ALLOWED_PEERS": Self.peer]).settings).mesh
        let only = Membership(allowed: [try PeerID(Self.peer)], bootstrap: [])
        #expect(mesh.membership == only)
    }

    @Test func withAKeyItMayListenBeyondLoopbackAndShareAll() throws {
        let environment = ["CACHE_LISTEN_HOST": "0.0.0.0", "CACHE_SHARE": "all"]
        let mesh = try #require(try read(NewSwarmKey().text, environment).settings).mesh
        #expect(mesh.listen.host == "0.0.0.0")
        #expect(mesh.shareRule == .all)
    }

    /// As the secrets of a container are put into its files.
    @Test(arguments: [0o600, 0o644])
    func aLinkCountsAsTheFileBehindIt(mode: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "swarm-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, link) = (folder.appending(path: "key").path, folder.appending(path: "link").path)
        try NewSwarmKey().write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        var mesh = Settings(directory: folder.path).mesh
        if mode == 0o600 {
            try mesh.readSwarmKey(fromFile: link)
            #expect(mesh.swarmKey != nil)
        } else {
            let error = #expect(throws: SettingsError.self) { try mesh.readSwarmKey(fromFile: link) }
            #expect(error?.problems.first?.wants.hasSuffix("its mode is 644") == true)
        }
    }

    @Test(arguments: ["/dev/zero", "/"])
    func whatIsNoPlainFileIsNotRead(path: String) {
        var mesh = Settings(directory: "/nowhere").mesh
        let error = #expect(throws: SettingsError.self) { try mesh.readSwarmKey(fromFile: path) }
        #expect(error?.problems.first?.wants == "a readable file of at most 64 KiB")
    }

    @Test(arguments: [0o644, 0o640, 0o604])
    func aKeyThatOthersReadIsRefused(mode: Int) throws {
        let (_, problems, path) = try read(NewSwarmKey().text, mode: mode)
        let octal = String(mode, radix: 8)
        let wants = "a file that only its owner can read (chmod 600); its mode is \(octal)"
        #expect(problems == ["CACHE_SWARM_KEY_FILE: got \"\(path)\", wants \(wants)"])
    }

    @Test(arguments: [
        ("", "whose first line is /key/swarm/psk/1.0.0/"),
        (String(repeating: "0a", count: 32), "whose first line is /key/swarm/psk/1.0.0/"),
        ("/key/swarm/psk/1.0.0/\n\(String(repeating: "0a", count: 32))\n", "whose second line is /base16/"),
        ("/key/swarm/psk/1.0.0/\n/base16/\n0a0a\n", "a swarm key of 32 bytes, not of 2"),
    ])
    func whatIsNoKeyIsSaidWithoutIt(text: String, wants: String) throws {
        let (_, problems, path) = try read(text, ["CACHE_LISTEN_HOST": "0.0.0.0"])
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("CACHE_SWARM_KEY_FILE: got \"\(path)\", wants ") == true)
        #expect(problems.first?.contains(wants) == true, "\(problems)")
        #expect(problems.first?.contains("0a0a") == false)
    }

    @Test func aProgramOfItsOwnIsHeldToTheSameRules() throws {
        var settings = Settings(directory: FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path)
        settings.mesh.share = .all
        let unshared = #expect(throws: NodeError.self) { try HookCacheNode(settings, logger: Logger(label: "test")) }
        #expect(unshared?.message.contains("CACHE_SWARM_KEY_FILE") == true)
        settings.mesh.share = .public
        settings.mesh.listen.host = "0.0.0.0"
        let refusal = #expect(throws: NodeError.self) { try HookCacheNode(settings, logger: Logger(label: "test")) }
        #expect(refusal?.message.contains("CACHE_SWARM_KEY_FILE") == true)
        #expect(refusal?.message.contains("CACHE_ALLOWED_PEERS") == true)
        #expect(throws: SettingsError.self) { try settings.mesh.readSwarmKey(fromFile: "/nowhere/swarm.key") }
    }
}
