import GitHubCore

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
        waiting[key] = nil
        let laid = answer.status == 200 ? Self.layOver(answer.body, key, answer.headers.link, remembered) : nil
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
        if let laid {
            body = laid
            entry.cid = body.cid
            entry.size = body.bytes.count
            entry.standing = .unconfirmed
            if body != answer.body { entry.headers.etag = nil }
            if attempts < limits.attempts {
                schedule(
                    key,
                    after: limits.confirmation << min(attempts, 10),
                    source: source,
                    now: now,
                    attempts: attempts + 1
                )
            }
        }
        if polls[key] != nil { polls[key] = entry.freshUntil.advanced(byMilliseconds: -limits.pollLead) }
        var directives: [Directive] = [.store([.put(entry, body)])]
        if key.audience == .public, answer.status == 200 { directives.append(.announceEntry(entry, body)) }
        let news = Self.objects(in: answer.body, key, asOf: answer.askedAt, authority: .list, source: source)
        if answer.status == 200, !news.isEmpty { directives.append(.learnt(news)) }
        return directives
    }

    mutating func confirm(
        _ entry: Entry,
        headers: EntryHeaders,
        askedAt: Timestamp,
        source: Source,
        now: Timestamp
    ) -> [Directive] {
        let attempts = inFlight.removeValue(forKey: entry.key) ?? 0
        waiting[entry.key] = nil
        var next = entry
        next.validatedAt = max(entry.validatedAt, askedAt)
        next.freshUntil = askedAt.advanced(bySeconds: ttl.seconds(for: entry.key.resource, status: entry.status))
        next.standing = .sound
        if entry.standing == .invalid, attempts < limits.confirmations {
            // An event said that it is wrong, and GitHub's lists lag: asked again before it is believed.
            next.standing = .unconfirmed
            let pause = limits.confirmation << min(attempts, 10)
            schedule(entry.key, after: pause, source: source, now: now, attempts: attempts + 1)
        }
        next.headers.link = headers.link ?? entry.headers.link
        next.headers.etag = headers.etag ?? entry.headers.etag
        if polls[entry.key] != nil { polls[entry.key] = next.freshUntil.advanced(byMilliseconds: -limits.pollLead) }
        return [.store([.touch(next)])]
    }

    mutating func take(
        _ entry: Entry,
        _ body: Body,
        held: Entry?,
        remembered: [RememberedObject],
        now: Timestamp
    ) -> [Directive] {
        // A peer's clock is its own: its moment may lie in the past, never in the future.
        var next = entry
        next.validatedAt = min(entry.validatedAt, now)
        next.freshUntil = next.validatedAt.advanced(bySeconds: ttl.seconds(for: entry.key.resource))
        next.source = .peer
        next.headers.etag = nil
        if let held, held.standing == .sound, held.validatedAt >= next.validatedAt { return [] }
        var stored = body
        if let laid = Self.layOver(body, entry.key, entry.headers.link, remembered) {
            stored = laid
            next.cid = stored.cid
            next.size = stored.bytes.count
            next.standing = .unconfirmed
        } else {
            next.standing = .sound
            waiting[entry.key] = nil
        }
        var directives: [Directive] = [.store([.put(next, stored)])]
        let news = Self.objects(in: body, entry.key, asOf: next.validatedAt, authority: .peer, source: .peer)
        if !news.isEmpty { directives.append(.learnt(news)) }
        return directives
    }

    /// An answer with the newer remembered objects laid over it; nil where the answer is not behind.
    static func layOver(
        _ body: Body,
        _ key: ResourceKey,
        _ link: String?,
        _ remembered: [RememberedObject]
    ) -> Body? {
        guard key.representation.media == .json else { return nil }
        if case .run = key.endpoint { return layOverObject(body, key, remembered) }
        if case .job = key.endpoint { return layOverObject(body, key, remembered) }
        var bytes = body.bytes
        var isBehind = false
        for object in remembered {
            guard let editor = ListEditor(key.resource, body: bytes, link: link),
                let read = object.read, let shown = editor.version(of: read)
            else { continue }
            switch shown {
            case .absent(let isMissed):
                guard isMissed else { continue }
                isBehind = true
                if case .run(let run) = read,
                    case .replaced(let edited) = editor.edit(
                        run,
                        bytes: object.body.bytes,
                        version: object.state.version,
                        previous: nil
                    )
                {
                    bytes = edited
                }
            case .present(let version):
                guard object.state.version.order(against: version) == .newer else { continue }
                isBehind = true
                bytes = editor.laying(read, bytes: object.body.bytes, version: object.state.version) ?? bytes
            }
        }
        return isBehind ? Body(bytes) : nil
    }

    private static func layOverObject(
        _ body: Body,
        _ key: ResourceKey,
        _ remembered: [RememberedObject]
    ) -> Body? {
        guard let held = remembered.first(where: { $0.state.id.endpoint == key.endpoint }),
            held.state.authority > .peer,
            let object = objects(in: body, key, asOf: held.state.seenAt, authority: .github, source: .upstream).first,
            held.state.version.order(against: object.version) == .newer
        else { return nil }
        return Body(RunShape.bytes(held.body.bytes, for: key.resource))
    }

    /// The runs and jobs that an answer names.
    static func objects(
        in body: Body,
        _ key: ResourceKey,
        asOf: Timestamp,
        authority: Authority,
        source: Source
    ) -> [WorkflowEvent] {
        guard let repository = key.repository, key.representation.media == .json else { return [] }
        let isPrivate = key.audience != .public
        func event(_ object: WorkflowObject, _ body: Body, _ authority: Authority) -> WorkflowEvent {
            WorkflowEvent(
                repository: repository,
                object: object,
                body: body,
                version: ObjectVersion(object),
                authority: authority,
                source: source,
                isPrivate: isPrivate,
                asOf: asOf
            )
        }
        switch key.endpoint {
        case .run, .job:
            // Without its pull requests a run is not the object itself.
            guard key.resource.query.isEmpty, let object = try? JSONObject(JSONSlices(body.bytes)) else { return [] }
            let read: WorkflowObject? =
                if case .run = key.endpoint {
                    WorkflowRun(object).map(WorkflowObject.run)
                } else {
                    WorkflowJob(object).map(WorkflowObject.job)
                }
            return read.map { [event($0, body, authority == .list ? .github : authority)] } ?? []
        case .runs, .workflowRuns, .runJobs, .attemptJobs:
            guard key.resource.parameter("exclude_pull_requests") != "true",
                let editor = ListEditor(key.resource, body: body.bytes, link: nil)
            else { return [] }
            return editor.objects.map { event($0.object, Body($0.bytes), authority) }
        default:
            return []
        }
    }
}

extension RememberedObject {
    /// The object, read again from its bytes.
    var read: WorkflowObject? {
        guard let object = try? JSONObject(JSONSlices(body.bytes)) else { return nil }
        return switch state.id.kind {
        case .run: WorkflowRun(object).map(WorkflowObject.run)
        case .job: WorkflowJob(object).map(WorkflowObject.job)
        }
    }
}
