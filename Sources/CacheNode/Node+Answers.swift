import CacheCore
import CacheStore
import GitHubCore
import Logging

extension Node {
    /// What GitHub answered to a question.
    func take(_ result: OriginResult, of job: FetchJob) async {
        switch result {
        case .answer(let answer):
            await take(answer, of: job)
        case .unchanged(let headers, let askedAt):
            await take(unchanged: headers, askedAt: askedAt, of: job)
        case .failure(let failure):
            if let flight = job.flight {
                flights.land(flight, .failure(failure))
            } else {
                logger.debug("Fetch failed", metadata: ["failure": "\(failure)"])
                await perform(freshness.handle(.failed(job.key, failure), now: now()))
            }
        }
    }

    /// GitHub says that what was held when it was asked is right.
    private func take(unchanged headers: EntryHeaders, askedAt: Timestamp, of job: FetchJob) async {
        guard let asked = job.held, let held = store.peek(job.key) ?? job.held else {
            return await take(.failure(.unusable(status: 304, "nothing was held")), of: job)
        }
        let body = try? await store.body(asked.cid)
        var remembered: [RememberedObject] = []
        if let body { remembered = await self.remembered(for: held.key, in: body) }
        let signal = Signal.unchanged(
            held,
            asked: body,
            headers: headers,
            askedAt: askedAt,
            source: job.source,
            remembered: remembered
        )
        await perform(freshness.handle(signal, now: now()))
        await land(job, on: store.peek(held.key) ?? held, isStored: true, status: 304)
    }

    private func take(_ answer: OriginAnswer, of job: FetchJob) async {
        guard [200, 404, 410].contains(answer.status), isStorable(answer, of: job) else {
            // GitHub's refusal of this caller: its words go back to it, and nothing is stored.
            let entry = entry(for: answer, key: job.key, source: job.source)
            if let flight = job.flight {
                flights.land(flight, .answer(entry, answer.body, isStored: false, status: answer.status))
            }
            return
        }
        let key = ResourceKey(job.key.representation, audience: audience(of: answer, job))
        if let visibility = visibility(of: answer, job) { see(visibility) }
        // Who may see a watched repository is known only now: it is polled under its right key from here on.
        if key != job.key, job.flight == nil { await refollow() }
        let signal = Signal.fetched(
            key,
            answer,
            source: job.source,
            remembered: await remembered(for: key, in: answer.body)
        )
        await perform(freshness.handle(signal, now: now()))
        await land(
            job,
            on: store.peek(key) ?? entry(for: answer, key: key, source: job.source),
            isStored: true,
            status: answer.status
        )
    }

    /// A 404 of an unknown caller is not the answer for everyone: it also means that the caller may not see it.
    private func isStorable(_ answer: OriginAnswer, of job: FetchJob) -> Bool {
        answer.status == 200 || job.key.audience != .public
    }

    private func entry(for answer: OriginAnswer, key: ResourceKey, source: Source) -> Entry {
        Entry(
            key: key,
            status: answer.status,
            cid: answer.body.cid,
            size: answer.body.bytes.count,
            headers: answer.headers,
            validatedAt: answer.askedAt,
            freshUntil: answer.askedAt,
            source: source
        )
    }

    private func land(_ job: FetchJob, on entry: Entry, isStored: Bool, status: Int?) async {
        guard let flight = job.flight else { return }
        guard let body = try? await store.body(entry.cid) else {
            flights.land(flight, .failure(.unusable(status: entry.status, "its stored body is gone")))
            return
        }
        flights.land(flight, .answer(entry, body, isStored: isStored, status: status))
    }

    /// What a neighbour gave to a read: stored like any announcement, then served.
    func take(_ shared: SharedEntry, of job: FetchJob) async {
        guard let body = shared.body else { return }
        await take(shared.entry, body)
        let key = ResourceKey(job.key.representation, audience: .public)
        var copy = shared.entry
        copy.source = .peer
        await land(job, on: store.peek(key) ?? copy, isStored: true, status: nil)
    }

    /// Who may be served an answer: everyone where its repository is known to be public by its own word.
    private func audience(of answer: OriginAnswer, _ job: FetchJob) -> Audience {
        let endpoint = job.key.endpoint
        let own = job.key.audience == .public ? Audience.credential(credentialID(of: job.identity)) : job.key.audience
        guard endpoint.isPublicInPublicRepository, let repository = endpoint.repository, answer.status == 200 else {
            return own
        }
        let known = visibility(of: answer, job) ?? store.visibility(of: repository)
        return known?.isPrivate == false ? .public : own
    }

    private func credentialID(of identity: Identity) -> CredentialID {
        switch identity {
        case .anonymous: credentialID(of: Caller.anonymous)
        case .node: ownCredential
        case .caller(let id, _): id
        }
    }

    /// What an answer tells of its repository: by an embedded repository object, or by being given to nobody.
    private func visibility(of answer: OriginAnswer, _ job: FetchJob) -> Visibility? {
        guard answer.status == 200, let repository = job.key.repository else { return nil }
        if case .anonymous = job.identity {
            return Visibility(repository: repository, repositoryID: nil, isPrivate: false, asOf: answer.askedAt)
        }
        guard let object = try? JSONObject(JSONSlices(answer.body.bytes)) else { return nil }
        let embedded: JSONObject? =
            switch job.key.endpoint {
            case .repository: object
            case .run, .runAttempt: object.object("repository")
            case .runs, .workflowRuns: object.objects("workflow_runs").first?.object("repository")
            default: nil
            }
        guard let embedded, let isPrivate = embedded.bool("private"),
            embedded.string("full_name").flatMap({ RepositoryName($0) }) == repository
        else { return nil }
        return Visibility(
            repository: repository,
            repositoryID: embedded.integer("id"),
            isPrivate: isPrivate,
            asOf: answer.askedAt
        )
    }
}
