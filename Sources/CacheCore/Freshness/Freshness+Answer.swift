import GitHubCore
import Multiformats

/// Answers of GitHub and entries of peers: newer states that are remembered are laid over them, so that time never
/// runs backwards for a reader, and a list that lagged is fetched again (invariant 2).
extension Freshness {
    mutating func take(
        _ answer: OriginAnswer,
        for key: ResourceKey,
        source: Source,
        remembered: [RememberedObject],
        now: Timestamp
    ) -> [Directive] {
        let attempts = inFlight.removeValue(forKey: key) ?? 0
        cancel(key, askedAt: answer.askedAt)
        let remembered = remembered.filter { !hasEnded($0.state) }
        let isSince = remembered.contains { $0.state.id.endpoint == key.endpoint && $0.state.seenAt > answer.askedAt }
        // Not there when GitHub was asked; an event told of it since.
        guard answer.status == 200 || !isSince else { return [] }
        let overlay =
            answer.status == 200
            ? Overlay(answer.body, key, answer.headers.link, remembered, authority: .list, asOf: answer.askedAt) : nil
        let lifetime = ttl.seconds(for: key.resource, status: answer.status)
        var entry = Entry(
            key: key,
            status: answer.status,
            cid: answer.body.cid,
            size: answer.body.bytes.count,
            headers: answer.headers,
            validatedAt: answer.askedAt,
            freshUntil: answer.askedAt.advanced(bySeconds: lifetime),
            source: source
        )
        var body = answer.body
        if let overlay, overlay.isBehind {
            body = overlay.body
            entry.cid = body.cid
            entry.size = body.bytes.count
            entry.standing = .unconfirmed
            if body != answer.body { entry.headers.etag = nil }
            if attempts < limits.attempts {
                schedule(
                    key,
                    after: limits.lag << min(attempts, 10),
                    source: source,
                    now: now,
                    attempts: attempts + 1
                )
            }
            confirm(overlay.doubts, key, now: now)
        }
        if answer.status == 200, let laid = laid(over: body, key, askedAt: answer.askedAt) {
            body = laid
            entry.cid = body.cid
            entry.size = body.bytes.count
            entry.headers.etag = nil
        }
        // Right when it was asked for; a client has changed it since.
        if isOvertaken(key.endpoint, askedAt: answer.askedAt) { entry.standing = .invalid }
        // Right when it was asked for; a run that it does not name has changed it since.
        if answer.status == 200, Self.isOvertaken(answer, key, by: remembered) { entry.standing = .invalid }
        if entry.standing == .invalid { fetchAgain(key, askedAt: answer.askedAt, now: now) }
        if polls[key] != nil { polls[key] = entry.freshUntil.advanced(byMilliseconds: -limits.pollLead) }
        var directives: [Directive] = [.store([.put(entry, body)])]
        if key.audience.isOfMany, answer.status == 200, entry.standing != .invalid {
            directives.append(.announceEntry(entry, body))
        }
        let news = Self.objects(
            in: answer.body,
            key,
            asOf: answer.askedAt,
            authority: .list,
            source: source,
            remembered: remembered
        )
        if answer.status == 200, !news.isEmpty { directives.append(.learnt(news)) }
        return directives
    }

    mutating func confirm(
        _ entry: Entry,
        _ asked: Body?,
        headers: EntryHeaders,
        askedAt: Timestamp,
        source: Source,
        remembered: [RememberedObject],
        now: Timestamp
    ) -> [Directive] {
        let remembered = remembered.filter { !hasEnded($0.state) }
        if let asked {
            let kept = entry.headers.updated(by: headers)
            let overlay = Overlay(asked, entry.key, kept.link, remembered, authority: .list, asOf: askedAt)
            if overlay.isBehind || asked.cid != entry.cid {
                // Events changed it since the question, or GitHub is behind them: an answer like any other.
                let answer = OriginAnswer(status: 200, headers: kept, body: asked, askedAt: askedAt)
                return take(answer, for: entry.key, source: entry.source, remembered: remembered, now: now)
            }
        }
        let attempts = inFlight.removeValue(forKey: entry.key) ?? 0
        // GitHub was asked before a client changed it.
        guard !isOvertaken(entry.key.endpoint, askedAt: askedAt) else { return [] }
        cancel(entry.key, askedAt: askedAt)
        var next = entry
        next.validatedAt = max(entry.validatedAt, askedAt)
        next.freshUntil = askedAt.advanced(bySeconds: ttl.seconds(for: entry.key.resource, status: entry.status))
        next.standing = .sound
        if entry.standing != .sound, attempts < limits.confirmations {
            // An event said that it is wrong, and GitHub's lists lag: asked again until no list lags that long.
            next.standing = .unconfirmed
            let pause = attempts == 0 ? limits.confirmation : limits.lag << min(attempts - 1, 10)
            schedule(entry.key, after: pause, source: source, now: now, attempts: attempts + 1)
        }
        next.headers = entry.headers.updated(by: headers)
        if polls[entry.key] != nil { polls[entry.key] = next.freshUntil.advanced(byMilliseconds: -limits.pollLead) }
        var directives: [Directive] = [.store([.touch(next)])]
        // What was fetched ahead is so for the peers, too.
        if source == .prewarm, let asked, next.key.audience.isOfMany, next.status == 200, next.standing != .invalid {
            directives.append(.announceEntry(next, asked))
        }
        // What a peer claimed of exactly this is so by GitHub's own word.
        let isClaimed = remembered.contains {
            $0.state.authority == .peer && $0.state.id.endpoint == entry.key.endpoint
        }
        if let asked, isClaimed {
            let news = Self.objects(
                in: asked,
                entry.key,
                asOf: askedAt,
                authority: .list,
                source: source,
                remembered: remembered
            )
            directives.append(.learnt(news))
        }
        return directives
    }

    mutating func take(
        _ entry: Entry,
        _ body: Body,
        by author: PeerID?,
        held: Entry?,
        remembered: [RememberedObject],
        now: Timestamp
    ) -> [Directive] {
        guard entry.status == 200, entry.cid == body.cid,
            !isOvertaken(entry.key.endpoint, askedAt: min(entry.validatedAt, now), by: author)
        else { return [] }
        // A peer's clock is its own: its moment may lie in the past, never in the future.
        var next = entry
        next.validatedAt = min(entry.validatedAt, now)
        next.freshUntil = next.validatedAt.advanced(bySeconds: ttl.seconds(for: entry.key.resource))
        next.source = .peer
        next.size = body.bytes.count
        next.headers.etag = nil
        next.standing = .sound
        if let held, held.status == 200 {
            if held.standing == .sound, held.validatedAt >= next.validatedAt { return [] }
            // What came after it is wrong already.
            if held.standing == .invalid, held.validatedAt > next.validatedAt { return [] }
        }
        var stored = body
        let overlay = Overlay(
            body,
            entry.key,
            entry.headers.link,
            remembered,
            authority: .peer,
            asOf: next.validatedAt
        )
        if overlay.isBehind {
            if held?.standing == .sound { return [] }
            stored = overlay.body
            next.cid = stored.cid
            next.size = stored.bytes.count
            next.standing = .unconfirmed
            confirm(overlay.doubts, entry.key, now: now)
        } else {
            cancel(entry.key, askedAt: next.validatedAt, by: author)
            if polls[entry.key] != nil { polls[entry.key] = next.freshUntil.advanced(byMilliseconds: -limits.pollLead) }
        }
        var directives: [Directive] = [.store([.put(next, stored)])]
        let news = Self.objects(
            in: body,
            entry.key,
            asOf: next.validatedAt,
            authority: .peer,
            source: .peer,
            teller: author,
            remembered: remembered
        )
        if !news.isEmpty { directives.append(.learnt(news)) }
        return directives
    }

    /// Whether something that a list does not name came or went since it was asked for, so that its count, its links or
    /// its members may be others now.
    private static func isOvertaken(_ answer: OriginAnswer, _ key: ResourceKey, by remembered: [RememberedObject])
        -> Bool
    {
        guard key.representation.media == .json else { return false }
        let news = remembered.filter { $0.state.seenAt > answer.askedAt }
        guard !news.isEmpty,
            let editor = ListEditor(
                key.resource,
                body: answer.body.bytes,
                link: answer.headers.link,
                listedAt: answer.askedAt
            )
        else { return false }
        return news.contains { held in
            guard let object = held.read, case .absent? = editor.showing(of: object) else { return false }
            let version = held.state.version
            return switch object {
            case .run(let run): editor.edit(run, bytes: held.body.bytes, version: version, previous: nil) == .invalid
            case .job(let job): editor.edit(job, bytes: held.body.bytes, version: version) == .invalid
            }
        }
    }

    /// An answer about runners with what jobs told of them since it was asked for; nil where that is nothing.
    private func laid(over body: Body, _ key: ResourceKey, askedAt: Timestamp) -> Body? {
        guard key.representation.media == .json, key.resource.dataType == .runners else { return nil }
        return RunnerEditor(key.resource, body: body.bytes, listedAt: askedAt)?.laying(runners).map { Body($0) }
    }

    /// Has the objects fetched whose remembered state may be older or newer than what a list shows.
    private mutating func confirm(_ doubts: [ObjectID], _ key: ResourceKey, now: Timestamp) {
        for id in doubts.prefix(limits.doubts) {
            let object = ResourceKey(Representation(Resource(id.endpoint)), audience: key.audience)
            schedule(object, after: pause(before: object, now: now), source: .prewarm, now: now)
        }
    }

    /// The runs and jobs that an answer names; to runs without their pull requests those are given that are remembered.
    static func objects(
        in body: Body,
        _ key: ResourceKey,
        asOf: Timestamp,
        authority: Authority,
        source: Source,
        teller: PeerID? = nil,
        remembered: [RememberedObject]
    ) -> [WorkflowEvent] {
        guard let repository = key.repository, key.representation.media == .json else { return [] }
        // A peer's word for the very bytes that are remembered is no news.
        let isKnown = remembered.contains { $0.state.id.endpoint == key.endpoint && $0.state.cid == body.cid }
        if authority == .peer, isKnown { return [] }
        let isPrivate = key.audience != .public
        let isBare = key.resource.parameter("exclude_pull_requests") == "true"
        func event(_ object: WorkflowObject, _ body: Body, _ authority: Authority) -> WorkflowEvent {
            let known = isBare ? remembered.first { $0.state.id.id == object.id }?.body.bytes : nil
            return WorkflowEvent(
                repository: repository,
                object: object,
                body: known.map { Body(RunShape.bytes(body.bytes, withPullRequestsOf: $0)) } ?? body,
                version: ObjectVersion(object),
                authority: authority,
                source: source,
                isPrivate: isPrivate,
                asOf: asOf,
                teller: teller,
                isPartial: isBare
            )
        }
        switch key.endpoint {
        case .run, .job:
            guard key.resource.isUnderstood, let object = try? JSONObject(body.bytes) else { return [] }
            let read: WorkflowObject? =
                if case .run = key.endpoint {
                    WorkflowRun(object).map(WorkflowObject.run)
                } else {
                    WorkflowJob(object).map(WorkflowObject.job)
                }
            return read.map { [event($0, body, authority == .list ? .github : authority)] } ?? []
        case .runs, .workflowRuns, .runJobs, .attemptJobs:
            guard let editor = ListEditor(key.resource, body: body.bytes, link: nil) else { return [] }
            return editor.objects.map { event($0.object, Body($0.bytes), authority) }
        default:
            return []
        }
    }
}
