import GitHubCore

extension SimulatedGitHub {
    /// A commit, as far as anybody asks.
    struct Commit: Hashable {
        let sha: String
        let treeSHA: String
        let message: String
        let author: String
        let time: Timestamp
    }

    /// The commit of a name, if it is the head of a branch or of a run.
    func commit(_ sha: String, in repository: Repository) -> Commit? {
        if let run = runs(ofCommit: sha, in: repository).first {
            return Commit(
                sha: sha,
                treeSHA: run.treeSHA,
                message: run.title,
                author: run.actor,
                time: run.createdAt
            )
        }
        guard contents[repository.id]?.branches.values.contains(sha) ?? false else { return nil }
        return Commit(
            sha: sha,
            treeSHA: Self.objectID("tree", sha),
            message: "Say hello",
            author: accounts.first { !$0.isOrganization }?.login ?? repository.name.owner,
            time: repository.createdAt
        )
    }

    /// The commit that a branch, a tag or the name of a commit stands for.
    func commit(at reference: String, in repository: Repository) -> Commit? {
        let name = reference.removingPrefix("refs/").removingPrefix("heads/")
        return commit(contents[repository.id]?.branches[name] ?? reference, in: repository)
    }

    /// The runs of a commit, the oldest first.
    func runs(ofCommit sha: String, in repository: Repository) -> [Run] {
        (runIDs[repository.id] ?? []).compactMap { runs[$0] }.filter { $0.headSHA == sha }
    }

    /// What lies in a folder: files with their content, and folders.
    func entries(of folder: String, in repository: Repository) -> [(name: String, path: String, content: [UInt8]?)] {
        let prefix = folder.isEmpty ? "" : "\(folder)/"
        let files = contents[repository.id]?.files.filter { $0.key.hasPrefix(prefix) } ?? [:]
        var found: [String: [UInt8]?] = [:]
        for (path, content) in files {
            let rest = path.dropFirst(prefix.count)
            let name = String(rest.prefix { $0 != "/" })
            found[name] = .some(rest.contains("/") ? nil : content)
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, prefix + $0.key, $0.value) }
    }
}
