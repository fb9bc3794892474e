package import CacheCore
package import GitHubCore
package import GitHubSimulatorCore
import Synchronization

/// The simulated GitHub's webhooks behind the port of their administration.
package final class SimulatedHookAdmin: HookAdmin {
    private struct State {
        var losesAnswers = false
        var callsLeft: (count: Int, failure: OriginFailure)?
        var receiver: (@Sendable ([SimulatedGitHub.OutgoingDelivery]) async -> Void)?
    }

    private let origin: SimulatedOrigin
    private let state = Mutex(State())

    /// The webhooks of a GitHub.
    package init(_ origin: SimulatedOrigin) {
        self.origin = origin
    }

    /// Hands over what GitHub sends when it is asked something; without it, deliveries wait in its outbox.
    package func onDeliveries(_ receiver: @escaping @Sendable ([SimulatedGitHub.OutgoingDelivery]) async -> Void) {
        state.withLock { $0.receiver = receiver }
    }

    /// Lets GitHub do what it is asked, and its answers get lost.
    package func loseAnswers(_ loses: Bool) { state.withLock { $0.losesAnswers = loses } }

    /// Has so many calls more go through, and fails those after them; nil lets all go through.
    package func allow(calls count: Int?, then failure: OriginFailure = .timedOut) {
        state.withLock { $0.callsLeft = count.map { ($0, failure) } }
    }

    /// The secret of a hook at GitHub.
    package func secret(of id: Int64) -> WebhookSignature.Secret? { origin.look { $0.hook(id)?.secret } }

    package func hooks(of scope: Scope) async throws(HookFailure) -> [RemoteHook] {
        let body = try await ask("GET", "\(path(scope))?per_page=100").body
        guard let text = try? JSONSlices(body), let elements = try? text.elements(of: text.root) else { return [] }
        return elements.compactMap { (try? JSONObject(text, at: $0)).flatMap { RemoteHook($0) } }
    }

    package func create(_ settings: HookSettings, in scope: Scope) async throws(HookFailure) -> RemoteHook {
        try hook(in: await ask("POST", path(scope), Self.body(settings)))
    }

    package func update(
        _ id: Int64,
        to settings: HookSettings,
        in scope: Scope
    ) async throws(HookFailure) -> RemoteHook {
        try hook(in: await ask("PATCH", "\(path(scope))/\(id)", Self.body(settings)))
    }

    package func setSecret(_ secret: String, of id: Int64, in scope: Scope) async throws(HookFailure) {
        _ = try await ask("PATCH", "\(path(scope))/\(id)/config", ["secret": .string(secret)])
    }

    package func ping(_ id: Int64, in scope: Scope) async throws(HookFailure) {
        _ = try await ask("POST", "\(path(scope))/\(id)/pings")
    }

    package func remove(_ id: Int64, in scope: Scope) async throws(HookFailure) {
        _ = try await ask("DELETE", "\(path(scope))/\(id)")
    }

    package func deliveries(
        _ query: DeliveryQuery,
        of hook: HookAddress
    ) async throws(HookFailure) -> DeliveryPage? {
        var target = "\(path(hook))/deliveries?per_page=100"
        if query.failedOnly { target += "&status=failure" }
        if let cursor = query.cursor { target += "&cursor=\(cursor)" }
        let response = try await ask("GET", target, ifNoneMatch: query.etag)
        if response.status == 304 { return nil }
        guard let text = try? JSONSlices(response.body), let elements = try? text.elements(of: text.root) else {
            throw .origin(.unusable(status: response.status, "no list"))
        }
        let next = response.header("Link").flatMap { LinkHeader($0) }?.target(relation: "next")
        return DeliveryPage(
            deliveries: elements.compactMap { (try? JSONObject(text, at: $0)).flatMap { LoggedDelivery($0) } },
            next: next?.split(separator: "cursor=").last.map { String($0.prefix { $0 != "&" }) },
            etag: response.header("ETag")
        )
    }

    package func payload(ofDelivery id: Int64, of hook: HookAddress) async throws(HookFailure) -> [UInt8]? {
        let response = try await ask("GET", "\(path(hook))/deliveries/\(id)")
        return (try? JSONObject(response.body)).flatMap { LoggedDelivery.payload(in: $0) }
    }

    package func redeliver(_ id: Int64, of hook: HookAddress) async throws(HookFailure) {
        _ = try await ask("POST", "\(path(hook))/deliveries/\(id)/attempts")
    }
}

extension SimulatedHookAdmin {
    func path(_ scope: Scope) -> String {
        switch scope {
        case .repository(let name): "/repos/\(name)/hooks"
        case .owner(let login): "/orgs/\(login)/hooks"
        }
    }

    private func path(_ hook: HookAddress) -> String {
        hook.log.scope.map { "\(path($0))/\(hook.id)" } ?? "/app/hook"
    }

    func ask(
        _ method: String,
        _ target: String,
        _ body: JSON? = nil,
        ifNoneMatch etag: String? = nil
    ) async throws(HookFailure) -> SimulatedGitHub.Response {
        let failure = state.withLock { state -> OriginFailure? in
            guard let left = state.callsLeft else { return nil }
            state.callsLeft?.count = max(0, left.count - 1)
            return left.count > 0 ? nil : left.failure
        }
        if let failure { throw .origin(failure) }
        guard let response = origin.call(method, target, body: body, ifNoneMatch: etag) else {
            throw .origin(.unreachable("down"))
        }
        let (loses, receiver) = state.withLock { ($0.losesAnswers, $0.receiver) }
        if let receiver { await receiver(origin.act { _, _ in }) }
        if loses { throw .origin(.timedOut) }
        switch response.status {
        case 200..<300, 304: return response
        case 401, 403: throw .forbidden("status \(response.status)")
        case 404: throw .notFound("no such hook")
        case 300..<400: throw .moved("it has moved")
        case 400..<500: throw .refused("status \(response.status)")
        default: throw .origin(.unusable(status: response.status, "server error"))
        }
    }

    private func hook(in response: SimulatedGitHub.Response) throws(HookFailure) -> RemoteHook {
        guard let hook = (try? JSONObject(response.body)).flatMap({ RemoteHook($0) }) else {
            throw .origin(.unusable(status: response.status, "no hook"))
        }
        return hook
    }

    private static func body(_ settings: HookSettings) -> JSON {
        [
            "name": "web", "active": true, "events": .array(settings.events.map { .string($0) }),
            "config": [
                "url": .string(settings.url), "content_type": "json", "secret": .string(settings.secret),
                "insecure_ssl": "0",
            ],
        ]
    }
}
