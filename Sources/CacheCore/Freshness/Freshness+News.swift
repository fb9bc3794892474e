import GitHubCore

/// Events that carry no run or job: what they touch is wrong from that moment on, and is fetched ahead of its readers.
extension Freshness {
    /// What made stored answers wrong, remembered for as long as an answer to an earlier question may still arrive.
    struct RecentNews: Hashable, Sendable {
        enum Effect: Hashable, Sendable {
            case news(RepositoryEffect)
            case access(AccessEffect)
        }

        let effect: Effect
        let at: Timestamp

        func touches(_ endpoint: Endpoint) -> Bool {
            switch effect {
            case .news(let effect):
                guard endpoint.repository == effect.repository else { return false }
                switch effect.touch(Resource(endpoint)) {
                case .invalidate, .ifShowing: return true
                case .none, .expect: return false
                }
            case .access(let effect):
                if effect.fate(of: endpoint, status: 200) != .stays { return true }
                // Under a new name an earlier answer would still show the former one.
                guard !effect.ended.isEmpty, let repository = endpoint.repository else { return false }
                return effect.scopes.contains { $0.covers(repository) }
            }
        }
    }

    mutating func take(
        _ effect: RepositoryEffect,
        _ entries: [TouchedEntry],
        asOf: Timestamp,
        now: Timestamp
    ) -> [Directive] {
        remember(RecentNews(effect: .news(effect), at: min(asOf, now)), now: now)
        var changes: [Change] = []
        var directives: [Directive] = []
        for touched in entries where touched.entry.key.repository == effect.repository {
            let entry = touched.entry
            switch effect.touch(entry.key.resource) {
            case .none:
                continue
            case .expect:
                if touched.isWanted {
                    schedule(entry.key, after: limits.expectation, source: .prewarm, now: now, isDoubt: true)
                }
                continue
            case .ifShowing(let branch, let sha):
                guard entry.status != 200 || shows(touched, branch: branch, sha: sha) else { continue }
            case .invalidate:
                break
            }
            invalidate(touched, after: limits.debounce, now: now, &changes, &directives)
        }
        return changes.isEmpty ? [] : [.store(changes)] + directives
    }

    mutating func take(
        _ effect: AccessEffect,
        _ entries: [TouchedEntry],
        states: [ObjectState],
        known: Set<ObjectID>,
        unclear: [ResourceKey],
        now: Timestamp
    ) -> [Directive] {
        remember(RecentNews(effect: .access(effect), at: now), now: now)
        var changes: [Change] = effect.withdrawals.map { .withdraw($0, asOf: now) }
        var directives: [Directive] = []
        for touched in entries {
            let key = touched.entry.key
            switch effect.fate(of: key.endpoint, status: touched.entry.status) {
            case .stays:
                continue
            case .isWrong:
                invalidate(touched, after: limits.debounce, now: now, &changes, &directives)
            case .goes:
                waiting[key] = nil
                changes.append(.remove(key))
                directives.append(.invalidated(key))
            }
        }
        for state in states where effect.ended.contains(where: { $0.covers(state.id.repository) }) {
            // What was heard under the present name is later.
            if let moved = effect.moved(state), !known.contains(moved.id) { changes.append(.remember(moved)) }
            changes.append(.forget(state.id))
        }
        for key in unclear { schedule(key, after: limits.debounce, source: .prewarm, now: now) }
        return changes.isEmpty ? [] : [.store(changes)] + directives
    }

    /// Marks an answer as wrong, and has it fetched if it is wanted.
    mutating func invalidate(
        _ touched: TouchedEntry,
        after pause: Int64,
        now: Timestamp,
        _ changes: inout [Change],
        _ directives: inout [Directive]
    ) {
        let entry = touched.entry
        if touched.isWanted { schedule(entry.key, after: pause, source: .prewarm, now: now) }
        guard entry.standing != .invalid else { return }
        var wrong = entry
        wrong.standing = .invalid
        changes.append(.touch(wrong))
        directives.append(.invalidated(entry.key))
    }

    /// Whether an answer shows a run of a branch or a commit; one that cannot be read may.
    private func shows(_ touched: TouchedEntry, branch: String?, sha: String?) -> Bool {
        guard let body = touched.body, touched.entry.key.representation.media == .json,
            let object = try? JSONObject(body.bytes)
        else { return true }
        let runs: [WorkflowRun] =
            switch touched.entry.key.endpoint {
            case .run, .runAttempt: [WorkflowRun(object)].compactMap(\.self)
            default: object.objects("workflow_runs").compactMap { WorkflowRun($0) }
            }
        return runs.contains { run in
            branch != nil && run.headBranch == branch || sha != nil && run.headSHA == sha
        }
    }

    private mutating func remember(_ latest: RecentNews, now: Timestamp) {
        let horizon = now.advanced(bySeconds: -limits.newsMemory)
        // The same may be taken in twice in another order than it was accepted in.
        let at = news.first { $0.effect == latest.effect }.map { max($0.at, latest.at) } ?? latest.at
        news.removeAll { $0.at < horizon || $0.effect == latest.effect }
        if news.count >= limits.news { news.removeFirst() }
        news.append(RecentNews(effect: latest.effect, at: at))
    }
}
