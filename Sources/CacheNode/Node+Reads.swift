import CacheCore
import CacheStore
package import GitHubCore

extension Node {
    /// Answers a read from the store, the neighbours or GitHub.
    package nonisolated func read(_ request: ReadRequest) async -> ReadAnswer {
        let answer = await answer(to: request)
        counters.read(request, answer)
        return answer
    }

    private nonisolated func answer(to request: ReadRequest) async -> ReadAnswer {
        await gate.pass()
        let request = canonical(request)
        let place = place(of: request)
        noteRead(request, place)
        var wishes = ReadWishes()
        wishes.noCache = request.directives.noCache
        wishes.maxAge = request.directives.maxAge
        wishes.maxStale = request.directives.maxStale
        wishes.minFresh = request.directives.minFresh
        wishes.onlyIfCached = request.directives.onlyIfCached
        var reason = Outcome.Reason.miss
        for key in place.keys {
            guard let stored = store.peek(key), mayServe(stored, to: place.reader, isGitHubAway: false) else {
                continue
            }
            let entry = await lived(stored)
            switch ReadPolicy.verdict(entry, wishes: wishes, now: now(), window: configuration.limits.staleWindow) {
            case .serve:
                if let answer = await serve(entry, kind: .hit) { return answer }
            case .serveAndAsk:
                if let answer = await serve(entry, kind: .stale) {
                    flights.launch(flight(of: request, to: place), ask: question(request, place))
                    return answer
                }
            case .ask(let why):
                if entry.status == 200 { reason = why }
            }
        }
        if case .graphQL = place.key.endpoint, request.query == nil {
            return .failed(status: 404, "a query is asked by its body", retryAfter: nil)
        }
        guard !request.directives.onlyIfCached else {
            return .failed(status: 504, "nothing fresh is stored, and only-if-cached was asked for", retryAfter: nil)
        }
        return await ask(request, place, reason: reason)
    }

    /// Where a reader's answer lies.
    struct Place: Sendable {
        let reader: CredentialID
        /// Where GitHub's answer would be stored now, by what is known of the repository.
        let key: ResourceKey
        /// Where it lies that something is absent for this reader.
        let own: ResourceKey

        /// Where to look, in this order.
        var keys: [ResourceKey] { key == own ? [key] : [key, own] }
    }

    nonisolated func place(of request: ReadRequest) -> Place {
        let reader = credentialID(of: request.caller)
        let representation = request.representation
        let endpoint = representation.resource.endpoint
        let audience = AudienceRule.audience(of: endpoint, isPublic: isPublic(endpoint), to: reader)
        return Place(
            reader: reader,
            key: ResourceKey(representation, audience: audience),
            own: ResourceKey(representation, audience: .credential(reader))
        )
    }

    /// Whether a reader may be served a stored answer: by its audience, and where it is not public by a proof that holds.
    nonisolated func mayServe(_ entry: Entry, to reader: CredentialID, isGitHubAway: Bool) -> Bool {
        switch AudienceRule.condition(of: entry.key, status: entry.status, for: reader) {
        case .none: true
        case .impossible: false
        case .lately: configuration.proofs.holds(provenAt: entry.validatedAt, now: now(), isGitHubAway: isGitHubAway)
        case .proof(let subject):
            configuration.proofs.holds(
                provenAt: store.proof(of: subject),
                now: now(),
                isGitHubAway: isGitHubAway
            )
        }
    }

    /// Whether an endpoint's repository is known to be public.
    nonisolated func isPublic(_ endpoint: Endpoint) -> Bool {
        guard let repository = endpoint.repository else { return false }
        return store.visibility(of: repository)?.isPrivate == false
    }

    /// Names a caller's credential without telling it.
    nonisolated func credentialID(of caller: Caller) -> CredentialID {
        switch caller {
        case .anonymous: .anonymous
        case .node: ownCredential
        case .credential(let authorization):
            CredentialID(ofAuthorization: authorization, key: configuration.credentialKey)
        }
    }

    /// Names the credential that GitHub is asked with.
    nonisolated func credentialID(of identity: Identity) -> CredentialID {
        switch identity {
        case .anonymous: .anonymous
        case .node: ownCredential
        case .caller(let id, _): id
        }
    }

    private nonisolated func identity(of caller: Caller) -> Identity {
        switch caller {
        case .anonymous: .anonymous
        case .node: configuration.ownCredential == nil ? .anonymous : .node
        case .credential(let authorization): .caller(credentialID(of: caller), authorization: authorization)
        }
    }

    /// Serves what is stored; nil where its body is gone.
    private nonisolated func serve(
        _ entry: Entry,
        kind: Outcome.Kind,
        isCounted: Bool = false
    ) async -> ReadAnswer? {
        var body = store.cachedBody(entry.cid)
        if body == nil { body = try? await store.body(entry.cid) }
        guard let body else { return nil }
        return found(entry, body, kind: kind, isStored: false, isCollapsed: false, isCounted: isCounted)
    }

    private nonisolated func found(
        _ entry: Entry,
        _ body: Body,
        kind: Outcome.Kind,
        isStored: Bool,
        isCollapsed: Bool,
        isCounted: Bool
    ) -> ReadAnswer {
        let moment = now()
        let outcome = Outcome(
            kind: kind,
            source: entry.source,
            ttl: Int(entry.freshUntil.milliseconds(since: moment) / 1000),
            isStored: isStored,
            isCollapsed: isCollapsed,
            isCounted: isCounted
        )
        return .found(
            FoundAnswer(
                status: entry.status,
                headers: entry.headers,
                body: body,
                age: Int(max(0, moment.milliseconds(since: entry.validatedAt)) / 1000),
                outcome: outcome
            )
        )
    }

    /// Has GitHub asked, once for all who ask the same.
    private nonisolated func ask(
        _ request: ReadRequest,
        _ place: Place,
        reason: Outcome.Reason,
        isAlone: Bool = false
    ) async -> ReadAnswer {
        switch await end(of: flight(of: request, to: place, isAlone: isAlone), for: request, place) {
        case nil:
            // GitHub is slow; what it answers is stored when it comes.
            if let held = patientlyServed(request, place), let answer = await serve(held, kind: .stale) {
                return answer
            }
            return Self.words(for: .timedOut, now: now())
        case .crowded:
            return .failed(status: 503, "too many requests wait for GitHub", retryAfter: 1)
        case .cancelled:
            return .failed(status: 503, "the client does not wait any more", retryAfter: nil)
        case .parted:
            // What is known of the repository may be other than it was.
            return await ask(request, self.place(of: request), reason: reason, isAlone: true)
        case .landed(.answer(let entry, let body, let isStored, let status), let isLeader):
            if isLeader, request.priority == .read { store.noteRead(entry.key, at: now()) }
            // Without a status a neighbour answered, and GitHub was not asked. A 304 is free to those who say who they are.
            let isFree = status == nil || status == 304 && place.reader != .anonymous
            return found(
                healthBook.lived(entry, body, at: now()),
                body,
                kind: status == nil ? .hit : .forwarded(reason, status: status),
                isStored: isStored,
                isCollapsed: !isLeader,
                isCounted: isLeader && !isFree
            )
        case .landed(.failure(let failure), let isLeader):
            if let held = store.peek(place.key), held.status == 200,
                mayServe(held, to: place.reader, isGitHubAway: failure.isOutage),
                let answer = await serve(held, kind: .stale, isCounted: isLeader && failure.isAnswer)
            {
                return answer
            }
            return Self.words(for: failure, now: now())
        }
    }

    /// Waits for the end of a flight; nil where that takes so long that the reader is better served what is stored.
    private nonisolated func end(
        of flight: Flights.Key,
        for request: ReadRequest,
        _ place: Place
    ) async -> Flights.End? {
        let question = question(request, place)
        guard patientlyServed(request, place) != nil else {
            return await flights.join(flight, as: place.reader, isBackground: request.priority < .read, ask: question)
        }
        return await withTaskGroup(of: Flights.End?.self) { [flights, sleep, configuration] group in
            group.addTask {
                await flights.join(flight, as: place.reader, isBackground: request.priority < .read, ask: question)
            }
            group.addTask {
                try? await sleep(.milliseconds(configuration.limits.readerPatience))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    /// What serves a reader where GitHub is slow: an answer that is only old, where the reader's wishes do not exclude it.
    private nonisolated func patientlyServed(_ request: ReadRequest, _ place: Place) -> Entry? {
        let wishes = request.directives
        guard !wishes.noCache, wishes.maxAge == nil, wishes.minFresh == nil, let held = store.peek(place.key),
            held.status == 200, held.standing != .invalid, mayServe(held, to: place.reader, isGitHubAway: false)
        else { return nil }
        return held
    }

    /// The flight of a question: what everyone may see is asked for once, else each credential asks for itself.
    nonisolated func flight(of request: ReadRequest, to place: Place, isAlone: Bool = false) -> Flights.Key {
        let isShared = place.key.audience == .public && !isAlone
        let asked = request.query == nil ? 0 : queryNumber.value
        return Flights.Key(key: place.key, credential: isShared ? nil : place.reader, asked: asked)
    }

    /// Asks for a reader.
    nonisolated func question(_ request: ReadRequest, _ place: Place) -> Flights.Question {
        let identity = identity(of: request.caller)
        let asksNeighbours = mayAskNeighbours(request, place)
        return { [inbox] id, isLate in
            inbox.yield(
                .wanted(
                    FetchJob(
                        key: place.key,
                        identity: identity,
                        priority: request.priority,
                        source: request.priority == .read ? .upstream : .prewarm,
                        flight: id,
                        asksNeighbours: asksNeighbours,
                        isLate: isLate,
                        query: request.query,
                        asked: id.key.asked
                    )
                )
            )
        }
    }

    /// Neighbours are asked for what may be public, and are told of no repository that is known to be private; but where
    /// private data is shared, for a reader that was shown to reach it.
    private nonisolated func mayAskNeighbours(_ request: ReadRequest, _ place: Place) -> Bool {
        let endpoint = request.representation.resource.endpoint
        guard endpoint.isPublicInPublicRepository, !request.directives.noCache, request.directives.maxAge == nil,
            let repository = endpoint.repository
        else { return false }
        guard store.visibility(of: repository)?.isPrivate == true else { return true }
        guard configuration.sharesPrivate,
            case .proof(let subject) = AudienceRule.condition(of: place.key, status: 200, for: place.reader)
        else { return false }
        return configuration.proofs.holds(provenAt: store.proof(of: subject), now: now(), isGitHubAway: false)
    }

    private static func words(for failure: OriginFailure, now: Timestamp) -> ReadAnswer {
        let words = "\(failure), and nothing is stored for this"
        return switch failure {
        case .unreachable, .unusable: .failed(status: 502, words, retryAfter: 5)
        case .timedOut: .failed(status: 504, words, retryAfter: 5)
        case .limited(let until), .reserved(let until):
            .failed(status: 503, words, retryAfter: Int(max(1000, until.milliseconds(since: now)) / 1000))
        case .tooLarge, .noCredential: .failed(status: 502, words, retryAfter: nil)
        case .noAccess(let why): .failed(status: 403, why, retryAfter: nil)
        }
    }

    /// Notes what is read; of what is not public only by readers who may, so that nobody else's interest has it fetched.
    private nonisolated func noteRead(_ request: ReadRequest, _ place: Place) {
        // What nobody reads is not worth fetching ahead for that it was fetched ahead.
        guard request.priority == .read else { return }
        let moment = now()
        let isShared =
            switch AudienceRule.condition(of: place.key, status: 200, for: place.reader) {
            case .none, .lately: true
            case .impossible: false
            case .proof(let subject):
                configuration.proofs.holds(provenAt: store.proof(of: subject), now: moment, isGitHubAway: false)
            }
        store.noteRead(isShared ? place.key : place.own, at: moment)
        let horizon = moment.advanced(bySeconds: -configuration.limits.wantedHorizon)
        for repository in repositories(of: request)
        where watched.noteRead(repository, at: moment, horizon: horizon) {
            inbox.refollow()
        }
    }

    /// The live rate-limit headers of a caller's credential.
    package nonisolated func rateLimitHeaders(
        for caller: Caller,
        of kind: QuotaKind,
        in scope: Scope
    ) -> [(name: String, value: String)] {
        origin.rateLimitHeaders(for: identity(of: caller), of: kind, in: scope)
    }
}
