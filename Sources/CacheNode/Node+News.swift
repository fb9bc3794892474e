import CacheCore
import CacheStore
import GitHubCore

/// Events without a run or job: what they touch is wrong from then on, and whoever reads what they are about proves anew
/// that it may.
extension Node {
    /// A delivery of this node's own that carries no run or job.
    func take(news delivery: Delivery, of accepted: AcceptedDelivery) async {
        let speaker = accepted.speaker.map { present($0, of: delivery) }
        if let owner = delivery.installationOwner { origin.accessChanged(of: owner) }
        if let repository = delivery.repository, speaker?.covers(repository) ?? true {
            let visibility = visibility(of: delivery, repository, asOf: accepted.acceptedAt)
            await see(visibility, since: now(), isNews: delivery.access?.isPrivatized ?? false)
            store.apply(facts(of: delivery, by: speaker).map { .learn($0, asOf: visibility.asOf, by: speaker) })
            notePrewarm(delivery.event, of: repository, at: accepted.acceptedAt)
        } else if delivery.repository == nil, let subject = delivery.subject, speaker?.contains(subject) ?? true {
            store.apply(delivery.names.map { .learn($0, asOf: accepted.acceptedAt, by: speaker) })
        }
        if let news = delivery.news, let repository = delivery.repository {
            await take(RepositoryEffect(repository, news), asOf: accepted.acceptedAt)
        }
        if let access = delivery.access, let effect = AccessEffect(access, speaker: speaker) {
            learn(effect, from: access, asOf: accepted.acceptedAt, by: speaker)
            await take(effect, unclear: effect.ended.isEmpty ? access.former : nil)
        }
        store.apply([], finishing: [accepted.inboxID])
        hub.send(
            .delivery(accepted.id, event: delivery.event.rawValue, repository: delivery.subject?.description ?? "")
        )
    }

    /// What a repository's object tells of who may see it, as of when it says that it last changed.
    ///
    /// That it became private just now is believed as of now, since answers of the meantime may lag behind: in doubt a
    /// repository is private.
    private func visibility(of delivery: Delivery, _ repository: RepositoryName, asOf: Timestamp) -> Visibility {
        let isGone = delivery.access?.change == .removed
        let isPrivate = delivery.isPrivate || isGone
        let isNow = isGone || delivery.access?.isPrivatized == true
        let stamp = delivery.repositoryUpdatedAt ?? (isPrivate ? asOf : Timestamp(milliseconds: 0))
        let moment = now()
        let isLate = asOf < moment.advanced(bySeconds: -configuration.limits.answerLag)
        return Visibility(
            repository: repository,
            // Its names tell it, as far as whoever speaks may.
            repositoryID: nil,
            isPrivate: isPrivate,
            asOf: isNow ? (isLate ? asOf : moment) : min(stamp, asOf)
        )
    }

    /// What a delivery tells of names; where a former name leads, only who speaks for that may say.
    private func facts(of delivery: Delivery, by speaker: Scope?) -> [NameFact] {
        guard case .repository(let former)? = delivery.access?.former, let id = delivery.repositoryID,
            speaker?.covers(former) ?? true
        else { return delivery.names }
        return delivery.names + [.moved(former, id: id)]
    }

    /// An owner's new name is that of all its repositories.
    private func learn(_ effect: AccessEffect, from access: AccessNews, asOf: Timestamp, by speaker: Scope?) {
        guard case .owner(let former)? = access.former, effect.ended.contains(.owner(former)) else { return }
        var facts: [NameFact] = []
        for repository in store.repositories() where repository.owner.lowercased() == former {
            guard let id = store.repositoryID(of: repository), let name = effect.presentName(of: repository) else {
                continue
            }
            facts += [.repository(id: id, name), .moved(repository, id: id)]
        }
        store.apply(facts.map { .learn($0, asOf: asOf, by: speaker) })
    }

    private func take(_ effect: RepositoryEffect, asOf: Timestamp) async {
        // Whoever asks from here on asks GitHub anew.
        flights.seal { flight in
            flight.key.repository == effect.repository && effect.touch(flight.key.resource) == .invalidate
        }
        store.apply(outdated(touching: .repository(effect.repository)))
        var touched: [TouchedEntry] = []
        for entry in store.entries(in: effect.repository) {
            let touch = effect.touch(entry.key.resource)
            guard touch != .none else { continue }
            var body: Body?
            if case .ifShowing = touch { body = try? await store.body(entry.cid) }
            touched.append(TouchedEntry(entry: entry, body: body, isWanted: isWanted(entry.key)))
        }
        await perform(freshness.handle(.news(effect, touched, asOf: asOf), now: now()))
    }

    /// Takes a change of access; `unclear` is a former name of which it does not tell what became of it.
    private func take(_ effect: AccessEffect, unclear: Scope?) async {
        flights.seal { flight in
            effect.fate(of: flight.key.endpoint, status: 200) != .stays
                || effect.scopes.contains { scope in
                    flight.key.repository.map(scope.covers) ?? (flight.key.endpoint.scope == scope)
                }
        }
        let moment = now()
        store.apply(effect.withdrawals.flatMap { withdraw($0, asOf: moment) })
        let repositories = store.repositories()
        let entries =
            repositories.filter { name in effect.scopes.contains { $0.covers(name) } }
            .flatMap { store.entries(in: $0) } + store.entriesOfOwners()
        let states = repositories.filter { name in effect.ended.contains { $0.covers(name) } }
            .flatMap { store.states(in: $0, kind: .run) + store.states(in: $0, kind: .job) }
        let known = states.compactMap { effect.moved($0)?.id }.filter { store.state($0) != nil }
        let signal = Signal.access(
            effect,
            entries.map { TouchedEntry(entry: $0, body: nil, isWanted: isWanted($0.key)) },
            states: states,
            known: Set(known),
            unclear: unclear.map(keys(toTellOf:)) ?? []
        )
        await perform(freshness.handle(signal, now: now()))
        if !effect.isDescription { inbox.refollow() }
    }

    /// The questions whose answers tell what repositories of a former name are called now.
    func keys(toTellOf former: Scope) -> [ResourceKey] {
        let known = store.repositories().filter { former.covers($0) }
        let names = if case .repository(let name) = former { [name] } else { known }
        return names.prefix(configuration.limits.formerNames).map { name in
            ResourceKey(Representation(Resource(.repository(name))), audience: .credential(ownCredential))
        }
    }

    /// GitHub led from a name to another: what is remembered moves with it, once.
    func moved(_ former: RepositoryName, to name: RepositoryName) async {
        guard store.repositories().contains(former) else { return }
        await take(AccessEffect(moved: former, to: name), unclear: nil)
    }

    /// Whether the secret of a hook of a scope may say what a delivery says: of what lies in the scope, of what did until
    /// now, and of what GitHub itself led to from the hook's own name, or from the name in a late delivery.
    nonisolated func isSpoken(of delivery: Delivery, by scope: Scope) -> Bool {
        if let subject = delivery.subject, scope.contains(subject) { return true }
        if let former = delivery.access?.former, scope.contains(former) { return true }
        if let name = presentName(in: delivery), scope.covers(name) { return true }
        return present(scope, of: delivery) != scope
    }

    /// The scope of a hook under its repository's present name, where a delivery is about that.
    nonisolated func present(_ scope: Scope, of delivery: Delivery) -> Scope {
        guard case .repository(let former) = scope, let name = delivery.repository, let id = delivery.repositoryID,
            let successor = store.successor(of: former), successor == (id, name)
        else { return scope }
        return .repository(name)
    }

    /// What the repository of a delivery is called now that was sent under a former name; nil for any other.
    nonisolated func presentName(in delivery: Delivery) -> RepositoryName? {
        guard let former = delivery.repository, let id = delivery.repositoryID,
            let successor = store.successor(of: former), successor.id == id
        else { return nil }
        return successor.name
    }
}
