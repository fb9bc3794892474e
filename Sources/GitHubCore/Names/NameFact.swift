/// One thing that GitHub's words tell about what is called how: its paths name the same by name and by id.
package enum NameFact: Hashable, Sendable {
    /// A repository has this name.
    case repository(id: Int64, RepositoryName)
    /// An organisation or a user has this login, in lower case.
    case account(id: Int64, login: String)
    /// A workflow of a repository lies in a file of this name.
    case workflow(id: Int64, file: String, RepositoryName)
    /// A name leads on to a repository that is called otherwise now.
    case moved(RepositoryName, id: Int64)
    /// A name leads to its own repository.
    case answers(RepositoryName)
}

extension NameFact {
    /// What a repository object tells: its name, and its owner's login.
    static func told(byRepository object: JSONObject) -> [NameFact] {
        guard let id = object.integer("id"), id > 0,
            let name = object.string("full_name").flatMap({ RepositoryName($0) })
        else { return [] }
        return [.repository(id: id, name)] + (object.object("owner").map { told(byOwner: $0, of: name) } ?? [])
    }

    /// What the owner of a repository tells, if it is the one in the repository's name.
    static func told(byOwner object: JSONObject, of repository: RepositoryName) -> [NameFact] {
        told(byAccount: object).filter { fact in
            if case .account(_, let login) = fact { login == repository.owner.lowercased() } else { false }
        }
    }

    /// What an organisation or a user tells.
    static func told(byAccount object: JSONObject) -> [NameFact] {
        guard let id = object.integer("id"), id > 0, let login = object.string("login"), RepositoryName.isName(login)
        else { return [] }
        return [.account(id: id, login: login.lowercased())]
    }

    /// What a workflow's id and path tell; only files of the repository itself are asked for by name.
    static func told(byWorkflow id: Int64?, path: String?, in repository: RepositoryName) -> [NameFact] {
        let folder = ".github/workflows/"
        guard let id, id > 0, let path, path.hasPrefix(folder) else { return [] }
        let file = path.dropFirst(folder.count).prefix { $0 != "@" }
        guard !file.isEmpty, !file.contains("/"), Int64(file) == nil else { return [] }
        return [.workflow(id: id, file: String(file), repository)]
    }
}

extension Int64 {
    /// A decimal id as GitHub writes it: no sign, no leading zero.
    package init?(id text: some StringProtocol) {
        guard let first = text.utf8.first, (0x31...0x39).contains(first) else { return nil }
        self.init(text)
    }
}
