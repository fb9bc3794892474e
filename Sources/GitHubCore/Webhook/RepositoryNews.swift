/// What an event tells of a repository beside the states of its runs and jobs: something changed, and only GitHub knows
/// what is right now.
package enum RepositoryNews: Hashable, Sendable {
    /// A check run, or a whole check suite where no check run is named; with the commit that it belongs to.
    case check(run: Int64?, suite: Int64?, sha: String?)
    /// A branch or tag came, went or leads elsewhere.
    case ref(GitRef)
    /// A pull request was opened, closed or changed: the runs of its head show it.
    case pullRequest(branch: String?, sha: String?)
    /// A commit has a new status.
    case status(sha: String?)
    /// A workflow was started by hand; its run tells of itself, unless it fails to start.
    case dispatch

    /// Reads what an event tells, or nil where it tells nothing that any stored answer shows.
    init?(_ event: EventName, _ root: JSONObject) {
        switch event {
        case .checkRun:
            let check = root.object("check_run")
            self = .check(
                run: check?.integer("id"),
                suite: check?.object("check_suite")?.integer("id"),
                sha: check?.string("head_sha")
            )
        case .checkSuite:
            let suite = root.object("check_suite")
            self = .check(run: nil, suite: suite?.integer("id"), sha: suite?.string("head_sha"))
        case .push, .create, .delete:
            self = .ref(GitRef(root))
        case .pullRequest:
            if let action = root.string("action"), Self.silent.contains(action) { return nil }
            let head = root.object("pull_request")?.object("head")
            self = .pullRequest(branch: head?.string("ref"), sha: head?.string("sha"))
        case .status:
            self = .status(sha: root.string("sha"))
        case .workflowDispatch:
            self = .dispatch
        default:
            return nil
        }
    }

    /// What happens to a pull request that no run shows; every other action, known or not, counts.
    private static let silent: Set<String> = [
        "assigned", "unassigned", "labeled", "unlabeled", "locked", "unlocked", "milestoned", "demilestoned",
        "review_requested", "review_request_removed", "auto_merge_enabled", "auto_merge_disabled", "enqueued",
        "dequeued",
    ]
}

/// A branch or a tag.
package struct GitRef: Hashable, Sendable {
    /// `heads` or `tags`; nil for any other.
    package let kind: String?
    /// The name without that.
    package let name: String
    /// Whether it is the branch that `HEAD` leads to; so too where that is not told.
    package let isDefault: Bool

    init(_ root: JSONObject) {
        let text = root.string("ref") ?? ""
        switch root.string("ref_type") {
        case "branch"?: (kind, name) = ("heads", text)
        case "tag"?: (kind, name) = ("tags", text)
        default:
            let known = ["heads", "tags"].first { text.hasPrefix("refs/\($0)/") }
            (kind, name) = (known, known.map { String(text.dropFirst("refs/\($0)/".utf8.count)) } ?? text)
        }
        let standard = root.object("repository")?.string("default_branch")
        isDefault = kind != "tags" && (standard == nil || standard == name)
    }

    /// Whether a path that names a commit may mean this: by its name in any form, or relative to it.
    package func isMeant(by ref: String) -> Bool {
        let relative = [ref.firstIndex { $0 == "~" || $0 == "^" || $0 == ":" }, ref.firstRange(of: "@{")?.lowerBound]
        let base = ref[..<(relative.compactMap(\.self).min() ?? ref.endIndex)]
        if base.isEmpty || base == "HEAD" || base == "@" { return isDefault }
        if base == name || "refs/\(base)" == name { return true }
        return kind.map { base == "\($0)/\(name)" || base == "refs/\($0)/\(name)" } ?? false
    }
}
