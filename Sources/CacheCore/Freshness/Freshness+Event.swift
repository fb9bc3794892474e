import GitHubCore
import Multiformats

/// An object's new state: it replaces what is exactly it, edits the lists where the outcome is provable, and
/// invalidates the rest (invariants 2 and 3).
extension Freshness {
    mutating func take(
        _ event: WorkflowEvent,
        _ context: EventContext,
        isOwn: Bool,
        now: Timestamp
    ) -> [Directive] {
        var isOverruling = false
        if let held = context.state {
            isOverruling = event.claim.overrules(held)
            switch standing(of: event, against: held) {
            case .newer:
                guard event.authority == .peer, !words.allow(event.id, now: now) else { break }
                return confirmObject(event, context, now: now)
            case .same:
                hearAgain(event, now: now)
                return fill(event, held, context)
            case .older:
                let disputes = event.claim.disputes(held) ? confirmObject(event, context, now: now) : []
                return disputes + outdated(event, context, now: now)
            case .ambiguous:
                // Nothing tells which came first: GitHub is asked, and the state held is served until then.
                return confirmObject(event, context, now: now)
            }
        }
        let word = hear(event)
        var changes: [Change] = [.remember(event.state)]
        var directives: [Directive] = []
        var isStored = false
        let turn = isOwn ? 0 : context.turn ?? limits.authorSilence
        remember(event, turn: turn, now: now)
        for touched in context.entries {
            let entry = touched.entry
            switch touch(touched, by: event, context, word, isOverruling: isOverruling) {
            case .leave:
                settleDoubt(entry.key, by: event)
            case .replace(let bytes):
                isStored = isStored || entry.key == context.audience.map { key(of: event, for: $0) }
                changes.append(replacement(of: entry, with: bytes, event))
                waiting[entry.key] = nil
                if isOpen(event, in: entry) { open(touched, &changes, &directives, now: now) }
            case .edit(let bytes):
                changes.append(edited(entry, bytes, event))
                settleDoubt(entry.key, by: event)
                if isOpen(event, in: entry) { open(touched, &changes, &directives, now: now) }
            case .doubt:
                if touched.isWanted { prewarm(entry.key, for: event, after: turn, isDoubt: true, now: now) }
            case .invalidate(let isDoubt):
                if touched.isWanted { prewarm(entry.key, for: event, after: turn, isDoubt: isDoubt, now: now) }
                // While GitHub is away it is served all the same, and then it shows nothing older than what was seen.
                let newer = shown(event, in: touched, isOverruling: isOverruling)
                guard entry.standing != .invalid || newer != nil else { continue }
                var wrong = entry
                wrong.standing = .invalid
                changes.append(newer.map { edited(wrong, $0, event) } ?? .touch(wrong))
                if entry.standing != .invalid { directives.append(.invalidated(entry.key)) }
            case .remove:
                changes.append(.remove(entry.key))
            }
        }
        if !isStored, let audience = context.audience {
            changes.append(fresh(event, audience: audience))
        }
        directives.insert(.store(changes), at: 0)
        if isOwn { directives.append(.announceEvent(event)) }
        return directives
    }

    /// An attempt that is over was heard of late, after the next one began: only what shows that attempt is wrong by it.
    private mutating func outdated(_ event: WorkflowEvent, _ context: EventContext, now: Timestamp) -> [Directive] {
        guard case .run(let run) = event.object, case .run(let held)? = context.state?.version,
            run.attempt < held.attempt
        else { return [] }
        var changes: [Change] = []
        var directives: [Directive] = []
        for touched in context.entries {
            guard case .runAttempt(_, run.id, run.attempt) = touched.entry.key.endpoint else { continue }
            invalidate(touched, after: limits.debounce, now: now, &changes, &directives)
        }
        return changes.isEmpty ? [] : [.store(changes)] + directives
    }

    /// How an event stands to what is remembered.
    private func standing(of event: WorkflowEvent, against held: ObjectState) -> VersionOrder {
        let order = event.claim.order(against: held)
        guard order == .same, event.body.cid != held.cid else { return order }
        // Nothing else tells the two apart: the same one must win in whatever order they come.
        switch (event.version.deliveredAt, held.version.deliveredAt) {
        case (nil, .some): return .older
        case (.some, nil): return .newer
        default: return held.cid.description < event.body.cid.description ? .newer : .older
        }
    }

    /// Known already: stored where nothing is stored for it yet, so that a repeated delivery changes nothing.
    private func fill(_ event: WorkflowEvent, _ held: ObjectState, _ context: EventContext) -> [Directive] {
        var changes: [Change] = []
        // A list told of it before the delivery, whose own time orders it among later ones.
        if held.version.deliveredAt == nil, event.version.deliveredAt != nil { changes.append(.remember(event.state)) }
        // What a peer claimed is so by GitHub's own word.
        if held.authority == .peer, event.authority == .github { changes.append(.remember(held.confirmed(by: event))) }
        if let audience = context.audience {
            let isThere = context.entries.contains { touched in
                touched.entry.key.resource == Resource(event.id.endpoint) && touched.entry.key.audience == audience
                    && touched.entry.cid == event.body.cid && touched.entry.standing == .sound
            }
            if !isThere { changes.append(fresh(event, audience: audience)) }
        }
        return changes.isEmpty ? [] : [.store(changes)]
    }

    private mutating func confirmObject(
        _ event: WorkflowEvent,
        _ context: EventContext,
        now: Timestamp
    ) -> [Directive] {
        guard let audience = context.audience else { return [] }
        let key = key(of: event, for: audience)
        let isPeers = event.authority == .peer
        let pause = isPeers ? pause(before: key, now: now) : limits.debounce
        schedule(key, after: pause + (isPeers ? context.turn ?? 0 : 0), source: .prewarm, now: now)
        return []
    }

    private enum Effect {
        case leave
        /// The event's object is the answer.
        case replace([UInt8])
        /// The list with the object in its place.
        case edit([UInt8])
        /// It may be behind, and the event that rights it is on its way.
        case doubt
        case invalidate(isDoubt: Bool)
        /// It was for everyone, and its repository is not.
        case remove
    }

    /// What a job tells of its runner, where that is not older than what is known of it.
    private mutating func hear(_ event: WorkflowEvent) -> RunnerBook.Word? {
        guard case .job(let job) = event.object, let word = RunnerBook.Word(job), runners.hear(word) else { return nil }
        return word
    }

    private func touch(
        _ touched: TouchedEntry,
        by event: WorkflowEvent,
        _ context: EventContext,
        _ word: RunnerBook.Word?,
        isOverruling: Bool
    ) -> Effect {
        let entry = touched.entry
        guard !event.isPrivate || entry.key.audience != .public else { return .remove }
        guard entry.status == 200 else {
            // Something that was absent may be there now.
            return EffectTable.touch(entry.key.resource, by: event) == .none ? .leave : .invalidate(isDoubt: false)
        }
        switch EffectTable.touch(entry.key.resource, by: event) {
        case .none:
            return .leave
        case .invalidate:
            return .invalidate(isDoubt: false)
        case .replace:
            guard entry.key.representation.media == .json else { return .invalidate(isDoubt: false) }
            if !isOverruling, let body = touched.body, isBehind(event, body) { return .leave }
            return .replace(RunShape.bytes(event.body.bytes, for: entry.key.resource))
        case .runners:
            // Late news of a runner that is known to have gone on.
            guard let word else { return .leave }
            guard entry.standing != .invalid, entry.key.representation.media == .json, let body = touched.body,
                let editor = RunnerEditor(entry.key.resource, body: body.bytes, listedAt: entry.validatedAt)
            else { return .invalidate(isDoubt: false) }
            return effect(editor.edit(word))
        case .list:
            if case .job(let job) = event.object, !isJobList(entry.key.endpoint) {
                return contradiction(of: job, to: entry, context)
            }
            guard entry.standing != .invalid, entry.key.representation.media == .json, let body = touched.body,
                let editor = ListEditor(
                    entry.key.resource,
                    body: body.bytes,
                    link: entry.headers.link,
                    listedAt: entry.validatedAt
                )
            else { return .invalidate(isDoubt: false) }
            // What the claim had done to the list is not known.
            if isOverruling { return .invalidate(isDoubt: false) }
            return edit(editor, by: event, context)
        }
    }

    /// Whether only GitHub knows how an answer shows an event's object.
    private func isOpen(_ event: WorkflowEvent, in entry: Entry) -> Bool {
        event.isPartial && entry.key.resource.parameter("exclude_pull_requests") != "true"
    }

    /// What was just changed shows the newest state, and is asked for all the same.
    private mutating func open(
        _ touched: TouchedEntry,
        _ changes: inout [Change],
        _ directives: inout [Directive],
        now: Timestamp
    ) {
        guard case .put(let changed, _)? = changes.last else { return }
        let wrong = TouchedEntry(entry: changed, body: nil, isWanted: touched.isWanted)
        invalidate(wrong, after: limits.debounce, now: now, &changes, &directives)
    }

    /// A list with an event's object in the place of an older state, or of a claim that GitHub overruled; nil where it
    /// shows none.
    private func shown(_ event: WorkflowEvent, in touched: TouchedEntry, isOverruling: Bool) -> [UInt8]? {
        let entry = touched.entry
        guard entry.status == 200, entry.key.representation.media == .json, let body = touched.body else { return nil }
        let editor = ListEditor(entry.key.resource, body: body.bytes, link: entry.headers.link)
        return isOverruling
            ? editor?.replacing(event.object, bytes: event.body.bytes)
            : editor?.showing(newer: event.object, bytes: event.body.bytes, version: event.version)
    }

    /// Whether a stored shape of the object, which is not remembered, is newer than an event.
    private func isBehind(_ event: WorkflowEvent, _ body: Body) -> Bool {
        guard let object = try? JSONObject(body.bytes) else { return false }
        let stored: WorkflowObject? =
            switch event.object {
            case .run: WorkflowRun(object).map(WorkflowObject.run)
            case .job: WorkflowJob(object).map(WorkflowObject.job)
            }
        guard let stored else { return false }
        let order = event.version.order(
            against: ObjectVersion(stored),
            status: event.object.status ?? "",
            otherStatus: stored.status ?? ""
        )
        return order == .older
    }

    private func edit(_ editor: ListEditor, by event: WorkflowEvent, _ context: EventContext) -> Effect {
        let result: ListEdit
        switch event.object {
        case .run(let run):
            guard !editor.isListOfJobs else {
                return editor.agrees(with: run) ? .leave : .invalidate(isDoubt: false)
            }
            result = editor.edit(run, bytes: event.body.bytes, version: event.version, previous: previousRun(context))
        case .job(let job):
            result = editor.edit(job, bytes: event.body.bytes, version: event.version)
        }
        return effect(result)
    }

    private func effect(_ edit: ListEdit) -> Effect {
        switch edit {
        case .unchanged: .leave
        case .replaced(let bytes): .edit(bytes)
        case .invalid: .invalidate(isDoubt: false)
        }
    }

    private func previousRun(_ context: EventContext) -> WorkflowRun? {
        context.stateBody.flatMap { try? JSONObject($0.bytes) }.flatMap { WorkflowRun($0) }
    }

    /// What a job that shows more than its run's last state does to what shows the run.
    ///
    /// A new attempt is announced by its jobs alone, so the lists are wrong for long; that a queued run began is told by
    /// the run's own event at about the same time, so they are only fetched again if that does not come.
    private func contradiction(of job: WorkflowJob, to entry: Entry, _ context: EventContext) -> Effect {
        guard let state = context.runState, case .run(let version) = state.version else { return .leave }
        // That its run waits, too, no event of the run's own tells.
        if EffectTable.holdsUp(job, version, status: state.status) { return .invalidate(isDoubt: false) }
        guard EffectTable.contradicts(job, version, status: state.status) else { return .leave }
        let isNewAttempt = job.attempt > version.attempt
        if case .run = entry.key.endpoint { return .invalidate(isDoubt: !isNewAttempt) }
        return isNewAttempt ? .invalidate(isDoubt: false) : .doubt
    }

    private func isJobList(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .runJobs, .attemptJobs: true
        default: false
        }
    }

    private func replacement(of entry: Entry, with bytes: [UInt8], _ event: WorkflowEvent) -> Change {
        let body = Body(bytes)
        var next = entry
        // No answer carried other bytes, so no validator of GitHub's belongs to them.
        if next.cid != body.cid { next.headers.etag = nil }
        next.cid = body.cid
        next.size = bytes.count
        next.status = 200
        next.source = event.source
        next.validatedAt = max(entry.validatedAt, event.asOf)
        next.freshUntil = next.validatedAt.advanced(bySeconds: ttl.seconds(for: entry.key.resource))
        // What a list showed before a client's write says nothing of what came of it.
        next.standing = isOvertaken(entry.key.endpoint, askedAt: event.asOf) ? .invalid : .sound
        return .put(next, body)
    }

    /// A list keeps its age and its lifetime: the event vouches for one of its objects, not for the others.
    private func edited(_ entry: Entry, _ bytes: [UInt8], _ event: WorkflowEvent) -> Change {
        let body = Body(bytes)
        var next = entry
        next.cid = body.cid
        next.size = bytes.count
        next.source = event.source
        next.headers.etag = nil
        return .put(next, body)
    }

    private func key(of event: WorkflowEvent, for audience: Audience) -> ResourceKey {
        ResourceKey(Representation(Resource(event.id.endpoint)), audience: audience)
    }

    private func fresh(_ event: WorkflowEvent, audience: Audience) -> Change {
        let key = key(of: event, for: audience)
        let entry = Entry(
            key: key,
            cid: event.body.cid,
            size: event.body.bytes.count,
            validatedAt: event.asOf,
            freshUntil: event.asOf.advanced(bySeconds: ttl.seconds(for: key.resource)),
            source: event.source
        )
        return .put(entry, event.body)
    }

    /// The event's author fetches at once; the others wait for what it announces, each a little longer than the last.
    private mutating func prewarm(
        _ key: ResourceKey,
        for event: WorkflowEvent,
        after turn: Int64,
        isDoubt: Bool,
        now: Timestamp
    ) {
        schedule(
            key,
            after: limits.debounce + turn,
            source: .prewarm,
            now: now,
            isDoubt: isDoubt,
            told: event.teller.map { PeerMoment(peer: $0, at: event.asOf) }
        )
    }

    /// The run's own event came, so what its jobs let doubt need not be fetched.
    private mutating func settleDoubt(_ key: ResourceKey, by event: WorkflowEvent) {
        if case .run = event.object, waiting[key]?.isDoubt == true { waiting[key] = nil }
    }
}
