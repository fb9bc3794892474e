import Foundation
import Testing

@testable import HookCacheKit

@Suite struct SettingsFileTests {
    @Test func commentsQuotesAndSpacesAreRead() {
        let text = """
            # a comment
              GITHUB_TOKEN = "a#b"
            export LOG_LEVEL='debug'

            CACHE_WATCH=a/b,c # both
            CACHE_API_HOSTS=
            """
        let file = SettingsFile(text: text, path: "f")
        #expect(file.problems.isEmpty)
        let expected = ["GITHUB_TOKEN": "a#b", "LOG_LEVEL": "debug", "CACHE_WATCH": "a/b,c", "CACHE_API_HOSTS": ""]
        #expect(file.values == expected)
    }

    @Test(
        arguments: [
            ("CACHE_TTL_RUN=1", "f:1: got \"CACHE_TTL_RUN\", wants a known key, such as CACHE_TTL_RUNS"),
            ("\nSOMETHING=1", "f:2: got \"SOMETHING\", wants a known key"),
            ("ghp_pasted", "f:1: wants KEY=value"),
            ("LOG_LEVEL=info\nLOG_LEVEL=debug", "f:2: got \"LOG_LEVEL\", wants each key once"),
        ]
    )
    func whatIsNoSettingIsRefused(text: String, problem: String) {
        #expect(SettingsFile(text: text, path: "f").problems.map(\.description) == [problem])
    }

    @Test func aNamedFileMustBeThere() {
        #expect(SettingsFile(path: "/nowhere/at/all").problems.map(\.key) == ["--env-file"])
    }

    @Test func aReadableFileWithASecretIsWarnedAbout() throws {
        try withFile("GITHUB_TOKEN=a", mode: 0o644) { path in
            #expect(SettingsFile(path: path).warnings.count == 1)
        }
        try withFile("GITHUB_TOKEN=a", mode: 0o600) { path in
            #expect(SettingsFile(path: path).warnings.isEmpty)
        }
        try withFile("GITHUB_TOKEN=", mode: 0o644) { path in
            #expect(SettingsFile(path: path).warnings.isEmpty)
        }
    }

    @Test func aSecretFileIsReadOnlyIfItIsItsOwners() throws {
        func secrets(of path: String) throws(SettingsError) -> [Settings.Secret] {
            let environment = ["HOME": "/somewhere", "WEBHOOK_SECRET_FILE": path]
            return try Settings(flags: [:], environment: environment, settingsFile: SettingsFile()).webhook.secrets
        }
        try withFile(" one,two\n", mode: 0o600) { path in
            let found = try secrets(of: path)
            #expect(found == [.init("one"), .init("two")])
        }
        try withFile("one", mode: 0o640) { path in
            let error = #expect(throws: SettingsError.self) { try secrets(of: path) }
            #expect(error?.problems.first?.wants.hasSuffix("its mode is 640") == true)
        }
        try withFile("\n", mode: 0o600) { path in
            #expect(throws: SettingsError.self) { try secrets(of: path) }
        }
        #expect(throws: SettingsError.self) { try secrets(of: "/nowhere/at/all") }
    }

    @Test func aControlTokenThatOthersMayReadIsRefused() throws {
        try withFile("t", mode: 0o644) { path in
            let environment = ["HOME": "/somewhere", "CACHE_CONTROL_TOKEN_FILE": path]
            #expect(throws: SettingsError.self) {
                try Settings(flags: [:], environment: environment, settingsFile: SettingsFile())
            }
        }
    }

    private func withFile(_ text: String, mode: Int, _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let attributes = [FileAttributeKey.posixPermissions: NSNumber(value: mode)]
        #expect(FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: attributes))
        try body(path)
    }
}
