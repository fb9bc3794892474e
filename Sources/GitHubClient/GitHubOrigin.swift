package import CacheCore
package import GitHubCore
package import Logging

/// GitHub over HTTP, as the cache asks it.
///
/// Every question takes its turn in the ``Budget``, is conditional where something is held, and ends as one of the three
/// results of ``Origin``. No token leaves this module but in an `Authorization` header to GitHub itself.
package final class GitHubOrigin: Origin {
    let courier: Courier
    let own: OwnCredential
    let fileHosts: [String: Upstream]

    /// An origin, which must be shut down before it is let go; time and chance are those of the machine unless given.
    package init(
        _ configuration: Configuration,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Timestamp = WallClock.now,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        fileHosts = configuration.fileHosts
        let courier = Courier(
            upstream: configuration.upstream,
            userAgent: "hookcache/\(configuration.version)",
            timeouts: configuration.timeouts,
            clock: clock,
            ledger: Ledger(configuration, logger: logger, clock: clock, now: now, random: random),
            transport: Transport(timeouts: configuration.timeouts, clock: clock, now: now)
        )
        self.courier = courier
        if let app = configuration.app {
            own = .app(AppCredential(app, courier: courier, logger: logger))
        } else {
            own = configuration.token.map(OwnCredential.token) ?? .nobody
        }
    }

    /// Closes all connections; nothing is asked after it.
    package func shutdown() async {
        await courier.transport.shutdown()
    }

    package func fetch(_ request: OriginRequest, as identity: Identity) async -> OriginResult {
        switch identity {
        case .anonymous: return await fetch(request, as: Credential.anonymous)
        case .caller(_, let authorization): return await fetch(request, as: Credential(authorization: authorization))
        case .node: break
        }
        guard case .app = own, request.priority == .read else { return await fetchAsNode(request) }
        // An App may have to ask for its token first.
        return await courier.patiently { await self.fetchAsNode(request) } ?? .failure(.timedOut)
    }

    private func fetchAsNode(_ request: OriginRequest) async -> OriginResult {
        let result = await own.perform(for: request.scope) { credential -> Result<OriginResult, OriginFailure> in
            switch await self.fetch(request, as: credential) {
            case .failure(let failure): return .failure(failure)
            case let result: return .success(result)
            }
        } isRefused: {
            $0.isRefusedCredential
        }
        switch result {
        case .success(let result): return result
        case .failure(let failure): return .failure(failure)
        }
    }

    private func fetch(_ request: OriginRequest, as credential: Credential) async -> OriginResult {
        if let query = request.query { return await fetch(query, request, as: credential) }
        let held = request.validator?.body
        let accept = request.representation.media.accept
        let computed = held.map {
            ETagFormula.etag(of: $0.bytes, accept: accept, authorization: credential.authorization)
        }
        let validator = courier.ledger.validator(computed: computed, stored: request.validator?.etag)
        var message = Courier.Message(
            target: request.representation.resource.path,
            accept: accept,
            apiVersion: request.representation.apiVersion,
            ifNoneMatch: validator
        )
        switch await courier.ask(message, as: credential, priority: Budget.Priority(request.priority)) {
        case .failure(let failure):
            return .failure(failure)
        case .success(let answer):
            if let held, validator == computed {
                if answer.status == 304 {
                    courier.ledger.noteComputed(matched: true)
                } else if answer.status == 200, answer.body == held.bytes {
                    courier.ledger.noteComputed(matched: false)
                }
            }
            let verdict = Self.verdict(on: answer, to: request, wasConditional: validator != nil)
            guard let headers = verdict.unchangedHeaders,
                !Revalidation.isWhole(request.representation, held: held, headers: headers)
            else { return verdict }
            // Its bytes are right, but whether another page follows it now, this answer does not say.
            message.ifNoneMatch = nil
            switch await courier.ask(message, as: credential, priority: Budget.Priority(request.priority)) {
            case .failure(let failure): return .failure(failure)
            case .success(let whole): return Self.verdict(on: whole, to: request, wasConditional: false)
            }
        }
    }

    /// What an answer is worth, with the way to it.
    private static func verdict(
        on answer: ReceivedAnswer,
        to request: OriginRequest,
        wasConditional: Bool
    ) -> OriginResult {
        let media = request.representation.media
        let held = request.validator?.body
        let verdict = Verdict.of(answer, media: media, held: held, wasConditional: wasConditional)
        return answer.movedTo.map { .moved(to: $0, verdict) } ?? verdict
    }

    package func rateLimitHeaders(
        for identity: Identity,
        of kind: QuotaKind,
        in scope: Scope
    ) -> [(name: String, value: String)] {
        quota(of: identity, kind, in: scope)?.headers ?? []
    }

    package func accessChanged(of owner: String) {
        if case .app(let app) = own { app.forget(owner) }
    }

    package var statistics: OriginStatistics {
        var statistics = courier.ledger.statistics
        statistics.quota = quota(of: .node).map { OriginStatistics.Quota($0) }
        if case .app(let app) = own {
            statistics.installations = app.accounts.compactMap { place, account in
                courier.ledger.quota(of: account).map {
                    OriginStatistics.Installation(id: place.id, owner: place.owner, quota: OriginStatistics.Quota($0))
                }
            }
        }
        return statistics
    }

    /// What an identity has left; of an App's installations the owner's, or that with the least where nobody is named.
    private func quota(
        of identity: Identity,
        _ kind: QuotaKind = .core,
        in scope: Scope = .owner("")
    ) -> RateLimit? {
        let account: String
        switch (identity, own) {
        case (.caller(_, let authorization), _): account = Credential(authorization: authorization).account
        case (.node, .token(let token)): account = Credential(authorization: token.authorization).account
        case (.node, .app(let app)):
            let owner = scope.ownerLogin
            return app.accounts.filter { owner.isEmpty || $0.place.owner == owner }
                .compactMap { courier.ledger.quota(of: $0.account, kind) }
                .min { ($0.remaining, $0.reset) < ($1.remaining, $1.reset) }
        // A node without a credential of its own lives on its address's.
        case (.anonymous, _), (.node, .nobody): account = Credential.anonymous.account
        }
        return courier.ledger.quota(of: account, kind)
    }
}

extension Budget.Priority {
    init(_ priority: FetchPriority) {
        self =
            switch priority {
            case .poll: .poll
            case .prewarm: .prewarm
            case .read: .read
            }
    }
}

extension OriginRequest {
    /// What it belongs to, which says as whom a GitHub App asks it.
    fileprivate var scope: Scope { query?.scope ?? representation.resource.endpoint.scope }
}

extension OriginResult {
    /// Whether GitHub does not take the credential (any more).
    fileprivate var isRefusedCredential: Bool {
        switch self {
        case .answer(let answer): answer.status == 401
        case .moved(_, let result): result.isRefusedCredential
        case .unchanged, .failure: false
        }
    }
}

extension OriginStatistics.Quota {
    fileprivate init(_ quota: RateLimit) {
        self.init(limit: quota.limit, remaining: quota.remaining, reset: Timestamp(seconds: quota.reset))
    }
}
