package import GitHubCore

/// What a change of access does to what is stored: every proof of its scopes is dropped, so that whoever reads shows
/// anew that it may; and what is known to show something else now is asked for again, or goes.
package struct AccessEffect: Hashable, Sendable {
    /// The repositories or owners whose readers may have changed.
    package let scopes: Set<Scope>
    /// Repositories or owners of which nothing may stay under their name.
    package let ended: Set<Scope>
    /// Whether only what describes them changed, and nobody's access.
    package let isDescription: Bool
    /// The present names of what was called otherwise, where they may be believed.
    private let present: [Scope: Scope]

    /// The effect of news, told by a secret that speaks for a scope; nil for any.
    ///
    /// A secret speaks for nothing else: where something was moved out of its scope, only its former name is touched, and
    /// GitHub is asked what became of it.
    package init?(_ news: AccessNews, speaker: Scope?) {
        func speaks(_ scope: Scope) -> Bool { speaker?.contains(scope) ?? true }
        let own = Set(news.scopes.filter(speaks))
        isDescription = news.change == .description
        switch news.change {
        case .readers, .description:
            (scopes, ended, present) = (own, [], [:])
        case .removed:
            (scopes, ended, present) = (own, own, [:])
        case .moved(let former):
            let left: Set<Scope> = speaks(former) ? [former] : []
            scopes = own.union(left)
            ended = own.isEmpty ? [] : left
            present = own.isEmpty || left.isEmpty ? [:] : Dictionary(own.map { (former, $0) }) { first, _ in first }
        }
        guard !scopes.isEmpty else { return nil }
    }

    /// The effect of GitHub's own word that a repository is called otherwise now.
    package init(moved former: RepositoryName, to name: RepositoryName) {
        // What it answers under its present name, GitHub said just now.
        (scopes, ended) = ([.repository(former)], [.repository(former)])
        isDescription = false
        present = [.repository(former): .repository(name)]
    }

    /// What is taken back, besides the proofs of each scope: lists of what a credential itself reaches name no scope.
    package var withdrawals: [Withdrawal] {
        isDescription ? [] : scopes.map(Withdrawal.everyone) + [.everyone(.owner(""))]
    }

    /// What becomes of a stored answer.
    package enum Fate: Hashable, Sendable {
        /// It stays for those who prove that they may read it.
        case stays
        /// It is asked for again.
        case isWrong
        /// It goes.
        case goes
    }

    /// What becomes of a stored answer with a status.
    package func fate(of endpoint: Endpoint, status: Int) -> Fate {
        guard let repository = endpoint.repository else { return fate(ofOwners: endpoint, status: status) }
        if ended.contains(where: { $0.covers(repository) }) { return .goes }
        guard scopes.contains(where: { $0.covers(repository) }) else { return .stays }
        // That something is absent was told to who could not see it.
        if status != 200 { return .goes }
        // It carries what its reader may do.
        return endpoint == .repository(repository) ? .isWrong : .stays
    }

    /// Lists show names of what their readers may see, so they go, even for an outage of GitHub's.
    private func fate(ofOwners endpoint: Endpoint, status: Int) -> Fate {
        switch endpoint {
        case .ownRepositories:
            return isDescription ? .isWrong : .goes
        case .ownerRepositories(_, let login):
            guard owners.contains(login) else { return .stays }
            return isDescription ? .isWrong : .goes
        default:
            if ended.contains(endpoint.scope) { return .goes }
            guard scopes.contains(endpoint.scope) else { return .stays }
            if case .organization = endpoint, status == 200 { return .isWrong }
            return status == 200 ? .stays : .goes
        }
    }

    /// The logins of the scopes.
    package var owners: Set<String> { Set(scopes.map(\.login)) }

    /// The present name of a repository of an ended scope, or nil where it has none that is known.
    package func presentName(of repository: RepositoryName) -> RepositoryName? {
        for (former, now) in present where former.covers(repository) {
            switch now {
            case .repository(let name): return name
            case .owner(let login): return RepositoryName(owner: login, name: repository.name)
            }
        }
        return nil
    }

    /// The state of a run or job under its repository's present name; nil where it is no more, or is not known under any.
    package func moved(_ state: ObjectState) -> ObjectState? {
        guard let name = presentName(of: state.id.repository) else { return nil }
        return ObjectState(
            id: ObjectID(repository: name, kind: state.id.kind, id: state.id.id),
            version: state.version,
            cid: state.cid,
            authority: state.authority,
            seenAt: state.seenAt,
            runID: state.runID,
            status: state.status,
            labels: state.labels,
            isPrivate: state.isPrivate
        )
    }
}
