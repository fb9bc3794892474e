import CacheCore
import GitHubCore
import Testing

@Suite struct HookSecretsTests {
    private let moment = Timestamp(seconds: 1_785_578_400)

    @Test func aRotationGoesStepByStep() {
        var secrets = HookSecrets("old")
        #expect(secrets.step == nil && secrets.latest == "old")
        secrets.offer("new")
        #expect(secrets.step == .offered && secrets.current == "old" && secrets.latest == "new")
        secrets.changed(at: moment)
        #expect(secrets.step == .changed && secrets.changedAt == moment)
        secrets.retire()
        #expect(secrets == HookSecrets("new"))
    }

    @Test func oneThatGoesOnKeepsItsSecret() {
        var secrets = HookSecrets("old")
        secrets.offer("new")
        secrets.offer("newer")
        #expect(secrets.latest == "new")
        secrets.changed(at: moment)
        secrets.offer("newer")
        secrets.changed(at: moment.advanced(bySeconds: 5))
        #expect(secrets.latest == "new" && secrets.changedAt == moment)
    }

    @Test func theOldOneStaysUntilGitHubHasTheNew() {
        var secrets = HookSecrets("old")
        secrets.retire()
        secrets.changed(at: moment)
        #expect(secrets == HookSecrets("old"))
        secrets.offer("new")
        secrets.retire()
        #expect(secrets.current == "old" && secrets.step == .offered)
    }

    @Test func theOldOneGoesAfterQuietOrWhenItsTimeIsOver() {
        let rule = RetirementRule(quiet: 1000, grace: 60)
        func isDue(after milliseconds: Int64, lastOld: Int64? = nil, sawNew: Bool = true) -> Bool {
            rule.isDue(
                changedAt: moment,
                lastOld: lastOld.map { moment.advanced(byMilliseconds: $0) },
                sawNew: sawNew,
                now: moment.advanced(byMilliseconds: milliseconds)
            )
        }
        #expect(!isDue(after: 999))
        #expect(isDue(after: 1000))
        #expect(!isDue(after: 1500, lastOld: 501))
        #expect(isDue(after: 1501, lastOld: 501))
        #expect(isDue(after: 1000, lastOld: -9000))
        #expect(!isDue(after: 59_999, sawNew: false))
        #expect(isDue(after: 60_000, sawNew: false))
        #expect(isDue(after: 60_000, lastOld: 59_999))
    }

    @Test func noDescriptionShowsASecret() {
        var secrets = HookSecrets("hush")
        secrets.offer("hush")
        var dumped = ""
        dump(secrets, to: &dumped)
        for text in ["\(secrets)", String(reflecting: secrets), "\([secrets])", dumped] {
            #expect(!text.contains("hush"))
        }
    }
}
