import CacheStore
import GitHubCore
import Synchronization

/// Which secrets are believed, and about what: a secret speaks only for its hook (invariant 10).
final class SecretBook: Sendable {
    /// A secret and what it speaks for; nil for any repository.
    struct Known: Sendable {
        let secret: WebhookSignature.Secret
        let scope: Scope?
    }

    private let anyScope: [Known]
    private let hooks = Mutex<[Known]>([])

    init(anyScope: [WebhookSignature.Secret]) {
        self.anyScope = anyScope.map { Known(secret: $0, scope: nil) }
    }

    /// Takes the hooks that are registered now.
    func replaceHooks(_ stored: [StoredHook]) {
        let known = stored.map { Known(secret: WebhookSignature.Secret($0.secret), scope: $0.scope) }
        hooks.withLock { $0 = known }
    }

    /// Every secret there is.
    var all: [Known] { anyScope + hooks.withLock(\.self) }

    /// Whether there is a secret at all, so that the listener may start.
    var isEmpty: Bool { all.isEmpty }

    /// Whether a hook of this node covers a repository.
    func covers(_ repository: RepositoryName) -> Bool {
        hooks.withLock { $0.contains { $0.scope?.covers(repository) == true } }
    }

    /// The repositories that have a hook of their own here.
    var repositories: [RepositoryName] {
        hooks.withLock { known in
            known.compactMap { if case .repository(let name)? = $0.scope { name } else { nil } }
        }
    }
}
