import ArgumentParser
import HookCacheKit
import Testing

@testable import hookcache

@Suite struct SettingsOptionsTests {
    private let home = ["HOME": "/somewhere"]

    @Test func theSocketIsThatOfTheFolder() throws {
        let settings = try SettingsOptions.parse(["--dir", "/d"]).settings(environment: self.home)
        #expect(settings.api.socket == "/d/hookcache.sock")
        #expect(try SettingsOptions.parse(["--socket", "/s"]).settings(environment: self.home).api.socket == "/s")
    }

    @Test func aBadFlagIsWrongUsageAndABadEnvironmentAFailure() throws {
        let flagged = try SettingsOptions.parse(["--log-level", "loud"])
        #expect(try #require(throws: CommandError.self) { try flagged.settings(environment: self.home) }.code == .usage)
        let bad = self.home.merging(["LOG_LEVEL": "loud"]) { $1 }
        let plain = try SettingsOptions.parse([])
        let error = try #require(throws: CommandError.self) { try plain.settings(environment: bad) }
        #expect(error.code == .failed)
        #expect(error.message.contains("LOG_LEVEL: got \"loud\""))
    }

    @Test func aMissingFileIsWrongUsage() throws {
        let options = try SettingsOptions.parse(["--env-file", "/nowhere/at/all"])
        #expect(try #require(throws: CommandError.self) { try options.settings(environment: self.home) }.code == .usage)
    }
}
