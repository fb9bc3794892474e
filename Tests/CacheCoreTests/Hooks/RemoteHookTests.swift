import CacheCore
import GitHubCore
import Testing

@Suite struct RemoteHookTests {
    private let settings = HookSettings(url: "https://ci.example/webhook", secret: "s", events: ["a", "b"])

    private func hook(_ text: String) throws -> RemoteHook {
        try #require(RemoteHook(JSONObject(Array(text.utf8))))
    }

    @Test func aHookAsItShouldBeNeedsNothing() throws {
        let hook = try hook(
            #"""
            {"id":1,"active":true,"events":["b","a"],"config":{"url":"https://ci.example/webhook","content_type":"json",
            "insecure_ssl":"0","secret":"********"}}
            """#
        )
        #expect(hook.changes(to: settings, isKnown: true).isEmpty)
        #expect(hook.changes(to: settings, isKnown: false).map(\.setting) == ["secret"])
    }

    @Test func everythingThatDiffersIsTold() throws {
        let hook = try hook(
            #"{"id":1,"active":false,"events":["push"],"config":{"url":"https://old.example/","insecure_ssl":1}}"#
        )
        let changes = hook.changes(to: settings, isKnown: true)
        #expect(
            changes == [
                HookChange("url", was: "https://old.example/", becomes: "https://ci.example/webhook"),
                HookChange("events", was: "push", becomes: "a, b"),
                HookChange("active", was: "no", becomes: "yes"),
                HookChange("content type", was: "form", becomes: "json"),
                HookChange("TLS verification", was: "off", becomes: "on"),
                HookChange("secret", was: "none", becomes: "one that this node made"),
            ]
        )
    }

    @Test(arguments: ["{}", #"{"id":"1"}"#])
    func withoutANumberItIsNoHook(text: String) throws {
        #expect(try RemoteHook(JSONObject(Array(text.utf8))) == nil)
    }
}
