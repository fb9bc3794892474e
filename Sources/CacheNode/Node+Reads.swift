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
        noteRead(request)
        var wishes = ReadWishes()
        wishes.noCache = request.directives.noCache
        wishes.maxAge = request.directives.maxAge
        wishes.maxStale = request.directives.maxStale
        wishes.minFresh = request.directives.minFresh
        let (entry, key) = find(request)
        switch ReadPolicy.verdict(entry, wishes: wishes, now: now()) {
        case .serve:
            if let entry, let answer = await serve(entry, kind: .hit) { return answer }
            return await ask(request, key: key, held: nil, reason: .miss)
        case .ask(let reason):
            guard !request.directives.onlyIfCached else {
                return .failed(
                    status: 504,
                    "nothing fresh is stored, and only-if-cached was asked for",
                    retryAfter: nil
                )
            }
            return await ask(request, key: key, held: entry, reason: reason)
        }
    }

    /// The stored answer that this caller may be served, and the key that a fetched one would have.
    private nonisolated func find(_ request: ReadRequest) -> (entry: Entry?, key: ResourceKey) {
        let own = ResourceKey(request.representation, audience: .credential(credentialID(of: request.caller)))
        guard isPublic(request.representation.resource.endpoint) else {
            return (store.entry(own), own)
        }
        // What was private when it was stored stays with its readers, though its repository is public now.
        let shared = ResourceKey(request.representation, audience: .public)
        return (store.entry(shared) ?? store.entry(own), shared)
    }

    /// Whether one copy of an endpoint's answer serves everyone: by what is known of its repository.
    private nonisolated func isPublic(_ endpoint: Endpoint) -> Bool {
        guard endpoint.isPublicInPublicRepository, let repository = endpoint.repository else { return false }
        return store.visibility(of: repository)?.isPrivate == false
    }

    /// Names a caller's credential without telling it.
    nonisolated func credentialID(of caller: Caller) -> CredentialID {
        switch caller {
        case .anonymous: CredentialID("anonymous")
        case .node: configuration.ownCredential ?? CredentialID("node")
        case .credential(let authorization):
            CredentialID(ofAuthorization: authorization, key: configuration.credentialKey)
        }
    }

    private nonisolated func identity(of caller: Caller) -> Identity {
        switch caller {
        case .anonymous: .anonymous
        case .node: configuration.ownCredential == nil ? .anonymous : .node
        case .credential(let authorization): .caller(credentialID(of: caller), authorization: authorization)
        }
    }

    private nonisolated func isAnonymous(_ caller: Caller) -> Bool {
        if case .anonymous = identity(of: caller) { true } else { false }
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
        key: ResourceKey,
        held: Entry?,
        reason: Outcome.Reason
    ) async -> ReadAnswer {
        let flight = Flights.Key(key: key, caller: key.audience == .public ? .anonymous : request.caller)
        let job = FetchJob(
            key: key,
            identity: identity(of: request.caller),
            priority: .read,
            source: .upstream,
            held: held,
            flight: flight,
            asksNeighbours: mayAskNeighbours(request)
        )
        guard let (landing, isLeader) = await flights.join(flight, begin: { inbox.yield(.wanted(job)) }) else {
            return .failed(status: 503, "too many requests wait for GitHub", retryAfter: 1)
        }
        switch landing {
        case .answer(let entry, let body, let isStored, let status):
            if !isLeader, key.audience == .public, entry.status != 200 || entry.key.audience != .public {
                // What GitHub refuses one caller it may grant another, and what turned out private is the leader's own.
                let own = Audience.credential(credentialID(of: request.caller))
                return await ask(
                    request,
                    key: ResourceKey(request.representation, audience: own),
                    held: nil,
                    reason: reason
                )
            }
            // Without a status a neighbour answered, and GitHub was not asked. A 304 is free to those who say who they are.
            let isFree = status == nil || status == 304 && !isAnonymous(request.caller)
            return found(
                entry,
                body,
                kind: status == nil ? .hit : .forwarded(reason, status: status),
                isStored: isStored,
                isCollapsed: !isLeader,
                isCounted: isLeader && !isFree
            )
        case .failure(let failure):
            let isCounted = isLeader && failure.isAnswer
            if let held, held.status == 200, let answer = await serve(held, kind: .stale, isCounted: isCounted) {
                return answer
            }
            return Self.words(for: failure, now: now())
        }
    }

    /// Neighbours are asked for what may be public, and are told of no repository that is known to be private.
    private nonisolated func mayAskNeighbours(_ request: ReadRequest) -> Bool {
        let endpoint = request.representation.resource.endpoint
        guard endpoint.isPublicInPublicRepository, !request.directives.noCache, let repository = endpoint.repository
        else { return false }
        return store.visibility(of: repository)?.isPrivate != true
    }

    private static func words(for failure: OriginFailure, now: Timestamp) -> ReadAnswer {
        let words = "\(failure), and nothing is stored for this"
        return switch failure {
        case .unreachable, .unusable: .failed(status: 502, words, retryAfter: 5)
        case .timedOut: .failed(status: 504, words, retryAfter: 5)
        case .limited(let until), .reserved(let until):
            .failed(status: 503, words, retryAfter: Int(max(1000, until.milliseconds(since: now)) / 1000))
        case .tooLarge, .noCredential: .failed(status: 502, words, retryAfter: nil)
        }
    }

    private nonisolated func noteRead(_ request: ReadRequest) {
        let moment = now()
        let audience: Audience =
            isPublic(request.representation.resource.endpoint)
            ? .public : .credential(credentialID(of: request.caller))
        store.noteRead(ResourceKey(request.representation, audience: audience), at: moment)
        guard let repository = request.representation.resource.endpoint.repository else { return }
        let horizon = moment.advanced(bySeconds: -configuration.limits.wantedHorizon)
        if watched.noteRead(repository, at: moment, horizon: horizon) { inbox.yield(.refollow) }
    }

    /// The live rate-limit headers of a caller's credential.
    package nonisolated func rateLimitHeaders(for caller: Caller, of kind: QuotaKind) -> [(name: String, value: String)]
    {
        origin.rateLimitHeaders(for: identity(of: caller), of: kind)
    }

    /// The name of the repository that GitHub's page links call by its id, where it is known.
    package nonisolated func repositoryName(id: Int64) -> RepositoryName? { store.repositoryName(id: id) }
}
