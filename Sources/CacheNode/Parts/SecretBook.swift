import CacheCore
import CacheStore
import GitHubCore
import Synchronization

/// Which secrets are believed, and about what: a secret speaks only for its hook (invariant 10).
final class SecretBook: Sendable {
    /// A secret and what it speaks for; nil for any repository.
    struct Known: Sendable {
        let secret: WebhookSignature.Secret
        let scope: Scope?
        var role = Role.only
    }

    /// What a secret is to its hook.
    enum Role: Sendable {
        /// Its only one.
        case only
        /// The one that another is taking the place of.
        case old
        /// The one that takes its place.
        case new
    }

    /// What came with the secrets of a hook that is given another.
    struct Heard: Sendable {
        /// When something last came that was signed with the old one.
        var lastOld: Timestamp?
        /// Whether anything came that was signed with the new one.
        var sawNew = false
    }

    private struct State {
        var hooks: [Known] = []
        var heard: [Scope: Heard] = [:]
    }

    private let anyScope: [Known]
    private let state = Mutex(State())

    init(anyScope: [WebhookSignature.Secret]) {
        self.anyScope = anyScope.map { Known(secret: $0, scope: nil) }
    }

    /// Takes the hooks that are registered now.
    func replaceHooks(_ stored: [StoredHook]) {
        let known = stored.flatMap { hook -> [Known] in
            let current = WebhookSignature.Secret(hook.secrets.current)
            guard let next = hook.secrets.next else { return [Known(secret: current, scope: hook.scope)] }
            return [
                Known(secret: current, scope: hook.scope, role: .old),
                Known(secret: WebhookSignature.Secret(next), scope: hook.scope, role: .new),
            ]
        }
        let rotating = Set(stored.filter { $0.secrets.next != nil }.map(\.scope))
        state.withLock { state in
            state.hooks = known
            state.heard = state.heard.filter { rotating.contains($0.key) }
        }
    }

    /// Every secret there is.
    var all: [Known] { anyScope + state.withLock(\.hooks) }

    /// Notes that something came which was signed with a secret.
    func heard(_ known: Known, at moment: Timestamp) {
        guard let scope = known.scope, known.role != .only else { return }
        state.withLock { state in
            if known.role == .old {
                state.heard[scope, default: Heard()].lastOld = moment
            } else {
                state.heard[scope, default: Heard()].sawNew = true
            }
        }
    }

    /// Whether a hook's old secret is believed beside its new one.
    func isRotating(_ scope: Scope) -> Bool {
        state.withLock { $0.hooks.contains { $0.scope == scope && $0.role == .old } }
    }

    /// Takes something to have come that was signed with the old one.
    func noteOld(of scope: Scope, at moment: Timestamp) {
        state.withLock { $0.heard[scope, default: Heard()].lastOld = moment }
    }

    /// What came so far with the secrets of a hook that is given another.
    func heard(of scope: Scope) -> Heard { state.withLock { $0.heard[scope] ?? Heard() } }

    /// Whether there is a secret at all, so that the listener may start.
    var isEmpty: Bool { all.isEmpty }

    /// Whether a hook of this node covers a repository.
    func covers(_ repository: RepositoryName) -> Bool {
        state.withLock { $0.hooks.contains { $0.scope?.covers(repository) == true } }
    }

    /// The repositories that have a hook of their own here.
    var repositories: [RepositoryName] {
        state.withLock { state in
            state.hooks.compactMap { if case .repository(let name)? = $0.scope { name } else { nil } }
        }
    }
}
