import CacheCore
import GitHubCore
import Testing

@Suite struct ProofPolicyTests {
    private let policy = ProofPolicy(ttl: 600, grace: 3600)
    private let moment = Timestamp(seconds: 1_785_578_400)

    @Test(
        arguments: [
            (0, true, true), (599, true, true), (600, false, true), (4199, false, true), (4200, false, false),
        ]
    )
    func aProofHoldsForItsTimeAndLongerWhileGitHubIsAway(age: Int, holds: Bool, holdsWhileAway: Bool) {
        let now = moment.advanced(bySeconds: age)
        #expect(policy.holds(provenAt: moment, now: now, isGitHubAway: false) == holds)
        #expect(policy.holds(provenAt: moment, now: now, isGitHubAway: true) == holdsWhileAway)
    }

    @Test func nothingIsProvenWithoutAProof() {
        #expect(!policy.holds(provenAt: nil, now: moment, isGitHubAway: true))
    }

    @Test func aClockThatWasSetBackDoesNotMakeAProofHoldForEver() {
        #expect(policy.holds(provenAt: moment, now: moment.advanced(bySeconds: -5), isGitHubAway: false))
        #expect(!policy.holds(provenAt: moment, now: moment.advanced(bySeconds: -600), isGitHubAway: false))
        #expect(!policy.holds(provenAt: moment, now: moment.advanced(bySeconds: -86_400), isGitHubAway: true))
    }

    @Test func withoutGraceAnOutageChangesNothing() {
        let strict = ProofPolicy(ttl: 60, grace: 0)
        let now = moment.advanced(bySeconds: 60)
        #expect(!strict.holds(provenAt: moment, now: now, isGitHubAway: true))
    }
}
