import GitHubCore

extension SimulatedGitHub {
    /// Tells an App what became of an installation of its.
    mutating func announce(_ installation: Installation, action: String, at now: Timestamp) {
        var members: [JSON.Member] = [.init("action", .string(action)), .init("installation", json(installation))]
        if action == "created" || action == "deleted" {
            let reached = repositories.values.filter { installation.covers($0) }.sorted { $0.id < $1.id }
            members.append(.init("repositories", .array(reached.map { briefJSON($0) })))
        }
        tell(installation, "installation", action: action, members, at: now)
    }

    /// Tells an App which repositories an installation of its reaches from now on, or does not any more.
    mutating func announce(
        _ installation: Installation,
        repositories: [Repository],
        action: String,
        at now: Timestamp
    ) {
        guard !repositories.isEmpty else { return }
        let named = JSON.array(repositories.sorted { $0.id < $1.id }.map { briefJSON($0) })
        let isAdded = action == "added"
        let members: [JSON.Member] = [
            .init("action", .string(action)), .init("installation", json(installation)),
            .init("repository_selection", .string(selection(of: installation))),
            .init("repositories_added", isAdded ? named : .array([])),
            .init("repositories_removed", isAdded ? .array([]) : named), .init("requester", nil),
        ]
        tell(installation, "installation_repositories", action: action, members, at: now)
    }

    /// The installation by which an App's hook hears of a repository.
    func installation(by hook: Hook, of repositoryID: Int64?) -> Installation? {
        guard case .app(let app) = hook.home, let repository = repositoryID.flatMap({ repositories[$0] }) else {
            return nil
        }
        return installations.values.first {
            $0.appID == app && $0.suspendedAt == nil && $0.covers(repository)
        }
    }

    private mutating func tell(
        _ installation: Installation,
        _ event: String,
        action: String,
        _ members: [JSON.Member],
        at now: Timestamp
    ) {
        guard let hook = hook(ofApp: installation.appID), hook.hears(event) else { return }
        let sender = accounts.first { !$0.isOrganization }?.login ?? installation.login
        let payload = JSON.object(members + [.init("sender", userJSON(sender))])
        queue(event, action: action, repository: nil, to: [(hook, installation.id, payload.compact)], at: now)
    }

    private func briefJSON(_ repository: Repository) -> JSON {
        [
            "id": .integer(repository.id), "node_id": .string(NodeID.make("R", repository.id)),
            "name": .string(repository.name.name), "full_name": .string(repository.name.description),
            "private": .bool(repository.isPrivate),
        ]
    }
}
