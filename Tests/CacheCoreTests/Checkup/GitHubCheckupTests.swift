import CacheCore
import GitHubCore
import Testing

/// What an answer of GitHub's says of the way to it, the credential, the quota and the clock.
struct GitHubCheckupTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    private func probe(
        status: Int = 200,
        as credential: OriginProbe.OwnCredential = .token,
        took milliseconds: Int64 = 40,
        clockAhead seconds: Int64 = 0,
        headers: [String: String] = [:]
    ) -> OriginProbe {
        var fields = [
            "date": HTTPDate.text(Self.now.seconds - seconds), "x-ratelimit-limit": "5000",
            "x-ratelimit-remaining": "4900", "x-ratelimit-reset": "\(Self.now.seconds + 600)",
        ]
        fields.merge(headers) { $1 }
        var probe = OriginProbe(
            status: status,
            message: status < 400 ? nil : "Bad credentials",
            askedAt: Self.now,
            answeredAt: Self.now.advanced(byMilliseconds: milliseconds),
            header: { fields[$0] }
        )
        probe.credential = credential
        return probe
    }

    private func look(_ probe: OriginProbe, at name: String) -> Checkup? {
        Checkup.ofGitHub(probe, now: Self.now).first { $0.name == name }
    }

    @Test func allIsWell() {
        let checkups = Checkup.ofGitHub(probe(), now: Self.now)
        #expect(checkups.map(\.name) == ["github", "credential", "rate limit", "clock"])
        #expect(checkups.allSatisfy { $0.standing == .pass && $0.remedy == nil })
    }

    @Test func withoutAnAnswerThereIsNothingElseToSay() {
        let probe = OriginProbe(.failed(.unreachable("refused")), milliseconds: 3)
        let checkups = Checkup.ofGitHub(probe, now: Self.now)
        #expect(checkups.map(\.standing) == [.fail])
        #expect(checkups.first?.why == "GitHub cannot be reached (refused)")
    }

    @Test(arguments: [
        (200, OriginProbe.OwnCredential.none, Checkup.Standing.warn), (401, .token, .fail), (401, .app, .fail),
        (403, .token, .warn), (200, .token, .pass), (200, .app, .pass), (404, .token, .pass),
    ])
    func theCredential(_ status: Int, _ own: OriginProbe.OwnCredential, _ expected: Checkup.Standing) {
        #expect(look(probe(status: status, as: own), at: "credential")?.standing == expected)
    }

    @Test func aServerErrorSaysNothingOfTheCredential() {
        #expect(look(probe(status: 502), at: "credential") == nil)
        #expect(look(probe(status: 502), at: "github")?.standing == .warn)
    }

    @Test(arguments: [
        ("2027-01-15 07:59:59 UTC", Checkup.Standing.fail), ("2027-01-15 08:10:00 UTC", .warn),
        ("2027-01-21 23:00:00 -0700", .warn), ("2027-02-15 08:00:00 UTC", .pass), ("soon", .pass),
    ])
    func aTokenThatEnds(_ end: String, _ expected: Checkup.Standing) {
        let checkup = look(probe(headers: ["github-authentication-token-expiration": end]), at: "credential")
        #expect(checkup?.standing == expected, "\(checkup?.why ?? "")")
    }

    @Test func scopesAreTold() {
        #expect(
            look(probe(headers: ["x-oauth-scopes": "repo, admin:org_hook"]), at: "credential")?.why.contains(
                "repo, admin"
            )
                == true
        )
        #expect(look(probe(headers: ["x-oauth-scopes": ""]), at: "credential")?.why.contains("no scope") == true)
    }

    @Test(arguments: [(5_000, Checkup.Standing.pass), (500, .pass), (499, .warn), (0, .warn)])
    func theQuota(_ remaining: Int, _ expected: Checkup.Standing) {
        #expect(look(probe(headers: ["x-ratelimit-remaining": "\(remaining)"]), at: "rate limit")?.standing == expected)
    }

    @Test func anotherQuotaIsNotTakenForIt() {
        #expect(look(probe(headers: ["x-ratelimit-resource": "search"]), at: "rate limit") == nil)
    }

    @Test(arguments: [
        (0, Checkup.Standing.pass), (9, .pass), (-9, .pass), (11, .warn), (-12, .warn), (61, .fail), (-3_600, .fail),
    ])
    func theClock(_ ahead: Int, _ expected: Checkup.Standing) {
        let checkup = look(probe(clockAhead: Int64(ahead)), at: "clock")
        #expect(checkup?.standing == expected)
        guard ahead != 0, expected != .pass else { return }
        #expect(checkup?.why.contains(ahead < 0 ? "behind" : "ahead of") == true)
    }

    @Test func whatAnAnswerTookIsNotTakenForTheClock() {
        // It was said in the middle of twelve seconds.
        let slow = probe(took: 12_000, headers: ["date": HTTPDate.text(Self.now.seconds + 6)])
        #expect(look(slow, at: "clock")?.standing == .pass)
        #expect(look(slow, at: "github")?.standing == .warn)
    }

    @Test func whatOthersWroteStaysOneLine() {
        let checkup = Checkup.fail("x", "one\ntwo\r\nthree", remedy: String(repeating: "long ", count: 400))
        #expect(checkup.why == "one two three")
        #expect(checkup.remedy?.count == Checkup.Limits.line)
    }
}
