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
        case .moved(let target, let result):
            var moved = job
            moved.movedTo = target
            await take(result, of: moved)
        case .failure(let failure):
            logger.debug("Fetch failed", metadata: ["failure": "\(failure)"])
            await land(job, .failure(failure))
        }
    }

    /// GitHub says that what was held out to it is what this credential would get.
    private func take(unchanged headers: EntryHeaders, askedAt: Timestamp, of job: FetchJob) async {
        guard let held = job.held else {
            return await take(.failure(.unusable(status: 304, "nothing was held")), of: job)
        }
        var told = headers
        told.etagOwner = credentialID(of: job.identity)
        let answer = OriginAnswer(
            status: 200,
            headers: held.entry.headers.updated(by: told),
            body: held.body,
            askedAt: askedAt
        )
        let key = await place(answer, link: headers.link, of: job)
        let remembered = await self.remembered(for: key, in: held.body)
        let signal: Signal
        if let stored = store.peek(key), stored.status == 200 {
            signal = .unchanged(
                stored,
                asked: held.body,
                headers: told,
                askedAt: askedAt,
                source: job.source,
                remembered: remembered
            )
        } else {
            // The bytes came from where the lender's came from; only now they are known to be this reader's, too.
            signal = .fetched(key, answer, source: held.entry.source, remembered: remembered)
        }
        await perform(freshness.handle(signal, now: now()))
        noteHealth(job, askedAt: askedAt)
        await land(job, on: store.peek(key) ?? entry(for: answer, key: key, source: job.source), held.body, status: 304)
    }

    private func take(_ given: OriginAnswer, of job: FetchJob) async {
        let credential = credentialID(of: job.identity)
        if let withdrawal = Withdrawal(status: given.status, of: job.key.endpoint, to: credential) {
            store.apply(withdraw(withdrawal, asOf: given.askedAt))
        }
        if let query = job.query { return await take(given, to: query, of: job) }
        var headers = given.headers
        headers.etagOwner = credential
        let answer = OriginAnswer(status: given.status, headers: headers, body: given.body, askedAt: given.askedAt)
        guard KeepRule.mayKeep(answer, of: job.key.representation) else {
            // A refusal of this caller, or what is good for one use: it goes to who asked, and nothing is stored.
            let own = ResourceKey(job.key.representation, audience: .credential(credential))
            let entry = entry(for: answer, key: own, source: job.source)
            return await land(job, .answer(entry, answer.body, isStored: false, status: answer.status))
        }
        let key = await place(answer, link: answer.headers.link, of: job)
        if answer.status == 200 { noteSights(in: answer.body, at: key) }
        let signal = Signal.fetched(
            key,
            answer,
            source: job.source,
            remembered: await remembered(for: key, in: answer.body)
        )
        await perform(freshness.handle(signal, now: now()))
        if answer.status == 200 { noteHealth(job, askedAt: answer.askedAt) }
        await land(
            job,
            on: store.peek(key) ?? entry(for: answer, key: key, source: job.source),
            answer.body,
            status: answer.status
        )
    }

    /// Takes in what an answer says of names, of its repository and of who asked, and gives the key that it is stored
    /// under; `link` is what GitHub itself said now.
    private func place(_ answer: OriginAnswer, link: String?, of job: FetchJob) async -> ResourceKey {
        let credential = credentialID(of: job.identity)
        guard answer.status == 200 else {
            // Absent for this credential: that also means that it may not see it.
            return ResourceKey(job.key.representation, audience: .credential(credential))
        }
        await learn(from: answer, link: link, of: job)
        let representation = canonical(job.key.representation)
        let endpoint = representation.resource.endpoint
        if let visibility = visibility(of: answer, endpoint, to: job.identity) {
            await see(visibility, since: answer.askedAt)
        }
        let audience = AudienceRule.audience(of: endpoint, isPublic: isPublic(endpoint), to: credential)
        let key = ResourceKey(representation, audience: audience)
        if audience != .public {
            store.apply([.prove(Proof(Proof.Subject(endpoint, by: credential), provenAt: answer.askedAt))])
        }
        // What a watched repository is called and who may see it is known only now: it is polled under its right key from
        // here on.
        if key != job.key, job.isMachine {
            await repoll()
            inbox.refollow()
        }
        return key
    }

    func entry(for answer: OriginAnswer, key: ResourceKey, source: Source) -> Entry {
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

    /// Serves those who wait with what is stored now, or with the answer itself where that was not stored.
    private func land(_ job: FetchJob, on entry: Entry, _ answer: Body, status: Int?) async {
        let body = entry.cid == answer.cid ? answer : try? await store.body(entry.cid)
        guard let body else {
            return await land(job, .failure(.unusable(status: entry.status, "its stored body is gone")))
        }
        await land(job, .answer(entry, body, isStored: store.peek(entry.key) != nil, status: status))
    }

    /// Ends a flight for those whom its outcome concerns, and tells the machine where it took part.
    func land(_ job: FetchJob, _ landing: Flights.Landing) async {
        let news = flights.land(
            job.flight,
            landing,
            by: credentialID(of: job.identity),
            isMachine: job.isMachine,
            isBackground: job.priority < .read
        )
        switch (news, landing) {
        case (nil, _):
            return
        case _ where job.isAudit:
            // Nobody waits for it, and the next one comes in its time.
            return
        case (.landed, .failure(let failure)):
            await perform(freshness.handle(.failed(job.key, failure), now: now()))
        case (.landed, .answer(let entry, _, _, _)) where entry.status == 200 && entry.key == job.key:
            return
        case (.landed, .answer), (.parted, _):
            // It brought nothing for the machine's key.
            await perform(freshness.handle(.failed(job.key, .noCredential), now: now()))
            await repoll()
            inbox.refollow()
        }
    }

    /// What a neighbour gave to a read: stored like any announcement, then served.
    func take(_ shared: SharedEntry, of job: FetchJob) async {
        guard let body = shared.body else { return }
        if freshness.isOvertaken(shared.entry, by: shared.giver) {
            // A client of this node or an event has changed it since: only GitHub can tell.
            var again = job
            again.asksNeighbours = false
            again.isLate = false
            queuedFetches.append(again)
            return
        }
        await take(shared.entry, body, by: shared.giver)
        let key = shared.entry.key
        var copy = shared.entry
        copy.source = .peer
        await land(job, on: store.peek(key) ?? copy, body, status: nil)
    }

    /// What an answer tells of its repository: by an embedded repository object, or by being given to nobody.
    private func visibility(of answer: OriginAnswer, _ endpoint: Endpoint, to identity: Identity) -> Visibility? {
        guard let repository = endpoint.repository else { return nil }
        if case .anonymous = identity {
            return Visibility(repository: repository, repositoryID: nil, isPrivate: false, asOf: answer.askedAt)
        }
        guard let object = try? JSONObject(answer.body.bytes) else { return nil }
        let embedded: JSONObject? =
            switch endpoint {
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
