import CacheCore
import GitHubCore
import Testing

@Suite struct DeliveryLogTests {
    @Test(arguments: [("octo", "octo"), ("Octo/Hello", "octo/hello"), ("*", "*")])
    func aLogIsFoundByItsName(text: String, name: String) throws {
        let log = try #require(DeliveryLog(text))
        #expect(log.name == name)
        #expect(DeliveryLog(log.name) == log)
    }

    @Test(arguments: ["", "**", "a/b/c", "octo/*"])
    func whatNamesNoLogIsNone(text: String) {
        #expect(DeliveryLog(text) == nil)
    }

    @Test func theAppsLogMaySpeakOfAnyRepository() {
        #expect(DeliveryLog.app.scope == nil)
        #expect("\(DeliveryLog.app)" == "the GitHub App")
        #expect(DeliveryLog.hook(.owner("octo")).scope == .owner("octo"))
    }
}
