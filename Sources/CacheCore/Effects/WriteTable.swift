import GitHubCore

/// Which requests change what, after GitHub's OpenAPI description of August 2026.
package enum WriteTable {
    /// What a request changes, from its method and the decoded segments of its path; nil for what changes nothing stored.
    package static func effect(of method: String, _ segments: [String]) -> WriteEffect? {
        guard !["GET", "HEAD", "OPTIONS", "TRACE"].contains(method), let first = segments.first else { return nil }
        let parts: Set<WriteEffect.Part>
        let scope: Scope
        switch first {
        case "repos" where segments.count >= 3:
            guard let name = RepositoryName(owner: segments[1], name: segments[2]) else { return nil }
            scope = .repository(name)
            parts = belowRepository(method, segments.dropFirst(3))
        case "orgs" where segments.count >= 2:
            guard RepositoryName.isName(segments[1]) else { return nil }
            scope = .owner(segments[1].lowercased())
            parts = belowOrganization(method, segments.dropFirst(2))
        default:
            return nil
        }
        return parts.isEmpty ? nil : WriteEffect(scope, parts)
    }

    private static func belowRepository(_ method: String, _ rest: ArraySlice<String>) -> Set<WriteEffect.Part> {
        let path = Array(rest)
        switch (path.first, path.count) {
        case (nil, _): return method == "DELETE" ? [.endOfAll] : [.everything]
        case ("transfer", 1): return [.everything]
        case ("actions", 2...): return belowActions(method, path.dropFirst())
        case ("dispatches", 1): return [.runLists]
        case ("check-runs", _), ("check-suites", _):
            // What is requested again is run again.
            return path.last == "rerequest" ? [.checks, .actions] : [.checks]
        case ("statuses", 2): return [.statuses]
        case ("contents", _), ("git", _), ("merges", 1), ("merge-upstream", 1), ("branches", _): return [.refs]
        case ("pulls", 3) where path[2] == "merge": return [.refs]
        case ("topics", 1), ("collaborators", _), ("forks", 1), ("generate", 1): return [.description]
        default: return []
        }
    }

    private static func belowActions(_ method: String, _ rest: ArraySlice<String>) -> Set<WriteEffect.Part> {
        let path = Array(rest)
        switch (path[0], path.count) {
        case ("runs", 2...):
            guard let id = Int64(path[1]) else { return [.actions] }
            return method == "DELETE" && path.count == 2 ? [.endOfRun(id)] : [.run(id)]
        case ("jobs", 2...):
            return [Int64(path[1]).map { .job($0) } ?? .actions]
        case ("workflows", 3) where path[2] == "dispatches": return [.runLists]
        case ("workflows", _): return [.workflows]
        case ("artifacts", _): return [.artifacts]
        case ("caches", _), ("cache", _): return [.caches]
        case ("runners", 2) where path[1].hasSuffix("-token"): return []
        case ("runners", _): return [.runners]
        case ("secrets", _), ("variables", _), ("permissions", _), ("oidc", _): return []
        default: return [.actions]
        }
    }

    private static func belowOrganization(_ method: String, _ rest: ArraySlice<String>) -> Set<WriteEffect.Part> {
        let path = Array(rest)
        switch (path.first, path.count) {
        case (nil, _): return method == "DELETE" ? [.endOfAll] : [.description]
        case ("repos", 1): return [.description]
        case ("actions", 3) where path[1] == "runners" && path[2].hasSuffix("-token"): return []
        case ("actions", 2...) where path[1] == "runners" || path[1] == "runner-groups": return [.runners]
        default: return []
        }
    }
}
