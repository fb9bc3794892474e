import AsyncHTTPClient
import CacheCore
import GitHubCore
import NIOCore
import NIOHTTP1

/// Carries one question to GitHub and its answer back: in its turn, as one credential, over redirects within GitHub.
final class Courier: Sendable {
    let upstream: Upstream
    let ledger: Ledger
    let transport: Transport
    private let userAgent: String
    private let timeouts: GitHubOrigin.Timeouts
    private let clock: any Clock<Duration>

    /// One question.
    struct Message: Sendable {
        var method = HTTPMethod.GET
        var target: String
        var accept = MediaClass.json.accept
        var apiVersion = Representation.defaultAPIVersion
        var ifNoneMatch: String?
        var body: [UInt8]?
        /// Further headers.
        var headers: [(name: String, value: String)] = []
        /// Whether it may be asked again where the connection broke, though it changes something.
        var isRepeatable = false
        /// Which quota it spends; of GraphQL only queries are asked here.
        var quota = QuotaKind.core

        /// Whether asking twice is the same as asking once.
        var isRead: Bool { method == .GET || quota == .graphql }
    }

    init(
        upstream: Upstream,
        userAgent: String,
        timeouts: GitHubOrigin.Timeouts,
        clock: any Clock<Duration>,
        ledger: Ledger,
        transport: Transport
    ) {
        self.upstream = upstream
        self.userAgent = userAgent
        self.timeouts = timeouts
        self.clock = clock
        self.ledger = ledger
        self.transport = transport
    }

    /// Asks, and tells a limit as the failure that it is; any other answer is the asker's to judge.
    ///
    /// Whoever a client waits for is answered within that client's patience.
    func ask(
        _ message: Message,
        as credential: Credential,
        priority: Budget.Priority
    ) async -> Result<ReceivedAnswer, OriginFailure> {
        guard priority == .read else { return await follow(message, as: credential, priority: priority) }
        return await patiently { await self.follow(message, as: credential, priority: priority) } ?? .failure(.timedOut)
    }

    /// Does something for as long as a client waits; nil where that is not long enough.
    func patiently<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await work() }
            group.addTask {
                try? await self.clock.sleep(for: self.timeouts.answer)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// Asks what costs nothing, out of turn: whether GitHub is there is asked most when it seems not to be.
    func probe(_ target: String, as credential: Credential) async -> Result<ReceivedAnswer, OriginFailure> {
        guard let request = request(for: Message(target: target), as: credential) else {
            return .failure(.unusable(status: 400, "malformed target"))
        }
        return await transport.exchange(request).mapError(\.failure)
    }

    private func follow(
        _ message: Message,
        as credential: Credential,
        priority: Budget.Priority
    ) async -> Result<ReceivedAnswer, OriginFailure> {
        var message = message
        var redirects = 0
        var isMoved = true
        while true {
            switch await askOnce(message, as: credential, priority: priority) {
            case .failure(let failure):
                return .failure(failure)
            case .success(var answer):
                guard redirects < Limits.redirects, let target = redirect(of: answer, to: message) else {
                    if redirects > 0, isMoved, [200, 304].contains(answer.status) { answer.movedTo = message.target }
                    return .success(answer)
                }
                redirects += 1
                isMoved = isMoved && (answer.status == 301 || answer.status == 308)
                message.target = target
            }
        }
    }

    private func askOnce(
        _ message: Message,
        as credential: Credential,
        priority: Budget.Priority
    ) async -> Result<ReceivedAnswer, OriginFailure> {
        guard let request = request(for: message, as: credential) else {
            return .failure(.unusable(status: 400, "malformed target"))
        }
        let call = Budget.Call(
            account: credential.account,
            priority: priority,
            quota: message.quota,
            points: message.isRead ? 1 : 5
        )
        var retries = 0
        while true {
            if let failure = await ledger.admit(call) { return .failure(failure) }
            switch await transport.exchange(request) {
            case .success(let answer):
                // Some queries are too much for GitHub, which tells nothing of the others.
                let isThere = answer.isGitHubs && !answer.isDamaged
                if isThere || message.quota == .core { ledger.note(isThere: isThere) }
                let pause = ledger.settle(call, .answered(answer.quota, answer.refusal(of: message.quota)))
                // Docs: an unchanged answer is free of charge to those who say who they are.
                ledger.count(isFree: answer.status == 304 && credential.authorization != nil)
                return pause.map { .failure(.limited(until: $0)) } ?? .success(answer)
            case .failure(let failure):
                if failure.tellsOfGitHub, message.quota == .core || failure.stage == .unsent {
                    ledger.note(isThere: false)
                }
                ledger.settle(call, failure.stage == .unsent ? .unsent : .unanswered)
                if failure.stage == .answered { ledger.count(isFree: false) }
                guard failure.isReset, message.isRead || message.isRepeatable, retries < Limits.retries,
                    await ledger.pauseBeforeRetry()
                else {
                    return .failure(failure.failure)
                }
                retries += 1
            }
        }
    }

    private func request(for message: Message, as credential: Credential) -> HTTPClientRequest? {
        guard let url = upstream.url(for: message.target) else { return nil }
        var request = HTTPClientRequest(url: url)
        request.method = message.method
        request.headers = [
            "Accept": message.accept, "Accept-Encoding": "gzip", "User-Agent": userAgent,
            "X-GitHub-Api-Version": message.apiVersion,
        ]
        if let authorization = credential.authorization {
            request.headers.add(name: "Authorization", value: authorization)
        }
        if let etag = message.ifNoneMatch { request.headers.add(name: "If-None-Match", value: etag) }
        for (name, value) in message.headers { request.headers.add(name: name, value: value) }
        if let body = message.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        return request
    }

    /// Where a redirect within GitHub leads, as after a repository was renamed.
    private func redirect(of answer: ReceivedAnswer, to message: Message) -> String? {
        let keepsMethod = answer.status == 307 || answer.status == 308
        guard keepsMethod || (message.isRead && (answer.status == 301 || answer.status == 302)) else { return nil }
        return answer.headers.first(name: "location").flatMap(upstream.target(ofLocation:))
    }
}
