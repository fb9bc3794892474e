import CacheCore
import GitHubCore

/// Which stored answers to queries lie in which repositories, and whose they are.
struct TagIndex {
    private(set) var tags: [ResourceKey: GraphQL.Tags] = [:]
    private var keysByScope: [Scope: Set<ResourceKey>] = [:]
    private var keysOfAny: Set<ResourceKey> = []
    private var keysByCredential: [CredentialID: Set<ResourceKey>] = [:]

    /// Sets the tags of an answer in place of what they were.
    mutating func set(_ new: GraphQL.Tags, of key: ResourceKey) {
        remove(key)
        tags[key] = new
        if new.isAny { keysOfAny.insert(key) }
        for scope in new.scopes { keysByScope[scope, default: []].insert(key) }
        if case .credential(let credential) = key.audience { keysByCredential[credential, default: []].insert(key) }
    }

    /// Forgets an answer.
    mutating func remove(_ key: ResourceKey) {
        guard let old = tags.removeValue(forKey: key) else { return }
        keysOfAny.remove(key)
        for scope in old.scopes {
            keysByScope[scope]?.remove(key)
            if keysByScope[scope]?.isEmpty == true { keysByScope[scope] = nil }
        }
        guard case .credential(let credential) = key.audience else { return }
        keysByCredential[credential]?.remove(key)
        if keysByCredential[credential]?.isEmpty == true { keysByCredential[credential] = nil }
    }

    /// The answers that may lie in a repository, or in one of an owner's.
    func keys(touching scope: Scope) -> Set<ResourceKey> {
        switch scope {
        case .repository(let repository):
            let owned = keysByScope[.owner(repository.owner.lowercased())] ?? []
            return keysOfAny.union(keysByScope[scope] ?? []).union(owned)
        case .owner:
            return keysByScope.reduce(into: keysOfAny) { found, tagged in
                if scope.contains(tagged.key) { found.formUnion(tagged.value) }
            }
        }
    }

    /// The answers to a credential's queries.
    func keys(of credential: CredentialID) -> Set<ResourceKey> { keysByCredential[credential] ?? [] }
}
