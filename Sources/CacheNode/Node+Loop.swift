import CacheCore
import CacheStore
import GitHubCore

extension Node {
    /// A fact on its way to the one place that decides.
    enum Input: Sendable {
        /// A delivery that is on disk; without its body it is read from the inbox.
        case delivery(AcceptedDelivery)
        /// What a peer told.
        case peer(PeerAnnouncement)
        /// What this node lacked and a peer gave.
        case peers(PeerBatch)
        /// A read wants GitHub asked.
        case wanted(FetchJob)
        /// What GitHub answered.
        case answered(FetchJob, OriginResult)
        /// What a neighbour answered to a read.
        case copied(FetchJob, SharedEntry)
        /// A client's write went through, and somebody waits until it is taken in.
        case wrote(WriteEffect, isDone: Bool, Receipts.ID)
        /// Time may have passed.
        case due
        /// Deliveries of a scope, or of any, are lost for good.
        case lost(Scope?)
        /// Something was learnt of a hook or its log, and what came before it is worked off.
        case hook(Scope, HookLog.Fact)
        /// A repository has another name now, which is not known yet.
        case unclear(Scope)
    }

    /// A question to GitHub under way.
    struct FetchJob: Sendable {
        /// What is asked, and for whom.
        let key: ResourceKey
        /// On whose behalf.
        let identity: Identity
        /// Who waits.
        var priority: FetchPriority
        /// What `Cache-Status` will say.
        let source: Source
        /// What is held out to GitHub: the caller's own copy or another's.
        var held: Held?
        /// The flight that those who wait are in.
        let flight: Flights.ID
        /// Whether the machine asked for it and nobody waits.
        var isMachine = false
        /// Whether it is only asked to see whether anything changed unannounced: nothing is tried again.
        var isAudit = false
        /// Whether the neighbours are asked first.
        var asksNeighbours: Bool
        /// Whether another asked already, so that this one only asks if that takes its time.
        var isLate = false
        /// The target that a permanent redirect led to, if one did.
        var movedTo: String?
        /// The query to post.
        var query: PostedQuery?
        /// What had happened last when it was asked.
        var asked: UInt64 = 0
        /// What GitHub told in answer to it, where that was an answer.
        var told: GraphQL.Answer?
    }

    /// A stored answer with its body, as it was when GitHub was asked.
    struct Held: Sendable {
        let entry: Entry
        let body: Body
    }

    /// A delivery that is on disk.
    struct AcceptedDelivery: Sendable {
        let inboxID: InboxID
        let id: DeliveryID
        let acceptedAt: Timestamp
        /// When its sync had returned.
        let syncedAt: ContinuousClock.Instant
        /// What the secret that verified it speaks for; nil for any repository.
        let speaker: Scope?
        /// Read from the body; nil where too many waited.
        let delivery: Delivery?
    }

    /// Handles one fact and gives the fetches that it asks for.
    func handle(_ input: Input) async -> [FetchJob] {
        switch input {
        case .delivery(let accepted):
            await take(accepted)
        case .peer(let announcement):
            await take(announcement)
        case .peers(let batch):
            for announcement in batch.announcements {
                await take(PeerAnnouncement(author: batch.author, announcement: announcement))
            }
            batch.taken()
        case .wanted(let job):
            hurry(job)
            queuedFetches.append(job)
        case .answered(let job, let result):
            if job.isMachine { backgroundFetches -= 1 }
            await take(result, of: job)
        case .copied(let job, let shared):
            await take(shared, of: job)
        case .wrote(let effect, let isDone, let receipt):
            await take(effect, isDone: isDone)
            receipts.settle(receipt)
        case .due:
            await perform(freshness.handle(.due, now: now()))
        case .lost(let scope):
            await takeLoss(of: scope)
        case .hook(let scope, let fact):
            // Its log may be read before the hook is taken up that was made just now.
            refreshHealth()
            healthBook.with { $0.take(fact, of: scope, at: now()) }
        case .unclear(let scope):
            for key in keys(toTellOf: scope) { await enqueue(key, priority: .poll, source: .poll) }
        }
        return nextFetches()
    }

    /// A reader waits for what the machine wanted: that goes out at once where it did not yet.
    private func hurry(_ job: FetchJob) {
        guard job.isLate, let index = queuedFetches.firstIndex(where: { $0.flight == job.flight && $0.isMachine })
        else { return }
        queuedFetches[index].priority = .read
    }

    /// The fetches that may begin now: those that readers wait for, and others while there is room.
    private func nextFetches() -> [FetchJob] {
        var started: [FetchJob] = []
        var kept: [FetchJob] = []
        for job in queuedFetches {
            if !job.isMachine {
                started.append(job)
            } else if job.priority == .read || backgroundFetches < configuration.limits.backgroundFetches {
                backgroundFetches += 1
                started.append(job)
            } else {
                kept.append(job)
            }
        }
        queuedFetches = kept
        return started
    }

    /// Performs what the machine asks for.
    func perform(_ directives: [Directive], finishing: [InboxID] = [], announcing: Announcing? = nil) async {
        var finishing = finishing
        var unsettled: [OutboxID] = []
        // What is learnt is learnt from these, which show it: they need not be read again for each object.
        let lists = Set(directives.flatMap(\.lists))
        for directive in directives {
            switch directive {
            case .store(let decided):
                let changes = decided + outdated(by: decided)
                // The mark that the delivery is done and what must still go out are one transaction with its effects.
                let outbox = outboxItem(among: directives, announcing)
                unsettled += store.apply(changes, finishing: finishing, outbox: outbox)
                finishing = []
                report(changes)
            case .invalidated(let key):
                hub.send(.invalidated(path: key.resource.path, isPublic: key.audience == .public))
            case .fetch(let key, let priority, let source):
                await enqueue(key, priority: priority, source: source)
            case .announceEvent(let event):
                guard let announcing else { continue }
                await announce(event, announcing)
                store.apply([], settling: unsettled)
                unsettled = []
            case .announceEntry(let entry, let body):
                guard mayShare(isPrivate: entry.key.audience != .public) else { continue }
                await neighbours.announce(.entry(SharedEntry(entry: entry, body: body)))
            case .learnt(let events):
                for event in events { await settle(event) }
                for event in events where event.isNews(beside: store.state(event.id)) {
                    await take(event, audience: nil, from: lists)
                }
            }
        }
        if !finishing.isEmpty { store.apply([], finishing: finishing) }
    }

    /// Tells who follows the node's events what was changed, once it is.
    func report(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .put(let entry, _):
                let isPublic = entry.key.audience == .public
                hub.send(.stored(path: entry.key.resource.path, source: entry.source, isPublic: isPublic))
            case .touch(let entry) where entry.standing == .invalid:
                // Of other answers the machine says so itself.
                guard case .graphQL = entry.key.endpoint else { continue }
                hub.send(.invalidated(path: entry.key.resource.path, isPublic: false))
            default:
                break
            }
        }
    }

    /// A background fetch, where this node has the credential that the key is for.
    func enqueue(_ key: ResourceKey, priority: FetchPriority, source: Source, isAudit: Bool = false) async {
        let identity: Identity
        switch key.audience {
        case .public:
            identity = configuration.ownCredential == nil ? .anonymous : .node
        case .proven where configuration.ownCredential != nil:
            identity = .node
        case .credential(let id) where id == configuration.ownCredential:
            identity = .node
        case .credential, .proven:
            _ = freshness.handle(.failed(key, .noCredential), now: now())
            return
        }
        if source == .prewarm { hub.send(.prewarm(path: key.resource.path)) }
        let flight = Flights.Key(key: key, credential: key.audience == .public ? nil : credentialID(of: identity))
        // Where a reader asks the same already, its answer will do; but not what was asked before the event.
        if source == .prewarm { flights.seal { $0 == flight } }
        flights.enlist(flight, as: credentialID(of: identity)) { [inbox] id, _ in
            inbox.yield(
                .wanted(
                    FetchJob(
                        key: key,
                        identity: identity,
                        priority: priority,
                        source: source,
                        flight: id,
                        isMachine: true,
                        isAudit: isAudit,
                        asksNeighbours: false
                    )
                )
            )
        }
    }

    /// Asks the neighbours and GitHub, away from the actor's own turn; the result comes back as a fact.
    nonisolated func perform(_ job: FetchJob) async {
        var job = job
        if job.isLate {
            // Only time moves this on: the node may be at rest meanwhile.
            inbox.end()
            defer { inbox.begin() }
            do { try await sleep(.milliseconds(configuration.limits.machinePatience)) } catch { return }
            guard flights.isFlying(job.flight) else { return }
        }
        if job.asksNeighbours,
            let shared = await neighbours.ask(
                for: job.key.representation,
                deadline: .milliseconds(configuration.limits.neighbourDeadline)
            ), shared.body != nil, isUsable(shared, for: job)
        {
            inbox.yield(.copied(job, shared))
            return
        }
        if job.query == nil { job.held = await held(for: job) }
        let request = OriginRequest(
            job.key.representation,
            query: job.query,
            validator: job.held.map { validator($0, for: job.identity) },
            priority: job.priority
        )
        let result = await origin.fetch(request, as: job.identity)
        // Read here, since it may be large and others wait for the actor.
        if job.query != nil, case .answer(let answer) = result { job.told = GraphQL.Answer(answer.body.bytes) }
        inbox.yield(.answered(job, result))
    }

    /// A peer's copy serves a read that finds nothing fresh here, if the copy itself is fresh and sound.
    private nonisolated func isUsable(_ shared: SharedEntry, for job: FetchJob) -> Bool {
        let entry = shared.entry
        let moment = now()
        let validated = min(entry.validatedAt, moment)
        let lifetime = configuration.ttl.seconds(for: job.key.resource)
        guard entry.status == 200, entry.standing == .sound, entry.key.representation == job.key.representation,
            moment < validated.advanced(bySeconds: lifetime),
            // What is private is given to whoever was shown to reach it, whoever has it.
            mayServe(entry, to: credentialID(of: job.identity), isGitHubAway: false)
        else { return false }
        guard let held = store.peek(entry.key) else { return true }
        // The announcement of the same copy may have come first.
        return validated > held.validatedAt || validated == held.validatedAt && held.standing == .sound
    }

    /// What is held out to GitHub, so that an unchanged answer is free: any stored body of the same representation, or
    /// what events make of it where there is none, or where they say that it is wrong.
    private nonisolated func held(for job: FetchJob) async -> Held? {
        let entries = store.entries(of: job.key.representation)
        let entry = AudienceRule.lender(among: entries, for: job.key)
        if entry?.standing ?? .invalid == .invalid, let guess = await guess(at: job.key) { return guess }
        guard let entry, let body = try? await store.body(entry.cid) else { return nil }
        return Held(entry: entry, body: body)
    }

    /// Bodies are lent, validators are not: GitHub's own counts for the credential that it was given to.
    private nonisolated func validator(_ held: Held, for identity: Identity) -> Validator {
        let headers = held.entry.headers
        return Validator(body: held.body, etag: headers.etagOwner == credentialID(of: identity) ? headers.etag : nil)
    }

    /// Wakes the machine when it asked to be woken.
    nonisolated func watchTime() async {
        while !Task.isCancelled {
            let wakeAt = await freshness.wakeAt
            let pause = wakeAt.map { $0.milliseconds(since: now()) } ?? 250
            do { try await sleep(.milliseconds(min(max(pause, 5), 250))) } catch { return }
            if let wakeAt, wakeAt <= now() { inbox.yield(.due) }
        }
    }
}

extension Directive {
    /// The lists of runs or jobs that it stores; a filtered one may show what does not belong there any more.
    fileprivate var lists: [ResourceKey] {
        guard case .store(let changes) = self else { return [] }
        return changes.compactMap { change in
            guard case .put(let entry, _) = change else { return nil }
            return switch entry.key.endpoint {
            case .runs, .workflowRuns: RunFilter(entry.key.resource).isEmpty ? entry.key : nil
            case .runJobs, .attemptJobs: entry.key
            default: nil
            }
        }
    }
}
