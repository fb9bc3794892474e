import CacheCore
import CacheStore
import GitHubCore
import Multiformats

extension Node {
    /// A delivery of this node's own.
    func take(_ accepted: AcceptedDelivery, isReplay: Bool = false) async {
        var delivery = accepted.delivery
        if !isReplay {
            if delivery == nil { delivery = await reread(accepted) } else { counters.bodyLeavesMemory() }
        }
        guard let delivery else {
            store.apply([], failing: [(accepted.inboxID, "the body cannot be read again")])
            return
        }
        defer { noteHealth(delivery, of: accepted) }
        guard delivery.object != nil else {
            await take(news: delivery, of: accepted)
            if !isReplay {
                counters.eventBecameFresh(after: (ContinuousClock.now - accepted.syncedAt) / .milliseconds(1))
            }
            return
        }
        let presentName = presentName(in: delivery)
        if presentName == nil, let visibility = visibility(of: delivery, asOf: accepted.acceptedAt) {
            let speaker = accepted.speaker.map { present($0, of: delivery) }
            await see(visibility, since: now())
            store.apply(delivery.names.map { .learn($0, asOf: visibility.asOf, by: speaker) })
        }
        guard let event = event(of: delivery, id: accepted.id, asOf: accepted.acceptedAt, in: presentName) else {
            store.apply([], failing: [(accepted.inboxID, "the body names no repository")])
            return
        }
        // Of a private repository, it is for whoever proves access to it. A body with a former name is for nobody: it
        // tells the state of its object, and GitHub is asked for the rest.
        let audience =
            presentName != nil
            ? nil
            : AudienceRule.audience(of: event.id.endpoint, isPublic: !event.isPrivate, to: ownCredential)
        watched.heard(event.repository, at: now())
        notePrewarm(delivery.event, of: event.repository, at: accepted.acceptedAt)
        await take(event, audience: audience, delivery: accepted, deploymentUpdatedAt: delivery.deploymentUpdatedAt)
        if !isReplay { counters.eventBecameFresh(after: (ContinuousClock.now - accepted.syncedAt) / .milliseconds(1)) }
        hub.send(
            .delivery(accepted.id, event: delivery.event.rawValue, repository: event.repository.description)
        )
    }

    /// Notes who may see a repository.
    ///
    /// Where that changed, everyone's access is proven anew, by answers to questions of that moment or later; what was
    /// public of a repository that is private now is gone at once. Of what this node knows by itself its peers are told,
    /// too, since they may hold it as public.
    func see(_ visibility: Visibility, since moment: Timestamp, isNews: Bool = false, isOwn: Bool = true) async {
        var changes: [Change] = [.see(visibility)]
        let known = store.visibility(of: visibility.repository)
        let later = known.map { Visibility.later($0, visibility) } ?? visibility
        if let known, later.isPrivate != known.isPrivate {
            changes += withdraw(.everyone(.repository(visibility.repository)), asOf: moment)
        }
        if later.isPrivate {
            let open: [Audience] = [.public, .credential(.anonymous)]
            let keys = store.entries(in: visibility.repository).map(\.key).filter { open.contains($0.audience) }
            changes += keys.map(Change.remove)
            for key in keys { hub.send(.invalidated(path: key.resource.path, isPublic: key.audience == .public)) }
        }
        guard isOwn, later.isPrivate, isNews || known?.isPrivate == false else {
            store.apply(changes)
            // Among those who share what is public only, it has no topic from here on.
            if later.isPrivate, known?.isPrivate != true { inbox.refollow() }
            return
        }
        await announcePrivatized(later, changes)
    }

    private func reread(_ accepted: AcceptedDelivery) async -> Delivery? {
        let before = InboxID(accepted.inboxID.number - 1)
        guard let stored = try? await store.pending(after: before, limit: 1).first,
            stored.inboxID == accepted.inboxID, let name = EventName(rawValue: stored.delivery.event)
        else { return nil }
        return try? Delivery(event: name, body: stored.delivery.body)
    }

    private func event(
        of delivery: Delivery,
        id: DeliveryID,
        asOf: Timestamp,
        in presentName: RepositoryName?
    ) -> WorkflowEvent? {
        guard let repository = presentName ?? delivery.repository, let object = delivery.object else { return nil }
        return WorkflowEvent(
            repository: repository,
            object: object,
            body: Body(delivery.objectBytes),
            version: ObjectVersion(object, deliveredAt: id.time, deploymentUpdatedAt: delivery.deploymentUpdatedAt),
            authority: .webhook,
            source: .webhook,
            // A late delivery of the time when it was public is not for everyone any more.
            isPrivate: delivery.isPrivate || store.visibility(of: repository)?.isPrivate == true,
            asOf: asOf
        )
    }

    /// A repository's visibility is as old as the object that tells it: a late delivery does not undo a later one.
    private func visibility(of delivery: Delivery, asOf: Timestamp) -> Visibility? {
        guard let repository = delivery.repository, let object = delivery.object else { return nil }
        let stamp: Timestamp? =
            switch object {
            case .run(let run): run.updatedAt
            case .job(let job): job.completedAt ?? job.startedAt ?? job.createdAt
            }
        return Visibility(
            repository: repository,
            // Its names tell it, as far as whoever speaks may.
            repositoryID: nil,
            isPrivate: delivery.isPrivate,
            asOf: min(stamp ?? asOf, asOf)
        )
    }

    /// The node's own credential, or nobody's where it has none.
    nonisolated var ownCredential: CredentialID { configuration.ownCredential ?? .anonymous }

    /// An object's state from anywhere: what is remembered is gathered, the machine decides, its directives are done.
    func take(
        _ event: WorkflowEvent,
        audience: Audience?,
        delivery: AcceptedDelivery? = nil,
        deploymentUpdatedAt: Timestamp? = nil,
        turn: Duration? = nil,
        from lists: Set<ResourceKey> = []
    ) async {
        var context = await context(of: event, audience: audience, from: lists)
        context.turn = turn.map { Int64($0 / .milliseconds(1)) }
        let directives = freshness.handle(.event(event, context, isOwn: delivery != nil), now: now())
        await perform(
            directives,
            finishing: delivery.map { [$0.inboxID] } ?? [],
            announcing: delivery.map { Announcing(delivery: $0.id, deploymentUpdatedAt: deploymentUpdatedAt) }
        )
    }

    private func context(
        of event: WorkflowEvent,
        audience: Audience?,
        from lists: Set<ResourceKey>
    ) async -> EventContext {
        let state = store.state(event.id)
        var stateBody: Body?
        if let state { stateBody = try? await store.body(state.cid) }
        var runState: ObjectState?
        if case .job(let job) = event.object {
            runState = store.state(ObjectID(repository: event.repository, kind: .run, id: job.runID))
        }
        var touched: [TouchedEntry] = []
        let subjects = EffectTable.subjects(of: event.object)
        for entry in store.entries(in: event.repository, about: subjects) + runnerLists(beside: event) {
            let touch = EffectTable.touch(entry.key.resource, by: event)
            guard touch != .none, !lists.contains(entry.key) else { continue }
            var body: Body?
            // A list, what tells of runners, or a shape of the object that is not remembered as its state.
            if touch == .list || touch == .runners || touch == .replace && !entry.key.resource.query.isEmpty {
                body = try? await store.body(entry.cid)
            }
            touched.append(TouchedEntry(entry: entry, body: body, isWanted: isWanted(entry.key)))
        }
        return EventContext(
            state: state,
            stateBody: stateBody,
            runState: runState,
            entries: touched,
            audience: audience
        )
    }

    /// The organisation's lists of runners, which a job on a runner of its own changes.
    private func runnerLists(beside event: WorkflowEvent) -> [Entry] {
        guard case .job(let job) = event.object, job.runnerID != nil else { return [] }
        let path = Endpoint.organizationRunners(event.repository.owner.lowercased()).path
        let lists = store.entriesOfOwners().filter { $0.key.endpoint.path.hasPrefix(path) }
        return Array(lists.prefix(configuration.limits.overlay))
    }

    /// Whether an answer is worth fetching ahead of its readers: read lately, or watched.
    func isWanted(_ key: ResourceKey) -> Bool {
        guard mayFetch(key) else { return false }
        if let read = store.lastRead(key),
            now().milliseconds(since: read) < Int64(configuration.limits.wantedHorizon) * 1000
        {
            return true
        }
        guard let repository = key.repository, watched.covers(repository) else { return false }
        return key.resource == Resource(.runs(repository))
    }

    /// Whether the node itself asks GitHub for a key: for everyone, or with its own credential.
    func mayFetch(_ key: ResourceKey) -> Bool {
        guard let own = configuration.ownCredential else { return key.audience == .public }
        switch key.audience {
        case .public: return true
        case .credential(let id): return id == own
        // What was kept of a time when its repository was private is only held out to GitHub now.
        case .proven: return key.repository.map { store.visibility(of: $0)?.isPrivate != false } ?? true
        }
    }

    /// Prewarm jobs may be triggered by what happens.
    func notePrewarm(_ event: EventName, of repository: RepositoryName, at moment: Timestamp) {
        guard !prewarms.jobs.isEmpty else { return }
        let present = now()
        prewarms.with { $0.heard(event, of: repository, at: moment, now: present) }
    }

    /// The states that an answer may be behind of: those of the objects it names, and the latest of its repository,
    /// which it may not name yet.
    func remembered(for key: ResourceKey, in answer: Body) async -> [RememberedObject] {
        guard let repository = key.repository else { return [] }
        var states: [ObjectState] = []
        switch key.endpoint {
        case .run(_, let id):
            states = [store.state(ObjectID(repository: repository, kind: .run, id: id))].compactMap(\.self)
        case .job(_, let id):
            states = [store.state(ObjectID(repository: repository, kind: .job, id: id))].compactMap(\.self)
        case .runs, .workflowRuns, .runJobs, .attemptJobs:
            // Of a repository that is read for the first time nothing is remembered.
            let beside = self.states(beside: key.endpoint)
            guard !beside.isEmpty else { return [] }
            let horizon = now().advanced(bySeconds: -configuration.limits.overlayHorizon)
            let named = ListEditor(key.resource, body: answer.bytes, link: nil)?.objects ?? []
            for element in named {
                let id = ObjectID(repository: repository, kind: element.object.kind, id: element.object.id)
                guard let state = store.state(id), state.cid != CID(hashing: element.bytes) else { continue }
                states.append(state)
            }
            let names = Set(named.map(\.object.id))
            // What was seen lately a list may not show yet; the latest first.
            states += beside.filter { $0.seenAt > horizon && !names.contains($0.id.id) }
                .sorted { $0.seenAt > $1.seenAt }
        default:
            break
        }
        var found: [RememberedObject] = []
        for state in states.prefix(configuration.limits.overlay) {
            let body = state.cid == answer.cid ? answer : try? await store.body(state.cid)
            if let body { found.append(RememberedObject(state: state, body: body)) }
        }
        return found
    }

    /// What is remembered of the objects that a list is of.
    private func states(beside endpoint: Endpoint) -> [ObjectState] {
        guard let repository = endpoint.repository else { return [] }
        return switch endpoint {
        case .runJobs(_, let run), .attemptJobs(_, let run, _): store.jobs(ofRun: run, in: repository)
        default: store.states(in: repository, kind: .run)
        }
    }

    /// What this node keeps fresh: its watch list, its hooks' repositories, and what was read lately.
    nonisolated func follows(_ repository: RepositoryName) -> Bool {
        watched.follows(repository, since: now().advanced(bySeconds: -configuration.limits.wantedHorizon))
            || secrets.covers(repository)
    }
}
