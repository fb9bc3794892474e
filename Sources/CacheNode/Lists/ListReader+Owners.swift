package import GitHubCore

extension ListReader {
    /// The repositories of an organisation or a user, the last pushed to first; all, or those that were pushed to or
    /// changed since a moment.
    ///
    /// Which of the two the owner is, is found out by trying and remembered.
    package func repositories(
        of owner: String,
        since: Timestamp? = nil
    ) async throws(ControlError) -> ObjectList {
        let kinds: [Endpoint.OwnerKind] =
            node.ownerKinds[owner] == .user ? [.user, .organization] : [.organization, .user]
        for kind in kinds {
            do throws(ControlError) {
                let list = try await self.repositories(of: owner, kind)
                node.ownerKinds.learn(kind, of: owner)
                return Self.sorted(list, since: since)
            } catch {
                // GitHub has no organisation of that name, or no user.
                guard error.status == 404 else { throw error }
            }
        }
        throw ControlError(
            status: 404,
            "GitHub knows no organisation and no user \(owner), or shows it to another credential only"
        )
    }

    private func repositories(of owner: String, _ kind: Endpoint.OwnerKind) async throws(ControlError) -> ObjectList {
        var list = try await list(.ownerRepositories(kind, owner.lowercased()), limit: Limits.repositories)
        // A user's private repositories are in no list but that of a credential which reaches them.
        guard kind == .user, caller == .node, !node.ownerKinds.isWithoutOwnList else { return list }
        do throws(ControlError) {
            let affiliation = QueryItem("affiliation", "owner,collaborator")
            var own = try await self.list(.ownRepositories(.user), [affiliation], limit: Limits.repositories)
            own.objects.removeAll { $0.object("owner")?.string("login")?.lowercased() != owner.lowercased() }
            list.merge(own)
        } catch {
            guard [401, 403, 404].contains(error.status) else { throw error }
            node.ownerKinds.noteNoOwnList()
        }
        return list
    }

    private static func sorted(_ list: ObjectList, since: Timestamp?) -> ObjectList {
        var list = list
        let dated = list.objects.map { repository in
            (
                repository, pushed: repository.timestamp("pushed_at"), updated: repository.timestamp("updated_at"),
                name: repository.string("full_name")?.lowercased() ?? ""
            )
        }
        let wanted = dated.filter { repository in
            guard let since else { return true }
            return [repository.pushed, repository.updated].contains { $0.map { $0 >= since } ?? false }
        }
        list.objects = wanted.sorted { left, right in
            if left.pushed == right.pushed { return left.name < right.name }
            guard let pushed = left.pushed, let other = right.pushed else { return left.pushed != nil }
            return pushed > other
        }.map(\.0)
        return list
    }

    /// The self-hosted runners of a repository or an organisation.
    package func runners(of scope: Scope) async throws(ControlError) -> ObjectList {
        let endpoint: Endpoint =
            switch scope {
            case .repository(let name): .repositoryRunners(name)
            case .owner(let login): .organizationRunners(login)
            }
        do throws(ControlError) {
            return try await list(endpoint, limit: Limits.runners)
        } catch {
            guard [401, 403, 404].contains(error.status) else { throw error }
            let needed =
                switch scope {
                case .repository: "administration: read on the repository"
                case .owner: "self-hosted runners: read on the organisation; a user has runners in repositories only"
                }
            throw ControlError(status: error.status, "\(error.message); listing runners needs \(needed)")
        }
    }
}
