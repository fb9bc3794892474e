package import CacheCore
package import GitHubCore
package import Multiformats

/// The freshness machine with a store of its own, driven synchronously in virtual time.
package struct Machine: Sendable {
    /// A question that the machine asked or that a reader did.
    package struct Question: Sendable {
        /// What was asked.
        package let key: ResourceKey
        /// What was held then.
        package let held: Entry?
        /// Its body, which is held out to GitHub.
        package let body: Body?
        /// What `Cache-Status` will say.
        package let source: Source
        /// Whether a reader waits.
        package let isRead: Bool

        /// A question.
        package init(key: ResourceKey, held: Entry?, body: Body? = nil, source: Source, isRead: Bool) {
            self.key = key
            self.held = held
            self.body = body
            self.source = source
            self.isRead = isRead
        }
    }

    /// The machine.
    package var freshness: Freshness
    /// What is stored.
    package var store = MemoryStore()
    /// The moment.
    package var now: Timestamp
    /// Keys that somebody reads.
    package var wanted: Set<ResourceKey> = []
    /// Fetches that are to be made.
    package var questions: [Question] = []
    /// What is to be told to the peers.
    package var announcements: [Announcement] = []
    /// How far back states may be missing from a list, in seconds.
    package var overlayHorizon = 900

    /// A machine at rest.
    package init(ttl: TTLPolicy = TTLPolicy(), limits: Freshness.Limits = Freshness.Limits(), now: Timestamp) {
        freshness = Freshness(ttl: ttl, limits: limits)
        self.now = now
    }

    /// Takes an event.
    package mutating func take(_ event: WorkflowEvent, audience: Audience? = .public, isOwn: Bool = true) {
        let state = store.states[event.id]
        var runState: ObjectState?
        if case .job(let job) = event.object {
            runState = store.states[ObjectID(repository: event.repository, kind: .run, id: job.runID)]
        }
        let touched = store.ordered.filter { entry in
            EffectTable.touch(entry.key.resource, by: event) != .none
        }.map { TouchedEntry(entry: $0, body: store.bodies[$0.cid], isWanted: wanted.contains($0.key)) }
        let context = EventContext(
            state: state,
            stateBody: state.flatMap { store.bodies[$0.cid] },
            runState: runState,
            entries: touched,
            audience: audience
        )
        store.keep(event.body)
        perform(freshness.handle(.event(event, context, isOwn: isOwn), now: now))
    }

    /// Takes what GitHub answered to a question.
    package mutating func take(_ result: OriginResult, to question: Question) {
        let key = question.key
        switch result {
        case .answer(let answer):
            perform(
                freshness.handle(
                    .fetched(key, answer, source: question.source, remembered: remembered(for: key, in: answer.body)),
                    now: now
                )
            )
        case .unchanged(let headers, let askedAt):
            guard let asked = question.held, let body = question.body ?? store.bodies[asked.cid] else { return }
            let remembered = remembered(for: key, in: body)
            if let held = store.entries[key], held.status == 200 {
                let signal = Signal.unchanged(
                    held,
                    asked: body,
                    headers: headers,
                    askedAt: askedAt,
                    source: question.source,
                    remembered: remembered
                )
                return perform(freshness.handle(signal, now: now))
            }
            let answer = OriginAnswer(
                status: 200,
                headers: asked.headers.updated(by: headers),
                body: body,
                askedAt: askedAt
            )
            perform(
                freshness.handle(.fetched(key, answer, source: asked.source, remembered: remembered), now: now)
            )
        case .moved(_, let result):
            take(result, to: question)
        case .failure(let failure):
            if !question.isRead { perform(freshness.handle(.failed(key, failure), now: now)) }
        }
    }

    /// Takes what a peer told.
    package mutating func take(_ announcement: Announcement, by author: PeerID? = nil) {
        switch announcement {
        case .event(let shared):
            guard let object = try? JSONObject(shared.body.bytes) else { return }
            let read: WorkflowObject? =
                switch shared.kind {
                case .run: WorkflowRun(object).map(WorkflowObject.run)
                case .job: WorkflowJob(object).map(WorkflowObject.job)
                }
            guard let read else { return }
            let event = WorkflowEvent(
                repository: shared.repository,
                object: read,
                body: shared.body,
                version: ObjectVersion(
                    read,
                    deliveredAt: shared.delivery.time,
                    deploymentUpdatedAt: shared.deploymentUpdatedAt
                ),
                authority: .peer,
                source: .peer,
                isPrivate: false,
                asOf: min(shared.acceptedAt, now),
                teller: author
            )
            take(event, isOwn: false)
        case .state(let shared):
            guard let object = try? JSONObject(shared.body.bytes),
                let read = WorkflowObject(object, shared.kind)
            else { return }
            let event = WorkflowEvent(
                repository: shared.repository,
                object: read,
                body: shared.body,
                version: ObjectVersion(
                    read,
                    deliveredAt: shared.deliveredAt,
                    deploymentUpdatedAt: shared.deploymentUpdatedAt
                ),
                authority: .peer,
                source: .peer,
                isPrivate: false,
                asOf: min(shared.seenAt, now),
                teller: author
            )
            take(event, audience: nil, isOwn: false)
        case .entry(let shared):
            guard let body = shared.body else { return }
            let signal = Signal.announced(
                shared.entry,
                body,
                by: author,
                held: store.entries[shared.entry.key],
                remembered: remembered(for: shared.entry.key, in: body)
            )
            perform(freshness.handle(signal, now: now))
        case .privatized, .prewarm:
            break
        }
    }

    /// Takes a client's write that went through.
    package mutating func write(_ method: String, _ path: String, isDone: Bool = true) {
        guard let target = RequestTarget(path), let effect = WriteTable.effect(of: method, target.segments) else {
            return
        }
        let jobs = store.states.values.filter { $0.id.kind == .job }.map { ($0.id.id, $0.runID) }
        let touched = store.ordered.map { TouchedEntry(entry: $0, body: nil, isWanted: wanted.contains($0.key)) }
        let runOfJob = Dictionary(jobs) { first, _ in first }
        perform(freshness.handle(.wrote(effect, isDone: isDone, touched, runOfJob: runOfJob), now: now))
    }

    /// Takes an event that carries no run or job.
    package mutating func take(_ delivery: Delivery, speaker: Scope? = nil, acceptedAt: Timestamp? = nil) {
        let touched = store.ordered.map {
            TouchedEntry(entry: $0, body: store.bodies[$0.cid], isWanted: wanted.contains($0.key))
        }
        if let news = delivery.news, let repository = delivery.repository {
            perform(freshness.handle(.news(RepositoryEffect(repository, news), touched, asOf: acceptedAt), now: now))
        }
        guard let access = delivery.access, let effect = AccessEffect(access, speaker: speaker) else { return }
        let states = Array(store.states.values)
        let known = states.compactMap { effect.moved($0)?.id }.filter { store.states[$0] != nil }
        let signal = Signal.access(effect, touched, states: states, known: Set(known), unclear: [])
        perform(freshness.handle(signal, now: now))
    }

    /// A question for a key, with what is held out to GitHub: what is stored, or what events make of it where nothing is
    /// stored or it is known to be wrong.
    package func question(_ key: ResourceKey, source: Source, isRead: Bool) -> Question {
        let held = store.entries[key]
        if held?.standing ?? .invalid == .invalid, let guess = guess(at: key) {
            return Question(key: key, held: guess.entry, body: guess.body, source: source, isRead: isRead)
        }
        let body = held.flatMap { store.bodies[$0.cid] }
        return Question(key: key, held: held, body: body, source: source, isRead: isRead)
    }

    private func guess(at key: ResourceKey) -> (entry: Entry, body: Body)? {
        guard let guess = Guess(key.resource) else { return nil }
        let states = store.states.values.filter { state in
            switch guess.material {
            case .nothing: false
            case .object(let id): state.id == id
            case .jobs(let repository, let run):
                state.id.repository == repository && state.id.kind == .job && state.runID == run
            case .runs(let repository, let status):
                state.id.repository == repository && state.id.kind == .run && state.status == status
            }
        }
        let remembered = states.compactMap { state in
            store.bodies[state.cid].map { RememberedObject(state: state, body: $0) }
        }
        guard remembered.count == states.count, let bytes = guess.bytes(remembered) else { return nil }
        let body = Body(bytes)
        let entry = Entry(
            key: key,
            cid: body.cid,
            size: bytes.count,
            validatedAt: now,
            freshUntil: now,
            source: .webhook
        )
        return (entry, body)
    }

    /// Takes that deliveries are lost for good: everything stored is asked for again, what is wanted at once.
    package mutating func takeLoss() {
        for var entry in store.ordered where entry.standing != .invalid {
            entry.standing = .invalid
            store.apply([.touch(entry)])
            if entry.status == 200, wanted.contains(entry.key) {
                questions.append(question(entry.key, source: .poll, isRead: false))
            }
        }
    }

    /// Tells the machine that time has passed, where it asked to be told.
    package mutating func wake() {
        if let wakeAt = freshness.wakeAt, wakeAt <= now { perform(freshness.handle(.due, now: now)) }
    }

    /// Keeps paths fresh without anyone asking.
    package mutating func watch(_ keys: [ResourceKey]) { perform(freshness.handle(.watch(keys), now: now)) }

    private mutating func perform(_ directives: [Directive]) {
        for directive in directives {
            switch directive {
            case .store(let changes): store.apply(changes)
            case .invalidated: break
            case .fetch(let key, _, let source):
                questions.append(question(key, source: source, isRead: false))
            case .announceEvent(let event):
                announcements.append(
                    .event(
                        SharedObject(
                            repository: event.repository,
                            kind: event.object.kind,
                            body: event.body,
                            delivery: event.version.deliveredAt.flatMap { DeliveryID(guid(at: $0)) }
                                ?? DeliveryID("opaque")!,
                            deploymentUpdatedAt: event.version.deploymentUpdatedAt,
                            acceptedAt: event.asOf
                        )
                    )
                )
            case .announceEntry(let entry, let body):
                announcements.append(.entry(SharedEntry(entry: entry, body: body)))
            case .learnt(let events):
                for event in events where event.isNews(beside: store.states[event.id]) {
                    take(event, audience: nil, isOwn: false)
                }
            }
        }
    }

    /// The newer states that an answer may be behind of, as the node gathers them.
    private func remembered(for key: ResourceKey, in answer: Body) -> [RememberedObject] {
        guard let repository = key.repository else { return [] }
        let horizon = now.advanced(bySeconds: -overlayHorizon)
        var states: [ObjectState] = []
        switch key.endpoint {
        case .run(_, let id):
            states = [store.states[ObjectID(repository: repository, kind: .run, id: id)]].compactMap(\.self)
        case .job(_, let id):
            states = [store.states[ObjectID(repository: repository, kind: .job, id: id)]].compactMap(\.self)
        case .runs, .workflowRuns, .runJobs, .attemptJobs:
            let named = Set(ListEditor(key.resource, body: answer.bytes, link: nil)?.objects.map(\.object.id) ?? [])
            let all = store.states.values.filter { state in
                switch key.endpoint {
                case .runJobs(_, let run), .attemptJobs(_, let run, _): state.id.kind == .job && state.runID == run
                default: state.id.kind == .run
                }
            }
            states = all.filter { named.contains($0.id.id) || $0.seenAt > horizon }.sorted { $0.id.id > $1.id.id }
        default:
            break
        }
        return states.compactMap { state in
            store.bodies[state.cid].map { RememberedObject(state: state, body: $0) }
        }
    }

    private func guid(at moment: Timestamp) -> String {
        let ticks = UInt64(moment.milliseconds * 10_000 + 122_192_928_000_000_000)
        func hex(_ value: UInt64, _ digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        let parts = [
            hex(ticks & 0xFFFF_FFFF, 8), hex(ticks >> 32 & 0xFFFF, 4), "1" + hex(ticks >> 48, 3), "8000",
            "000000000001",
        ]
        return parts.joined(separator: "-")
    }
}

extension ObjectVersion {
    /// `deployment.updated_at` of the delivery that carried it.
    package var deploymentUpdatedAt: Timestamp? {
        if case .job(let job) = self { job.deploymentUpdatedAt } else { nil }
    }
}
