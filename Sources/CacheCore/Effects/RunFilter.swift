package import GitHubCore

/// The filters of a run list, as far as a run object itself can answer them.
package struct RunFilter: Sendable {
    private let query: [QueryItem]

    /// The filters of a resource.
    package init(_ resource: Resource) {
        query = resource.query.filter { !["per_page", "page", "exclude_pull_requests"].contains($0.name) }
    }

    /// Whether every run passes.
    package var isEmpty: Bool { query.isEmpty }

    /// Whether a run may come to pass or cease to while it lives; otherwise its making decides.
    var isAboutState: Bool { query.contains { !Self.fixed.contains($0.name) } }

    private static let fixed: Set<String> = ["actor", "branch", "check_suite_id", "created", "event", "head_sha"]

    /// Whether a run passes: nil where the object cannot tell.
    package func admits(_ run: WorkflowRun) -> Bool? {
        var isCertain = true
        for item in query {
            guard let passes = Self.passes(item, run) else {
                isCertain = false
                continue
            }
            if !passes { return false }
        }
        return isCertain ? true : nil
    }

    /// Whether a run that does not pass now, and of which nothing else is known, may have passed in an earlier state.
    func mayHaveAdmitted(_ run: WorkflowRun) -> Bool {
        // A run begins by waiting; only its status and conclusion change.
        let isBeginning = run.attempt == 1 && ["requested", "queued", "pending", "waiting"].contains(run.status)
        return !isBeginning && query.allSatisfy { $0.name == "status" || Self.passes($0, run) != false }
    }

    private static func passes(_ item: QueryItem, _ run: WorkflowRun) -> Bool? {
        // What GitHub makes of an empty value is not known.
        guard !item.value.isEmpty else { return nil }
        return switch item.name {
        case "status":
            // Takes statuses and conclusions alike.
            run.status == item.value || run.conclusion == item.value
        case "branch":
            run.headBranch == item.value
        case "event":
            run.event == item.value
        case "head_sha":
            run.headSHA == item.value
        case "actor":
            run.actor.map { $0.lowercased() == item.value.lowercased() }
        case "check_suite_id":
            run.checkSuiteID.map { String($0) == item.value }
        default:
            // `created` ranges, and whatever GitHub adds.
            nil
        }
    }
}
