import CacheCore
import CacheStore
import GitHubCore
import Logging

extension Node {
    /// Hooks go with their repositories: where GitHub led from a hook's repository to another name, that is the hook's
    /// from then on, in the book of secrets, in the inbox, and when its delivery log is read.
    nonisolated func renameHooks() async {
        for hook in store.hooks() {
            guard case .repository(let former) = hook.scope, let name = store.successor(of: former)?.name else {
                continue
            }
            do {
                try await rename(hook, to: .repository(name))
            } catch {
                // Whoever is at it comes first.
                guard error.status != 409 else { continue }
                logger.warning(
                    "A webhook does not get its repository's new name",
                    metadata: ["scope": "\(hook.scope)", "why": "\(error.message)"]
                )
            }
        }
    }

    private nonisolated func rename(_ hook: StoredHook, to scope: Scope) async throws(ControlError) {
        let isRenamed = try await hookDesk.during(hook.scope) { () async throws(ControlError) -> Bool in
            try await recoveryDesk.during(.hook(hook.scope)) { () async throws(ControlError) -> Bool in
                do {
                    return try await store.renameHook(of: hook.scope, to: scope)
                } catch {
                    throw ControlError(status: 500, "\(error)")
                }
            }
        }
        guard isRenamed else { return }
        refreshSecrets()
        // What came under the former name is forgotten, so an old secret's time of quiet begins anew.
        if hook.secrets.step == .changed { secrets.noteOld(of: scope, at: now()) }
        inbox.refollow()
        logger.info("A webhook has its repository's new name", metadata: ["was": "\(hook.scope)", "is": "\(scope)"])
    }
}
