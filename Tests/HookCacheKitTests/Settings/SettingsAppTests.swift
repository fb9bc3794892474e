import AppKeys
import Foundation
import Testing

@testable import HookCacheKit

/// The settings of a node that is a GitHub App.
struct SettingsAppTests {
    /// Reads settings with a key file of some content and mode.
    private func read(
        _ values: [String: String],
        key: String? = nil,
        mode: Int = 0o600
    ) throws -> Result<Settings, SettingsError> {
        let path = FileManager.default.temporaryDirectory.appending(path: "app-\(UUID().uuidString).pem").path
        var environment = values.merging(["HOME": "/somewhere"]) { $1 }
        if let key {
            let isMade = FileManager.default.createFile(
                atPath: path,
                contents: Data(key.utf8),
                attributes: [.posixPermissions: mode]
            )
            #expect(isMade)
            environment["GITHUB_APP_PRIVATE_KEY_FILE"] = path
        }
        defer { try? FileManager.default.removeItem(atPath: path) }
        return Result { () throws(SettingsError) in
            try Settings(flags: [:], environment: environment, settingsFile: SettingsFile())
        }
    }

    private func problems(_ values: [String: String], key: String? = nil, mode: Int = 0o600) throws -> [String] {
        guard case .failure(let error) = try read(values, key: key, mode: mode) else { return [] }
        return error.problems.map(\.description)
    }

    @Test(arguments: ["17", "Iv1.25b5d1e65ffc4022", "Iv23liOCTOCACHE"])
    func anAppAndItsKeyAreRead(id: String) throws {
        for pem in [try AppKey.shared().pkcs1, try AppKey.shared().pkcs8] {
            let settings = try read(["GITHUB_APP_ID": id, "CACHE_SOCKET_IDENTITY": "node"], key: pem).get()
            #expect(settings.github.app?.id == id)
            #expect(settings.github.token == nil)
            #expect(settings.api.socketIdentity == .node)
            #expect(!"\(settings)".contains("PRIVATE"))
        }
    }

    @Test func oneWithoutTheOtherIsRefused() throws {
        #expect(
            try problems(["GITHUB_APP_ID": "17"]) == [
                "GITHUB_APP_PRIVATE_KEY_FILE: wants the file of the App's private key where GITHUB_APP_ID is set"
            ]
        )
        #expect(
            try problems([:], key: AppKey.shared().pkcs1) == [
                "GITHUB_APP_ID: wants the App's number where GITHUB_APP_PRIVATE_KEY_FILE is set"
            ]
        )
    }

    @Test(arguments: ["GITHUB_TOKEN", "GH_TOKEN"])
    func anAppAndATokenAreOneTooMany(key: String) throws {
        #expect(
            try problems(["GITHUB_APP_ID": "17", key: "ghp_secret"], key: AppKey.shared().pkcs1) == [
                "GITHUB_APP_ID: got \"17\", wants to be unset where GITHUB_TOKEN or GH_TOKEN is: a node asks GitHub as one of the two"
            ]
        )
    }

    @Test(arguments: ["my-app", "-1", "1 7", "Iv23li/../x"])
    func whatIsNoAppIsRefused(id: String) throws {
        let found = try problems(["GITHUB_APP_ID": id], key: AppKey.shared().pkcs1)
        #expect(
            found == ["GITHUB_APP_ID: got \"\(id)\", wants the App's number, or its client id such as Iv23liABCDEF"]
        )
    }

    @Test func aKeyFileIsPrivateReadableAndAKey() throws {
        let key = try AppKey.shared()
        for (content, mode, wants) in [
            (key.pkcs1, 0o644, "a file that only its owner can read (chmod 600); its mode is 644"),
            (key.publicKey, 0o600, "a private key: this is a public one"),
            ("no key", 0o600, "an RSA private key in PEM"),
            ("", 0o600, "a file that is not empty"),
        ] {
            let found = try problems(["GITHUB_APP_ID": "17"], key: content, mode: mode)
            #expect(found.count == 1)
            #expect(found.first?.hasPrefix("GITHUB_APP_PRIVATE_KEY_FILE: got \"") == true)
            #expect(found.first?.contains("wants \(wants)") == true, "\(found)")
            #expect(!found.joined().contains("BEGIN"))
        }
        let absent = ["GITHUB_APP_ID": "17", "GITHUB_APP_PRIVATE_KEY_FILE": "/none"]
        #expect(
            try problems(absent) == [
                "GITHUB_APP_PRIVATE_KEY_FILE: got \"/none\", wants a readable file of at most 64 KiB"
            ]
        )
    }
}
