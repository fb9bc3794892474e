/// What an event tells of who may see what, and under which name it is found.
package struct AccessNews: Hashable, Sendable {
    /// What happened.
    package enum Change: Hashable, Sendable {
        /// Who may read changed, or may have.
        case readers
        /// It is there no more.
        case removed
        /// It had another name until now: a repository's, or an owner's.
        case moved(former: Scope)
        /// Only what its own object and the lists show.
        case description
    }

    /// The repositories or the owner that it happened to, under their present names.
    package let scopes: [Scope]
    /// What happened.
    package let change: Change
    /// Whether the event itself says that a repository became private.
    package let isPrivatized: Bool

    /// News; most events say of themselves whether something became private by the repository that they carry.
    package init(_ scopes: [Scope], _ change: Change, isPrivatized: Bool = false) {
        self.scopes = scopes
        self.change = change
        self.isPrivatized = isPrivatized
    }

    /// The name it had before, where that changed.
    package var former: Scope? { if case .moved(let former) = change { former } else { nil } }

    /// Reads what an event tells, or nil for one of another kind.
    init?(_ event: EventName, _ root: JSONObject, _ repository: RepositoryName?, owner: String?) {
        let action = root.string("action")
        let whole = owner.map { [Scope.owner($0)] } ?? []
        let one = repository.map { [Scope.repository($0)] } ?? whole
        switch event {
        case .repository:
            self.init(
                one,
                repository.map { Self.change(ofRepository: $0, action, root.object("changes")) } ?? .readers,
                isPrivatized: action == "privatized"
            )
        case .public, .member, .teamAdd:
            self.init(one, .readers)
        case .team:
            // A team has many repositories; only these two are about one.
            let isAboutOne = action == "added_to_repository" || action == "removed_from_repository"
            self.init(isAboutOne ? one : whole, .readers)
        case .membership, .installation:
            self.init(whole, .readers)
        case .organization:
            self.init(whole, Self.change(ofOwner: owner, action, root.object("changes")))
        case .installationRepositories:
            let named = ["repositories_added", "repositories_removed"].flatMap { root.objects($0) }
                .compactMap { $0.string("full_name").flatMap { RepositoryName($0) } }
                .filter { $0.owner.lowercased() == owner }
            self.init(named.isEmpty ? whole : named.map(Scope.repository), .readers)
        default:
            return nil
        }
    }

    /// An action that is not known may be about access, so it counts as that.
    private static func change(ofRepository name: RepositoryName, _ action: String?, _ changes: JSONObject?) -> Change {
        switch action {
        case "created", "edited":
            return .description
        case "deleted":
            return .removed
        case "renamed":
            let former = changes?.object("repository")?.object("name")?.string("from")
                .flatMap { RepositoryName(owner: name.owner, name: $0) }
            return former.flatMap { $0 == name ? nil : .moved(former: .repository($0)) } ?? .readers
        case "transferred":
            let from = changes?.object("owner")?.object("from")
            let former = (from?.object("organization") ?? from?.object("user"))?.string("login")
                .flatMap { RepositoryName(owner: $0, name: name.name) }
            return former.flatMap { $0 == name ? nil : .moved(former: .repository($0)) } ?? .readers
        default:
            return .readers
        }
    }

    private static func change(ofOwner owner: String?, _ action: String?, _ changes: JSONObject?) -> Change {
        switch action {
        case "deleted":
            return .removed
        case "renamed":
            let former = changes?.object("login")?.string("from").flatMap { RepositoryName.isName($0) ? $0 : nil }
            return former.flatMap { $0.lowercased() == owner ? nil : .moved(former: .owner($0.lowercased())) }
                ?? .readers
        default:
            return .readers
        }
    }
}
