import CacheCore
import CacheStore
package import GitHubCore

extension Node {
    /// The hooks of a scope at GitHub and what this node knows of them; all known ones without a scope.
    package nonisolated func hooks(of scope: Scope?) async throws(ControlError) -> [HookReport] {
        let stored = store.hooks()
        guard let scope else {
            return stored.map { hook in
                var report = HookReport(
                    scope: hook.scope.description,
                    id: hook.hookID,
                    url: hook.url,
                    events: HookEvents.names(in: hook.scope),
                    isActive: hook.hookID != nil,
                    isOurs: true
                )
                report.rotation = hook.secrets.step
                report.health = healthBook.with { $0.standing(of: hook.scope, at: now()) }
                report.log = log(of: hook)
                return report
            }
        }
        let there = try await remote(scope)
        if let id = store.hook(of: scope)?.hookID {
            // What GitHub says of this node's hook is news to its health, too.
            let fact = there.first { $0.id == id }.map { HookLog.Fact.found(isActive: $0.isActive) } ?? .gone
            healthBook.with { $0.take(fact, of: scope, at: now()) }
        }
        return there.map { hook in
            report(hook, scope, known: stored.first { $0.scope == scope && $0.hookID == hook.id })
        }
    }

    /// Registers the webhook of a scope, or mends what differs.
    ///
    /// The secret is stored before GitHub is called, so that not even the first ping is refused.
    package nonisolated func registerHook(of scope: Scope, url: String?) async throws(ControlError) -> HookReport {
        guard let url = url ?? configuration.webhookURL ?? (configuration.takesLog ? Self.nowhere : nil) else {
            throw ControlError(
                status: 400,
                "the webhook's public URL is not known: set CACHE_WEBHOOK_URL or give --url; a node that GitHub cannot reach takes its events from the delivery log with CACHE_HOOK_PULL=true"
            )
        }
        do {
            _ = try WebhookURL(url, reach: configuration.webhookReach)
        } catch {
            throw ControlError(
                status: 400,
                "GitHub would not deliver to \(url): \(error); give the public URL that leads to this node's webhook listener, or take the events from GitHub's delivery log with CACHE_HOOK_PULL=true"
            )
        }
        return try await hookDesk.during(scope) { () async throws(ControlError) in
            try await self.register(scope, url: url)
        }
    }

    /// Where a hook delivers to whose log is all that counts: a name that nobody has (RFC 2606), so that nothing leaks.
    private static let nowhere = "https://hookcache.invalid/webhook"

    private nonisolated func register(_ scope: Scope, url: String) async throws(ControlError) -> HookReport {
        let there = try await remote(scope)
        let known = store.hook(of: scope)
        let existing = there.first { $0.url == url } ?? there.first { $0.id == known?.hookID }
        let secrets = known?.secrets ?? HookSecrets(freshSecret())
        let settings = HookSettings(url: url, secret: secrets.latest, events: HookEvents.names(in: scope))
        let isKnown = known.map { $0.hookID == existing?.id } ?? false
        let hook: RemoteHook
        do {
            try await keep(
                StoredHook(
                    scope: scope,
                    hookID: existing?.id ?? known?.hookID,
                    url: url,
                    secrets: secrets,
                    createdAt: known?.createdAt ?? now(),
                    log: known?.log ?? LogReading()
                )
            )
            if let existing {
                hook = try await hookAdmin.update(existing.id, to: settings, in: scope)
            } else {
                hook = try await hookAdmin.create(settings, in: scope)
            }
            let moment = now()
            try await store.updateHook(scope) { stored in
                stored.hookID = hook.id
                // Of a rotation that had begun, this was its next step.
                stored.secrets.changed(at: moment)
            }
        } catch let failure as HookFailure {
            throw Self.words(for: failure, scope)
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
        refreshSecrets()
        inbox.refollow()
        var report = report(hook, scope, known: store.hook(of: scope))
        report.changes = existing?.changes(to: settings, isKnown: isKnown) ?? []
        report.outcome = existing == nil ? .created : report.changes.isEmpty ? .unchanged : .fixed
        if report.outcome != .unchanged {
            healthBook.with { $0.take(.mended, of: scope, at: now()) }
            recoveries.hurry(.hook(scope), now: now())
            report.health = healthBook.with { $0.standing(of: scope, at: now()) }
        }
        return report
    }

    /// Has GitHub ping the webhook, and waits for the ping to arrive.
    package nonisolated func pingHook(of scope: Scope) async throws(ControlError) {
        let id = try registered(scope).id
        let before = pings.count(id)
        do {
            try await hookAdmin.ping(id, in: scope)
        } catch {
            throw Self.words(for: error, scope)
        }
        let tries = configuration.limits.pingWait * 10
        for number in 0..<tries {
            if pings.count(id) > before { return }
            if configuration.takesLog, number % 20 == 10 { recoveries.hurry(.hook(scope), now: now()) }
            do { try await sleep(.milliseconds(100)) } catch { break }
        }
        throw ControlError(
            status: 504,
            "GitHub took the request, but its ping did not arrive here within \(configuration.limits.pingWait) s: is the webhook's URL reachable from GitHub?"
        )
    }

    /// Removes the webhook from GitHub, and its secret from here.
    package nonisolated func removeHook(of scope: Scope) async throws(ControlError) {
        guard let hook = store.hook(of: scope) else { throw Self.notRegistered(scope) }
        try await hookDesk.during(scope) { () async throws(ControlError) in
            if let id = hook.hookID {
                do throws(HookFailure) {
                    try await self.hookAdmin.remove(id, in: scope)
                } catch .notFound {
                    // Already gone at GitHub: the secret goes too.
                } catch {
                    throw Self.words(for: error, scope)
                }
            }
            do {
                try await self.store.removeHook(scope)
            } catch {
                throw ControlError(status: 500, "\(error)")
            }
        }
        refreshSecrets()
        inbox.refollow()
    }

    /// Whether there is a secret, so that the webhook listener may start.
    package nonisolated var hasSecret: Bool { !secrets.isEmpty }

    /// The hook of a scope that GitHub has made, with GitHub's id.
    nonisolated func registered(_ scope: Scope) throws(ControlError) -> (hook: StoredHook, id: Int64) {
        guard let hook = store.hook(of: scope), let id = hook.hookID else { throw Self.notRegistered(scope) }
        return (hook, id)
    }

    /// A secret that nobody can guess, in lower-case hexadecimal.
    nonisolated func freshSecret() -> String {
        random().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Believes the secrets of the hooks that are registered now.
    nonisolated func refreshSecrets() {
        secrets.replaceHooks(store.hooks())
        refreshHealth()
        if !secrets.isEmpty { secretArrived.yield() }
    }

    private nonisolated func remote(_ scope: Scope) async throws(ControlError) -> [RemoteHook] {
        do {
            return try await hookAdmin.hooks(of: scope)
        } catch {
            throw Self.words(for: error, scope)
        }
    }

    private nonisolated func keep(_ hook: StoredHook) async throws(StoreError) {
        try await store.put(hook)
        refreshSecrets()
    }

    private nonisolated func report(_ hook: RemoteHook, _ scope: Scope, known: StoredHook?) -> HookReport {
        var report = HookReport(
            scope: scope.description,
            id: hook.id,
            url: hook.url,
            events: hook.events,
            isActive: hook.isActive,
            isOurs: known != nil
        )
        report.rotation = known?.secrets.step
        if known != nil { report.health = healthBook.with { $0.standing(of: scope, at: now()) } }
        report.log = known.map(log)
        return report
    }

    private nonisolated func log(of hook: StoredHook) -> HookReport.Log {
        HookReport.Log(
            reading: hook.log,
            callsLastHour: recoveries.callsLastHour(of: .hook(hook.scope), now: now()),
            isSource: configuration.takesLog
        )
    }

    private static func notRegistered(_ scope: Scope) -> ControlError {
        ControlError(status: 404, "no webhook of \(scope) is registered here: hookcache hook register \(scope)")
    }

    /// A failure in words for whoever asked.
    static func words(for failure: HookFailure, _ scope: Scope) -> ControlError { words(for: failure, .hook(scope)) }

    /// A failure in words for whoever asked.
    static func words(for failure: HookFailure, _ log: DeliveryLog) -> ControlError {
        switch failure {
        case .noCredential:
            ControlError(
                status: 400,
                "this node has no credential of its own: set GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE"
            )
        case .forbidden(let why): ControlError(status: 403, why)
        case .notFound(let why): ControlError(status: 404, why)
        case .refused(let why), .moved(let why): ControlError(status: 422, why)
        case .origin(let failure): ControlError(status: 502, "\(log): \(failure)")
        }
    }
}
