package import GitHubCore

extension Checkup {
    /// Whether GitHub is there and takes the credential, what is left of its quota, and whether the clocks agree.
    package static func ofGitHub(_ probe: OriginProbe, now: Timestamp) -> [Checkup] {
        guard case .answered(let status, let message) = probe.outcome else {
            guard case .failed(let failure) = probe.outcome else { return [] }
            if case .noAccess(let why) = failure {
                return [.fail("credential", why, remedy: "see GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE")]
            }
            let remedy = "see that this machine reaches GITHUB_API_URL: its name, a proxy, a firewall, its certificates"
            return [.fail("github", "\(failure)", remedy: remedy)]
        }
        return [
            ofAnswer(status, message, probe), ofCredential(status, message, probe, now), ofQuota(probe.quota),
            ofClock(probe),
        ].compactMap(\.self)
    }

    private static func ofAnswer(_ status: Int, _ message: String?, _ probe: OriginProbe) -> Checkup {
        let time = "\(probe.milliseconds) ms"
        guard status < 500 else {
            return .warn(
                "github",
                "GitHub answers \(status)\(message.map { ": \($0)" } ?? "")",
                remedy: "wait: what is stored is served; www.githubstatus.com tells of outages"
            )
        }
        guard probe.milliseconds < Limits.slow else {
            return .warn("github", "GitHub answers after \(time)", remedy: "look at the way to it: proxy, DNS, load")
        }
        return .pass("github", "it answers within \(time)")
    }

    private static func ofCredential(
        _ status: Int,
        _ message: String?,
        _ probe: OriginProbe,
        _ now: Timestamp
    ) -> Checkup? {
        let name = "credential"
        let own = probe.credential
        let said = message.map { " (\($0))" } ?? ""
        switch (own, status) {
        case (.none, _):
            return .warn(
                name,
                "there is none: this node reads public data only, 60 calls an hour, and manages no webhook",
                remedy: "set GITHUB_TOKEN"
            )
        case (.token, 401):
            return .fail(
                name,
                "GitHub does not accept the token\(said)",
                remedy: "give GITHUB_TOKEN a token that is valid, and start the node again"
            )
        case (.app, 401):
            return .fail(
                name,
                "GitHub does not accept the App's signature\(said)",
                remedy:
                    "see that GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE belong together, and that the clock is right"
            )
        case (_, 403), (_, 429):
            return .warn(name, "GitHub refuses for now\(said)", remedy: "wait until its limit is over")
        case (_, 500...):
            // That says nothing of the credential.
            return nil
        default:
            break
        }
        if let end = probe.expiresAt {
            let left = end.milliseconds(since: now) / 1_000
            guard left > 0 else {
                return .fail(name, "the token ended at \(end.rfc3339)", remedy: "give GITHUB_TOKEN another one")
            }
            guard left > Limits.tokenLead else {
                return .warn(
                    name,
                    "the token ends at \(end.rfc3339), in \(span(left))",
                    remedy: "make another one in time, and give it to the node as GITHUB_TOKEN"
                )
            }
        }
        let held = probe.scopes.map { $0.isEmpty ? "no scope" : "the scopes \($0.joined(separator: ", "))" }
        let parts = [
            own == .app ? "GitHub accepts the App" : "GitHub accepts the token", held.map { "it has \($0)" },
            probe.expiresAt.map { "it ends at \($0.rfc3339)" },
        ]
        return .pass(name, parts.compactMap(\.self).joined(separator: "; "))
    }

    /// Whether enough is left of a quota; of a GitHub App's, each installation's by its owner.
    package static func ofQuota(_ quota: OriginStatistics.Quota?, of owner: String? = nil) -> Checkup? {
        guard let quota, quota.limit > 0 else { return nil }
        let name = owner.map { "rate limit \($0)" } ?? "rate limit"
        let text = "\(quota.remaining) of \(quota.limit) calls left until \(quota.reset.rfc3339)"
        guard quota.remaining * 100 >= quota.limit * Limits.quotaPercent else {
            return .warn(
                name,
                text,
                remedy:
                    "see who else calls with this credential, and hookcache stats; what is stored is served meanwhile"
            )
        }
        return .pass(name, text)
    }

    private static func ofClock(_ probe: OriginProbe) -> Checkup? {
        guard let ahead = probe.ahead else { return nil }
        let apart = abs(ahead)
        let text = "this machine's clock is \(apart / 1_000) s \(ahead < 0 ? "behind" : "ahead of") GitHub's"
        let remedy = "set the clock, and keep it right with NTP (timedatectl set-ntp true)"
        // The answer's date is of a second, and the answer took its time.
        switch apart {
        case Limits.clockApart...:
            return .fail("clock", "\(text): certificates, tokens and ages go by it", remedy: remedy)
        case Limits.clockNotice...: return .warn("clock", text, remedy: remedy)
        default: return .pass("clock", "it agrees with GitHub's")
        }
    }

    /// A number of seconds in words.
    static func span(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) minutes"
        case ..<172_800: "\(seconds / 3_600) hours"
        default: "\(seconds / 86_400) days"
        }
    }
}
