import CacheCore
import CacheStore
package import GitHubCore
import Logging

extension Node {
    /// Gives the webhook another secret without one refused delivery, and waits for the old one to go.
    ///
    /// Both are believed, on disk, before GitHub is told; the old one goes once nothing comes with it any more. What is
    /// not finished when this returns, or when the node stops, goes on by itself.
    package nonisolated func rotateHook(of scope: Scope) async throws(ControlError) -> RotationReport {
        _ = try registered(scope)
        let fresh = freshSecret()
        try await hookDesk.during(scope) { () async throws(ControlError) in
            try await self.tellSecret(of: scope, offering: fresh)
        }
        let tries = configuration.limits.rotationWait * 10
        for _ in 0..<tries {
            if !isRotating(scope) { break }
            do { try await sleep(.milliseconds(100)) } catch { break }
        }
        let secrets = store.hook(of: scope)?.secrets
        return RotationReport(
            scope: scope.description,
            step: secrets?.step,
            oldUntil: secrets?.changedAt?.advanced(bySeconds: configuration.limits.retirement.grace)
        )
    }

    /// Whether a hook's old secret is believed beside its new one.
    nonisolated func isRotating(_ scope: Scope) -> Bool { secrets.isRotating(scope) }

    /// Looks after the webhooks from time to time.
    nonisolated func watchHooks() async {
        for hook in store.hooks() where hook.secrets.step == .changed {
            // What came before the stop is forgotten, so the old secret's time of quiet begins anew.
            secrets.noteOld(of: hook.scope, at: now())
            if let id = hook.hookID { try? await hookAdmin.ping(id, in: hook.scope) }
        }
        while !Task.isCancelled {
            await renameHooks()
            for hook in store.hooks() where hook.secrets.step != nil { await goOn(with: hook) }
            do { try await sleep(.milliseconds(configuration.limits.hookTick)) } catch { return }
        }
    }

    /// Does the next step of a rotation, if its moment has come.
    private nonisolated func goOn(with hook: StoredHook) async {
        let moment = now()
        do {
            if let changedAt = hook.secrets.changedAt {
                let heard = secrets.heard(of: hook.scope)
                let rule = configuration.limits.retirement
                // What is read from the log needs no secret.
                let sawNew = heard.sawNew || configuration.takesLog
                guard rule.isDue(changedAt: changedAt, lastOld: heard.lastOld, sawNew: sawNew, now: moment) else {
                    return
                }
                try await hookDesk.during(hook.scope) { () async throws(ControlError) in
                    try await self.note(hook.scope) { $0.retire() }
                }
                logger.info("A webhook's old secret is retired", metadata: ["scope": "\(hook.scope)"])
            } else if hookDesk.mayTry(hook.scope, at: moment) {
                try await hookDesk.during(hook.scope) { () async throws(ControlError) in
                    try await self.tellSecret(of: hook.scope)
                }
            }
        } catch {
            // Whoever is at it now goes on; otherwise there is another try.
            guard error.status != 409 else { return }
            logger.warning(
                "A webhook's rotation does not go on",
                metadata: ["scope": "\(hook.scope)", "why": "\(error.message)"]
            )
        }
    }

    /// Tells GitHub the latest secret, and has it ping, so that something comes which is signed with it.
    private nonisolated func tellSecret(of scope: Scope, offering fresh: String? = nil) async throws(ControlError) {
        // It must be on disk before GitHub signs with it.
        try await note(scope) { secrets in if let fresh { secrets.offer(fresh) } }
        let (hook, id) = try registered(scope)
        guard hook.secrets.step == .offered else { return }
        hookDesk.tryAgain(scope, at: now().advanced(bySeconds: configuration.limits.rotationRetry))
        do {
            try await hookAdmin.setSecret(hook.secrets.latest, of: id, in: scope)
        } catch {
            // GitHub tells under which name it goes on.
            if case .moved = error { inbox.yield(.unclear(scope)) }
            let failure = Self.words(for: error, scope)
            throw ControlError(
                status: failure.status,
                "GitHub was not given the new secret (\(failure.message)); both are believed, and it is tried again",
                retryAfter: failure.retryAfter
            )
        }
        hookDesk.tryAgain(scope, at: nil)
        let moment = now()
        try await note(scope) { $0.changed(at: moment) }
        // Without it the first delivery tells, or the old secret goes when its time is over.
        try? await hookAdmin.ping(id, in: scope)
    }

    /// Changes the secrets of a hook, on disk first.
    private nonisolated func note(
        _ scope: Scope,
        _ change: (inout HookSecrets) -> Void
    ) async throws(ControlError) {
        do {
            try await store.updateHook(scope) { change(&$0.secrets) }
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
        refreshSecrets()
    }
}
