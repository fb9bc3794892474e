import CacheCore
import CacheStore
import GitHubCore
import Logging

/// The health of the repositories' webhooks: what is seen is noted, what is in doubt is looked into, and readers get
/// answers for as long as that lets them live.
extension Node {
    /// How far events can be trusted, of all repositories that are followed.
    package nonisolated func health() -> HealthReport {
        let moment = now()
        let horizon = moment.advanced(bySeconds: -configuration.limits.wantedHorizon)
        let names = watched.repositories.union(secrets.repositories).union(watched.read(since: horizon))
        return healthBook.with { ledger in
            var report = HealthReport()
            report.audits = ledger.audits
            let all = names.union(ledger.repositories).map { name in
                let signs = ledger.lastSigns(of: name)
                return HealthReport.Repository(
                    name: name,
                    standing: ledger.standing(of: name, at: moment),
                    lastDelivery: signs.deliveredAt,
                    lastAudit: signs.auditedAt
                )
            }
            for repository in all { report.counts[repository.standing.state, default: 0] += 1 }
            let sorted = all.sorted { left, right in
                let (own, other) = (left.standing.state.urgency, right.standing.state.urgency)
                return own == other ? left.name.canonical < right.name.canonical : own < other
            }
            report.repositories = Array(sorted.prefix(configuration.limits.healthRows))
            return report
        }
    }

    /// A stored answer as long as it lives now: longer than the table says, where events tell all that may become of it.
    nonisolated func lived(_ entry: Entry) async -> Entry {
        if let lived = healthBook.lived(entry, at: now()) { return lived }
        var body = store.cachedBody(entry.cid)
        if body == nil { body = try? await store.body(entry.cid) }
        return body.map { healthBook.lived(entry, $0, at: now()) } ?? entry
    }

    /// Takes up the hooks that are registered now.
    nonisolated func refreshHealth() {
        let hooks = store.hooks().filter { $0.hookID != nil }
        let pause = configuration.limits.recoverySchedule.period(hooks: hooks.count)
        healthBook.with { ledger in
            ledger.setHooks(hooks.map { ($0.scope, $0.createdAt) }, pause: pause, at: now())
        }
    }

    /// Remembers of which repositories deliveries had come before the start that no log tells of.
    func recallHealth() {
        refreshHealth()
        guard !configuration.secrets.isEmpty else { return }
        for repository in store.repositories() {
            var events: Set<EventName> = []
            for (kind, event) in [(ObjectKind.run, EventName.workflowRun), (.job, .workflowJob)] {
                let isTold = store.states(in: repository, kind: kind).contains { $0.authority == .webhook }
                if isTold { events.insert(event) }
            }
            if !events.isEmpty { healthBook.with { $0.recall(events, of: repository, at: now()) } }
        }
    }

    /// Notes that a delivery was worked off.
    func noteHealth(_ delivery: Delivery, of accepted: AcceptedDelivery) {
        guard let repository = delivery.repository else { return }
        let object = delivery.object.map { object in
            (ObjectID(repository: repository, kind: object.kind, id: object.id), Phase(object))
        }
        healthBook.with { ledger in
            ledger.delivered(
                delivery.event,
                of: repository,
                object: object,
                isLogged: accepted.speaker != nil,
                at: now()
            )
        }
    }

    /// Notes what GitHub shows of runs and jobs, before it is remembered: events should announce it.
    func noteSights(in body: Body, at key: ResourceKey) {
        guard let repository = key.repository, healthBook.with({ $0.isExpecting(repository) }) else { return }
        let objects: [WorkflowObject]
        switch key.endpoint {
        case .run, .job:
            let kind: ObjectKind = if case .run = key.endpoint { .run } else { .job }
            let object = try? JSONObject(body.bytes)
            objects = [object.flatMap { WorkflowObject($0, kind) }].compactMap(\.self)
        case .runs, .workflowRuns, .runJobs, .attemptJobs:
            objects = ListEditor(key.resource, body: body.bytes, link: nil)?.objects.map(\.object) ?? []
        default:
            return
        }
        for object in objects {
            let held = store.state(ObjectID(repository: repository, kind: object.kind, id: object.id))
            healthBook.with { $0.saw(object, of: repository, held: held, at: now()) }
        }
    }

    /// Notes that GitHub answered a question about runs or jobs, once what it said was taken in.
    func noteHealth(_ job: FetchJob, askedAt: Timestamp) {
        guard let repository = job.key.repository else { return }
        switch job.key.endpoint {
        case .runs, .workflowRuns: break
        default: guard job.isAudit else { return }
        }
        healthBook.with { $0.answered(repository, askedAt: askedAt, at: now()) }
    }

    /// A delivery was refused: if it named a hook of this node, that hook's log may tell of it.
    nonisolated func noteRefusal(_ request: WebhookRequest) {
        guard let id = request.hookID.flatMap({ Int64($0) }),
            let hook = store.hooks().first(where: { $0.hookID == id }),
            healthBook.with({ $0.refused(of: hook.scope, at: now()) })
        else { return }
        doubtDeliveries(of: .hook(hook.scope))
    }

    /// Looks after what lapses, and has GitHub asked now and again whether anything is missing.
    nonisolated func watchHealth() async {
        while !Task.isCancelled {
            for repository in healthBook.with({ $0.lapse(at: now()) }) {
                logger.notice(
                    "GitHub showed a change that no delivery announced",
                    metadata: ["repository": "\(repository)"]
                )
                let logs = store.hooks().map(\.scope).filter { $0.covers(repository) }.map(DeliveryLog.hook) + [.app]
                for log in logs { doubtDeliveries(of: log) }
            }
            await audit()
            do { try await sleep(.milliseconds(configuration.limits.healthTick)) } catch { return }
        }
    }

    /// Asks GitHub about a repository whose turn it is: for an answer that events should have kept right.
    func audit() async {
        // Without a credential an unchanged answer costs a call like any other.
        guard configuration.ownCredential != nil else { return }
        let moment = now()
        let horizon = moment.advanced(bySeconds: -configuration.limits.health.health.life)
        let read = Array(watched.read(since: horizon).union(watched.repositories))
        let draw = random
        guard
            let repository = healthBook.with({ $0.nextAudit(among: read, at: moment) { Self.chance(draw()) } }),
            let key = await sample(of: repository, since: horizon, chance: Self.chance(draw()))
        else { return }
        healthBook.with { $0.audit() }
        await enqueue(key, priority: .poll, source: .poll, isAudit: true)
    }

    /// One of the stored answers of a repository that somebody wants and that show whether anything happened unannounced.
    private func sample(of repository: RepositoryName, since horizon: Timestamp, chance: Double) async -> ResourceKey? {
        let wanted = store.entries(in: repository).filter { entry in
            mayFetch(entry.key) && store.lastRead(entry.key).map { $0 > horizon } ?? isWanted(entry.key)
        }
        let sample = AuditSample(of: wanted, chance: chance, atMost: configuration.limits.auditDraws)
        for entry in sample.candidates {
            let body = AuditSample.isList(entry.key) ? nil : try? await store.body(entry.cid)
            if AuditSample.tells(entry, body) { return entry.key }
        }
        return nil
    }

    /// A number from 0 up to 1 made of random bytes.
    private static func chance(_ bytes: [UInt8]) -> Double {
        bytes.prefix(4).reduce(0) { $0 * 256 + Double($1) } / 4_294_967_296
    }
}

extension HookHealth.State {
    /// What needs a person's eye comes first.
    fileprivate var urgency: Int {
        switch self {
        case .suspect: 0
        case .absent: 1
        case .live: 2
        }
    }
}
