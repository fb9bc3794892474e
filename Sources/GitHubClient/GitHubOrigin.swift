package import CacheCore
package import GitHubCore
package import Logging

/// GitHub over HTTP, as the cache asks it.
///
/// Every question takes its turn in the ``Budget``, is conditional where something is held, and ends as one of the three
/// results of ``Origin``. No token leaves this module but in an `Authorization` header to GitHub itself.
package final class GitHubOrigin: Origin {
    let courier: Courier
    let token: AccessToken?
    let fileHosts: [String: Upstream]

    /// An origin, which must be shut down before it is let go; time and chance are those of the machine unless given.
    package init(
        _ configuration: Configuration,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Timestamp = WallClock.now,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        token = configuration.token
        fileHosts = configuration.fileHosts
        courier = Courier(
            upstream: configuration.upstream,
            userAgent: "hookcache/\(configuration.version)",
            timeouts: configuration.timeouts,
            clock: clock,
            ledger: Ledger(configuration, logger: logger, clock: clock, now: now, random: random),
            transport: Transport(timeouts: configuration.timeouts, clock: clock, now: now)
        )
    }

    /// Closes all connections; nothing is asked after it.
    package func shutdown() async {
        await courier.transport.shutdown()
    }

    package func fetch(_ request: OriginRequest, as identity: Identity) async -> OriginResult {
        guard let credential = Credential(identity, token: token) else { return .failure(.noCredential) }
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

    package func rateLimitHeaders(for identity: Identity, of kind: QuotaKind) -> [(name: String, value: String)] {
        quota(of: identity, kind)?.headers ?? []
    }

    package var statistics: OriginStatistics {
        var statistics = courier.ledger.statistics
        // A node without a credential of its own lives on its address's.
        statistics.quota = quota(of: token == nil ? .anonymous : .node).map { quota in
            OriginStatistics.Quota(
                limit: quota.limit,
                remaining: quota.remaining,
                reset: Timestamp(seconds: quota.reset)
            )
        }
        return statistics
    }

    private func quota(of identity: Identity, _ kind: QuotaKind = .core) -> RateLimit? {
        Credential(identity, token: token).flatMap { courier.ledger.quota(of: $0.account, kind) }
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
