import CacheCore
import CacheStore
import GitHubCore

/// Answers to GraphQL's queries: kept for the credential that asked, for a short time, and not past an event of a
/// repository that they lie in.
extension Node {
    /// What GitHub answered to a query: kept if it is whole and nothing happened since it was asked.
    func take(_ given: OriginAnswer, to query: PostedQuery, of job: FetchJob) async {
        var headers = given.headers
        headers.etag = nil
        let answer = OriginAnswer(status: given.status, headers: headers, body: given.body, askedAt: given.askedAt)
        var entry = entry(for: answer, key: job.key, source: job.source)
        var isStored = false
        if answer.status == 200, let told = job.told {
            let tags = told.tags(of: query.query)
            let lifetime = history.lifetime(
                of: tags,
                to: credentialID(of: job.identity),
                asked: job.asked,
                askedAt: answer.askedAt,
                longest: configuration.ttl.seconds(for: job.key.resource)
            )
            if told.isWhole, let lifetime {
                entry.freshUntil = answer.askedAt.advanced(bySeconds: lifetime)
                store.apply([.put(entry, answer.body), .tag(job.key, tags)])
                hub.send(.stored(path: job.key.resource.path, source: entry.source, isPublic: false))
                isStored = store.peek(job.key) != nil
            } else if told.takesBack {
                store.apply([.remove(job.key)])
            }
        }
        await land(job, .answer(entry, answer.body, isStored: isStored, status: answer.status))
    }

    /// What changes make old: the answers that lie in the repositories whose runs or jobs have a new state.
    func outdated(by changes: [Change]) -> [Change] {
        let (moment, longest) = (now(), configuration.ttl.queries)
        let repositories = Set(
            changes.compactMap { change -> RepositoryName? in
                guard case .remember(let state) = change,
                    QueryHistory.mayOutdate(state, now: moment, longest: longest)
                else { return nil }
                return state.id.repository
            }
        )
        return repositories.flatMap { outdated(touching: .repository($0)) }
    }

    /// What lies in a repository, or in one of an owner's, is old: something happened there.
    func outdated(touching scope: Scope) -> [Change] {
        note { $0.note(scope, at: now()) }
        return outdated(store.queries(touching: scope))
    }

    /// A caller changed something at GitHub, or may have: what it asked before is asked anew.
    func endQueries(of credential: CredentialID) {
        note { $0.note(credential, at: now()) }
        let changes = outdated(store.queries(of: credential))
        store.apply(changes)
        report(changes)
    }

    /// Takes proofs back, and removes the answers to queries that rest on the same access.
    func withdraw(_ withdrawal: Withdrawal, asOf moment: Timestamp) -> [Change] {
        note { $0.note(withdrawal, at: now()) }
        let entries: [Entry] =
            switch withdrawal {
            case .everything(let credential), .scope(_, let credential): store.queries(of: credential)
            case .subject(let subject): store.queries(of: subject.credential)
            case .everyone(let scope): store.queries(touching: scope)
            }
        let gone = entries.filter { entry in
            guard case .credential(let credential) = entry.key.audience, let tags = store.tags(of: entry.key) else {
                return false
            }
            return withdrawal.covers(tags, of: credential)
        }
        return [.withdraw(withdrawal, asOf: moment)] + gone.map { .remove($0.key) }
    }

    private func outdated(_ entries: [Entry]) -> [Change] {
        entries.filter { $0.standing != .invalid }.map { entry in
            var wrong = entry
            wrong.standing = .invalid
            return .touch(wrong)
        }
    }

    private func note(_ change: (inout QueryHistory) -> Void) {
        change(&history)
        queryNumber.set(history.number)
    }

    /// The repositories that a read shows an interest in.
    nonisolated func repositories(of request: ReadRequest) -> [RepositoryName] {
        guard let query = request.query else {
            return [request.representation.resource.endpoint.repository].compactMap(\.self)
        }
        let named = query.query.tags.scopes.compactMap { scope in
            if case .repository(let repository) = scope { repository } else { nil }
        }
        return Array(named.prefix(configuration.limits.repositoriesOfQuery))
    }
}
