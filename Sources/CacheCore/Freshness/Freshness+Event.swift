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
        if let held = context.state {
            switch standing(of: event, against: held) {
            case .newer: break
            case .same: return fill(event, context, now: now)
            case .older: return []
            case .ambiguous:
                // Nothing tells which came first: GitHub is asked, and the state held is served until then.
                return confirmObject(event, context, now: now)
            }
        }
        var changes: [Change] = [.remember(event.state)]
        var directives: [Directive] = []
        var isStored = false
        for touched in context.entries {
            let entry = touched.entry
            switch touch(touched, by: event, context) {
            case .leave:
                continue
            case .replace(let bytes):
                isStored = isStored || entry.key.endpoint == event.id.endpoint && entry.key.resource.query.isEmpty
                changes.append(replacement(of: entry, with: bytes, event))
            case .invalidate:
                guard entry.standing != .invalid else {
                    if touched.isWanted { prewarm(entry.key, isOwn: isOwn, now: now) }
                    continue
                }
                var wrong = entry
                wrong.standing = .invalid
                changes.append(.touch(wrong))
                directives.append(.invalidated(entry.key))
                if touched.isWanted { prewarm(entry.key, isOwn: isOwn, now: now) }
            }
        }
        if !isStored, let audience = context.audience {
            changes.append(fresh(event, audience: audience))
        }
        directives.insert(.store(changes), at: 0)
        if isOwn { directives.append(.announceEvent(event)) }
        return directives
    }

    /// How an event stands to what is remembered: GitHub's own answer for exactly this object overrules a peer's claim.
    private func standing(of event: WorkflowEvent, against held: ObjectState) -> VersionOrder {
        if event.authority == .github, held.authority == .peer { return event.body.cid == held.cid ? .same : .newer }
        if event.body.cid == held.cid { return .same }
        let order = event.version.order(against: held.version)
        guard order == .same || order == .ambiguous else { return order }
        if event.authority == .github { return .newer }
        // Two states that nothing else tells apart: the same one must win in whatever order they come.
        guard order == .same else { return .ambiguous }
        return held.cid.description < event.body.cid.description ? .newer : .older
    }

    /// Known already: stored where nothing is stored for it yet, so that a repeated delivery changes nothing.
    private func fill(_ event: WorkflowEvent, _ context: EventContext, now: Timestamp) -> [Directive] {
        guard let audience = context.audience else { return [] }
        let isThere = context.entries.contains { touched in
            touched.entry.key.resource == Resource(event.id.endpoint) && touched.entry.key.audience == audience
                && touched.entry.cid == event.body.cid && touched.entry.standing == .sound
        }
        return isThere ? [] : [.store([fresh(event, audience: audience)])]
    }

    private mutating func confirmObject(
        _ event: WorkflowEvent,
        _ context: EventContext,
        now: Timestamp
    ) -> [Directive] {
        guard let audience = context.audience else { return [] }
        let key = ResourceKey(Representation(Resource(event.id.endpoint)), audience: audience)
        schedule(key, after: limits.debounce, source: .prewarm, now: now)
        return []
    }

    private enum Effect {
        case leave
        case replace([UInt8])
        case invalidate
    }

    private func touch(_ touched: TouchedEntry, by event: WorkflowEvent, _ context: EventContext) -> Effect {
        let entry = touched.entry
        guard entry.status == 200 else {
            // Something that was absent may be there now.
            return EffectTable.touch(entry.key.resource, by: event) == .none ? .leave : .invalidate
        }
        switch EffectTable.touch(entry.key.resource, by: event) {
        case .none:
            return .leave
        case .invalidate:
            return .invalidate
        case .replace:
            guard entry.key.representation.media == .json else { return .invalidate }
            return .replace(RunShape.bytes(event.body.bytes, for: entry.key.resource))
        case .list:
            if case .job(let job) = event.object, !isJobList(entry.key.endpoint) {
                return contradicts(job, context) ? .invalidate : .leave
            }
            guard entry.standing != .invalid, let body = touched.body,
                let editor = ListEditor(entry.key.resource, body: body.bytes, link: entry.headers.link)
            else { return .invalidate }
            return edit(editor, by: event, context)
        }
    }

    private func edit(_ editor: ListEditor, by event: WorkflowEvent, _ context: EventContext) -> Effect {
        let result: ListEdit
        switch event.object {
        case .run(let run):
            guard !editor.isListOfJobs else { return editor.agrees(with: run) ? .leave : .invalidate }
            result = editor.edit(run, bytes: event.body.bytes, version: event.version, previous: previousRun(context))
        case .job(let job):
            result = editor.edit(job, bytes: event.body.bytes, version: event.version)
        }
        return switch result {
        case .unchanged: .leave
        case .replaced(let bytes): .replace(bytes)
        case .invalid: .invalidate
        }
    }

    private func previousRun(_ context: EventContext) -> WorkflowRun? {
        context.stateBody.flatMap { try? JSONObject(JSONSlices($0.bytes)) }.flatMap { WorkflowRun($0) }
    }

    private func contradicts(_ job: WorkflowJob, _ context: EventContext) -> Bool {
        guard let state = context.runState, case .run(let version) = state.version else { return false }
        return EffectTable.contradicts(job, version, status: state.status)
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
        next.cid = body.cid
        next.size = bytes.count
        next.status = 200
        next.source = event.source
        next.validatedAt = max(entry.validatedAt, event.asOf)
        next.freshUntil = event.asOf.advanced(bySeconds: ttl.seconds(for: entry.key.resource))
        if entry.standing == .invalid { next.standing = .sound }
        // No answer carried these bytes, so no validator of GitHub's belongs to them.
        next.headers.etag = nil
        return .put(next, body)
    }

    private func fresh(_ event: WorkflowEvent, audience: Audience) -> Change {
        let resource = Resource(event.id.endpoint)
        let entry = Entry(
            key: ResourceKey(Representation(resource), audience: audience),
            cid: event.body.cid,
            size: event.body.bytes.count,
            validatedAt: event.asOf,
            freshUntil: event.asOf.advanced(bySeconds: ttl.seconds(for: resource)),
            source: event.source
        )
        return .put(entry, event.body)
    }

    /// The event's author fetches at once; the others wait for what it announces, each a little longer than the last.
    private mutating func prewarm(_ key: ResourceKey, isOwn: Bool, now: Timestamp) {
        schedule(key, after: limits.debounce + (isOwn ? 0 : limits.authorSilence), source: .prewarm, now: now)
    }
}
