package import GitHubCore

extension Checkup {
    /// Whether a webhook is there, tells what this node uses, and gets through.
    package static func ofHook(_ facts: HookFacts, now: Timestamp) -> [Checkup] {
        let name = "hook \(facts.scope)"
        switch facts.listed {
        case .failure(let failure):
            return [unknown(failure, name, facts)]
        case .success(let hooks):
            guard let hook = facts.own else { return [missing(name, facts, others: hooks.count)] }
            let problems = ofSettings(hook, name, facts) + ofDeliveries(name, facts, now)
            guard problems.isEmpty else { return problems }
            let last =
                facts.deliveries?.first.map { "; the last delivery, of \($0.deliveredAt.rfc3339), arrived" } ?? ""
            let log = facts.takesLog ? "; its log is read" : last
            return [.pass(name, "it is active and sends \(hook.events.count) events\(log)")]
        }
    }

    private static func register(_ facts: HookFacts) -> String { "hookcache hook register \(facts.scope)" }

    private static func unknown(_ failure: HookFailure, _ name: String, _ facts: HookFacts) -> Checkup {
        switch failure {
        case .noCredential:
            return .warn(name, "without a credential GitHub does not show it", remedy: "set GITHUB_TOKEN")
        case .forbidden(let why), .notFound(let why):
            let remedy = "give the node's credential that permission, or see to the hook in the settings at GitHub"
            return facts.isRegistered ? .fail(name, why, remedy: remedy) : .warn(name, why, remedy: remedy)
        case .refused(let why), .moved(let why):
            return .warn(name, "GitHub does not show it: \(why)", remedy: "see that the name is right")
        case .origin(let failure):
            return .warn(name, "\(failure)", remedy: "try again when GitHub answers")
        }
    }

    private static func missing(_ name: String, _ facts: HookFacts, others: Int) -> Checkup {
        if facts.isRegistered {
            return .fail(name, "GitHub does not have it any more: nothing is told", remedy: register(facts))
        }
        if let owner = facts.coveredBy { return .pass(name, "the webhook of \(owner) tells of it, too") }
        let there = others == 0 ? "there is none" : "none of the \(others) at GitHub is known to lead to this node"
        guard facts.url == nil else { return .fail(name, there, remedy: register(facts)) }
        return .warn(
            name,
            "\(there): it is kept fresh by polling alone",
            remedy:
                "set CACHE_WEBHOOK_URL, then \(register(facts)); or CACHE_HOOK_PULL=true where GitHub cannot reach this node"
        )
    }

    private static func ofSettings(_ hook: RemoteHook, _ name: String, _ facts: HookFacts) -> [Checkup] {
        var problems: [Checkup] = []
        if !hook.isActive {
            problems.append(.fail(name, "it is switched off at GitHub", remedy: register(facts)))
        }
        if !hook.isSigned {
            let why = "it has no secret: its deliveries are not signed, and all are refused"
            problems.append(.fail(name, why, remedy: register(facts)))
        }
        let lacks = HookEvents.names(in: facts.scope).filter { !hook.events.contains($0) }
        if !lacks.isEmpty, !hook.events.contains("*") {
            let why = "it does not send \(lacks.joined(separator: ", "))"
            let isVital = lacks.contains("workflow_run") || lacks.contains("workflow_job")
            problems.append(Checkup(name, isVital ? .fail : .warn, why, remedy: register(facts)))
        }
        if !hook.verifiesTLS {
            let why = "GitHub does not check the receiver's certificate: others may read what it sends"
            problems.append(.warn(name, why, remedy: register(facts)))
        }
        if let url = facts.url, hook.url != url, !facts.takesLog {
            let why = "it leads to \(hook.url), and CACHE_WEBHOOK_URL is \(url)"
            problems.append(.warn(name, why, remedy: register(facts)))
        }
        return problems
    }

    private static func ofDeliveries(_ name: String, _ facts: HookFacts, _ now: Timestamp) -> [Checkup] {
        if facts.takesLog {
            guard let readAt = facts.logReadAt, now.milliseconds(since: readAt) > Limits.logAge * 1_000 else {
                return []
            }
            let why = "its log, which events are taken from, was last read at \(readAt.rfc3339)"
            return [.fail(name, why, remedy: "hookcache hook recover \(facts.scope) says what is in the way")]
        }
        guard let deliveries = facts.deliveries, let last = deliveries.first else { return [] }
        // A failure counts until the same delivery was received after all.
        let received = Set(deliveries.filter(\.isOK).map(\.guid))
        let failed = deliveries.filter { !$0.isOK && !received.contains($0.guid) }
        guard !last.isOK, failed.contains(last) else {
            guard !failed.isEmpty else { return [] }
            let why = "of its last \(deliveries.count) deliveries \(failed.count) failed, and the last arrived"
            return [.warn(name, why, remedy: "hookcache hook recover \(facts.scope)")]
        }
        let answer = last.statusCode == 0 ? last.status : "\(last.status), \(last.statusCode)"
        return [
            .fail(
                name,
                "its last delivery, of \(last.deliveredAt.rfc3339), failed (\(answer)); \(failed.count) of \(deliveries.count)",
                remedy:
                    "see that its URL leads to CACHE_WEBHOOK_LISTEN; then hookcache hook ping \(facts.scope), and recover"
            )
        ]
    }
}

extension Checkup {
    /// Whether deliveries that were taken could be used.
    package static func ofInbox(waiting: Int, setAside: Int) -> Checkup {
        guard setAside == 0 else {
            let why = "\(setAside) deliveries were taken, and could not be used"
            return .warn("inbox", why, remedy: "hookcache hook deliveries --failed says which and why")
        }
        return .pass("inbox", "\(waiting) deliveries wait, none is set aside")
    }
}
