package import CacheCore
import FoundationEssentials
package import GitHubCore
import NIOHTTP1

/// The life of webhooks on GitHub, with the node's own credential; it shares the origin's budget and connections.
///
/// Docs: "REST API endpoints for repository webhooks", "… for organization webhooks".
package struct GitHubHookAdmin: HookAdmin {
    private let courier: Courier
    private let own: OwnCredential

    /// An administrator that calls as the origin's node does.
    package init(_ origin: GitHubOrigin) {
        courier = origin.courier
        own = origin.own
    }

    package func hooks(of scope: Scope) async throws(HookFailure) -> [RemoteHook] {
        var hooks: [RemoteHook] = []
        for page in 1...Limits.hookPages {
            let query = "?per_page=\(Limits.hooksPerPage)&page=\(page)"
            let answer = try await ask(.GET, path(scope) + query, in: scope)
            guard let text = try? JSONSlices(answer.body), let elements = try? text.elements(of: text.root) else {
                throw .origin(.unusable(status: answer.status, "the body is no list"))
            }
            hooks += elements.compactMap { (try? JSONObject(text, at: $0)).flatMap(RemoteHook.init) }
            let link = answer.headers.first(name: "link").flatMap { LinkHeader($0) }
            if link?.target(relation: "next") == nil { break }
        }
        return hooks
    }

    package func create(_ settings: HookSettings, in scope: Scope) async throws(HookFailure) -> RemoteHook {
        let body = try bytes(HookBody(settings, isNew: true))
        return try hook(in: await ask(.POST, path(scope), body: body, in: scope))
    }

    package func update(
        _ id: Int64,
        to settings: HookSettings,
        in scope: Scope
    ) async throws(HookFailure) -> RemoteHook {
        let body = try bytes(HookBody(settings, isNew: false))
        return try hook(in: await ask(.PATCH, "\(path(scope))/\(id)", body: body, in: scope))
    }

    package func setSecret(_ secret: String, of id: Int64, in scope: Scope) async throws(HookFailure) {
        // The hook's own path would take what is left out for absent.
        _ = try await ask(.PATCH, "\(path(scope))/\(id)/config", body: bytes(["secret": secret]), in: scope)
    }

    package func ping(_ id: Int64, in scope: Scope) async throws(HookFailure) {
        _ = try await ask(.POST, "\(path(scope))/\(id)/pings", in: scope)
    }

    package func remove(_ id: Int64, in scope: Scope) async throws(HookFailure) {
        _ = try await ask(.DELETE, "\(path(scope))/\(id)", in: scope)
    }
}

extension GitHubHookAdmin {
    package func deliveries(
        _ query: DeliveryQuery,
        of hook: HookAddress
    ) async throws(HookFailure) -> DeliveryPage? {
        var target = "\(path(hook))/deliveries?per_page=\(Limits.deliveriesPerPage)"
        if query.failedOnly { target += "&status=failure" }
        if let cursor = query.cursor { target += "&cursor=\(PercentEncoding.query(cursor))" }
        let answer = try await ask(.GET, target, of: hook, ifNoneMatch: query.etag)
        if answer.status == 304 { return nil }
        guard let text = try? JSONSlices(answer.body), let elements = try? text.elements(of: text.root) else {
            throw .origin(.unusable(status: answer.status, "the body is no list"))
        }
        let next = answer.headers.first(name: "link").flatMap { LinkHeader($0) }?.target(relation: "next")
        return DeliveryPage(
            deliveries: elements.compactMap { (try? JSONObject(text, at: $0)).flatMap { LoggedDelivery($0) } },
            next: next.flatMap(Self.cursor),
            etag: answer.headers.first(name: "etag")
        )
    }

    package func payload(ofDelivery id: Int64, of hook: HookAddress) async throws(HookFailure) -> [UInt8]? {
        let answer = try await ask(.GET, "\(path(hook))/deliveries/\(id)", of: hook)
        guard let text = try? JSONSlices(answer.body), let object = try? JSONObject(text) else {
            throw .origin(.unusable(status: answer.status, "the body is no delivery"))
        }
        return LoggedDelivery.payload(in: object)
    }

    package func redeliver(_ id: Int64, of hook: HookAddress) async throws(HookFailure) {
        _ = try await ask(.POST, "\(path(hook))/deliveries/\(id)/attempts", of: hook)
    }

    /// The cursor in a link to the next page; of the link nothing else is followed.
    private static func cursor(in target: String) -> String? {
        guard let query = target.split(separator: "?", maxSplits: 1).dropFirst().first else { return nil }
        let value = query.split(separator: "&").first { $0.hasPrefix("cursor=") }?.dropFirst("cursor=".count)
        return value.flatMap { PercentEncoding.decode($0, plusIsSpace: true) }
    }
}

extension GitHubHookAdmin {
    private func path(_ scope: Scope) -> String {
        switch scope {
        case .repository(let name): "/repos/\(name)/hooks"
        case .owner(let login): "/orgs/\(login)/hooks"
        }
    }

    private func path(_ hook: HookAddress) -> String {
        hook.log.scope.map { "\(path($0))/\(hook.id)" } ?? "/app/hook"
    }

    /// Asks for what belongs to a hook's delivery log: as who cares for the hook, or as the App whose hook it is.
    private func ask(
        _ method: HTTPMethod,
        _ target: String,
        of hook: HookAddress,
        ifNoneMatch etag: String? = nil
    ) async throws(HookFailure) -> ReceivedAnswer {
        if let scope = hook.log.scope {
            return try await ask(method, target, in: scope, priority: hook.priority, ifNoneMatch: etag)
        }
        guard case .app(let app) = own else { throw .noCredential }
        let message = Courier.Message(method: method, target: target, ifNoneMatch: etag)
        switch await app.ask(message, priority: Budget.Priority(hook.priority)) {
        case .failure(.noAccess(let why)): throw .forbidden(why)
        case .failure(let failure): throw .origin(failure)
        case .success(let answer):
            switch answer.status {
            case 200..<300, 304: return answer
            case 404, 410: throw .notFound("the GitHub App has no webhook, or GitHub's log of it no such delivery")
            case 400..<500: throw .refused(answer.message ?? "status \(answer.status)")
            default: throw .origin(.unusable(status: answer.status, "server error"))
            }
        }
    }

    private func ask(
        _ method: HTTPMethod,
        _ target: String,
        body: [UInt8]? = nil,
        in scope: Scope,
        priority: FetchPriority = .read,
        ifNoneMatch etag: String? = nil
    ) async throws(HookFailure) -> ReceivedAnswer {
        let message = Courier.Message(method: method, target: target, ifNoneMatch: etag, body: body)
        let result = await own.perform(for: scope) { credential in
            await courier.ask(message, as: credential, priority: Budget.Priority(priority))
        } isRefused: {
            $0.status == 401
        }
        switch result {
        case .failure(.noCredential):
            throw .noCredential
        case .failure(.noAccess(let why)):
            throw .forbidden(why)
        case .failure(let failure):
            throw .origin(failure)
        case .success(let answer):
            if answer.status == 304, etag != nil { return answer }
            if let failure = HookFailure(answer, scope: scope) { throw failure }
            return answer
        }
    }

    private func bytes(_ body: some Encodable) throws(HookFailure) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(body) else { throw .refused("the settings cannot be written as JSON") }
        return Array(data)
    }

    private func hook(in answer: ReceivedAnswer) throws(HookFailure) -> RemoteHook {
        guard let text = try? JSONSlices(answer.body), let object = try? JSONObject(text),
            let hook = RemoteHook(object)
        else { throw .origin(.unusable(status: answer.status, "the body is no hook")) }
        return hook
    }
}
