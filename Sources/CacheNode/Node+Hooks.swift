import CacheCore
import CacheStore
package import GitHubCore

extension Node {
    /// The hooks of a scope at GitHub and what this node knows of them; all known ones without a scope.
    package nonisolated func hooks(of scope: Scope?) async throws(ControlError) -> [HookReport] {
        let stored = store.hooks()
        guard let scope else {
            return stored.map { hook in
                HookReport(
                    scope: hook.scope.description,
                    id: hook.hookID,
                    url: hook.url,
                    events: HookEvents.names(in: hook.scope),
                    isActive: hook.hookID != nil,
                    isOurs: true
                )
            }
        }
        return try await remote(scope).map { hook in
            report(hook, scope, isOurs: stored.contains { $0.scope == scope && $0.hookID == hook.id })
        }
    }

    /// Registers the webhook of a scope, or mends what differs.
    ///
    /// The secret is stored before GitHub is called, so that not even the first ping is refused.
    package nonisolated func registerHook(of scope: Scope, url: String?) async throws(ControlError) -> HookReport {
        guard let url = url ?? configuration.webhookURL else {
            throw ControlError(
                status: 400,
                "the webhook's public URL is not known: set CACHE_WEBHOOK_URL or give --url"
            )
        }
        try Self.check(url)
        let existing = try await remote(scope).first { $0.url == url }
        let known = store.hooks().first { $0.scope == scope && $0.url == url }
        let secret: String = known?.secret ?? random().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let settings = HookSettings(url: url, secret: secret, events: HookEvents.names(in: scope))
        try await keep(scope, id: existing?.id ?? known?.hookID, url: url, secret: secret)
        do {
            let hook: RemoteHook
            if let existing {
                hook = try await hookAdmin.update(existing.id, to: settings, in: scope)
            } else {
                hook = try await hookAdmin.create(settings, in: scope)
            }
            try await keep(scope, id: hook.id, url: url, secret: secret)
            inbox.yield(.refollow)
            return report(hook, scope, isOurs: true)
        } catch let failure as HookFailure {
            throw Self.words(for: failure, scope)
        } catch let error as ControlError {
            throw error
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
    }

    /// Has GitHub ping the webhook, and waits for the ping to arrive.
    package nonisolated func pingHook(of scope: Scope) async throws(ControlError) {
        guard let id = store.hooks().first(where: { $0.scope == scope })?.hookID else {
            throw ControlError(
                status: 404,
                "no webhook of \(scope) is registered here: hookcache hook register \(scope)"
            )
        }
        let before = pings.count(id)
        do {
            try await hookAdmin.ping(id, in: scope)
        } catch {
            throw Self.words(for: error, scope)
        }
        let tries = configuration.limits.pingWait * 10
        for _ in 0..<tries {
            if pings.count(id) > before { return }
            do { try await sleep(.milliseconds(100)) } catch { break }
        }
        throw ControlError(
            status: 504,
            "GitHub took the request, but its ping did not arrive here within \(configuration.limits.pingWait) s: is the webhook's URL reachable from GitHub?"
        )
    }

    /// Removes the webhook from GitHub, and its secret from here.
    package nonisolated func removeHook(of scope: Scope) async throws(ControlError) {
        guard let hook = store.hooks().first(where: { $0.scope == scope }) else {
            throw ControlError(status: 404, "no webhook of \(scope) is registered here")
        }
        if let id = hook.hookID {
            do {
                try await hookAdmin.remove(id, in: scope)
            } catch .notFound {
                // Already gone at GitHub: the secret goes too.
            } catch {
                throw Self.words(for: error, scope)
            }
        }
        do {
            try await store.removeHook(scope)
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
        secrets.replaceHooks(store.hooks())
        inbox.yield(.refollow)
    }

    /// Whether there is a secret, so that the webhook listener may start.
    package nonisolated var hasSecret: Bool { !secrets.isEmpty }

    private nonisolated func remote(_ scope: Scope) async throws(ControlError) -> [RemoteHook] {
        do {
            return try await hookAdmin.hooks(of: scope)
        } catch {
            throw Self.words(for: error, scope)
        }
    }

    private nonisolated func keep(
        _ scope: Scope,
        id: Int64?,
        url: String,
        secret: String
    ) async throws(ControlError) {
        do {
            try await store.put(StoredHook(scope: scope, hookID: id, url: url, secret: secret, createdAt: now()))
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
        secrets.replaceHooks(store.hooks())
        secretArrived.yield()
    }

    private nonisolated func report(_ hook: RemoteHook, _ scope: Scope, isOurs: Bool) -> HookReport {
        HookReport(
            scope: scope.description,
            id: hook.id,
            url: hook.url,
            events: hook.events,
            isActive: hook.isActive,
            isOurs: isOurs
        )
    }

    /// GitHub takes http and https URLs with a host only.
    private static func check(_ url: String) throws(ControlError) {
        let rest = url.hasPrefix("https://") ? url.dropFirst(8) : url.hasPrefix("http://") ? url.dropFirst(7) : ""
        guard let host = rest.split(separator: "/", omittingEmptySubsequences: false).first, !host.isEmpty,
            url.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw ControlError(status: 400, "\(url) is not an http or https URL with a host")
        }
    }

    private static func words(for failure: HookFailure, _ scope: Scope) -> ControlError {
        switch failure {
        case .noCredential: ControlError(status: 400, "this node has no credential of its own: set GITHUB_TOKEN")
        case .forbidden(let why): ControlError(status: 403, why)
        case .notFound(let why): ControlError(status: 404, why)
        case .refused(let why): ControlError(status: 422, why)
        case .origin(let failure): ControlError(status: 502, "\(scope): \(failure)")
        }
    }
}
