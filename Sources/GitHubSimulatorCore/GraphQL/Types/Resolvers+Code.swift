import GitHubCore

extension SimulatedGitHub.Graph.Context {
    /// What an expression such as `main:README.md`, a branch or the name of an object stands for.
    func object(_ expression: String, in repository: SimulatedGitHub.Repository) -> Graph.Source? {
        guard let contents = github.contents[repository.id] else { return nil }
        let halves = expression.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = halves[0] == "HEAD" ? SimulatedGitHub.Repository.defaultBranch : String(halves[0])
        let head = contents.branches[name.removingPrefix("refs/heads/")]
        guard let sha = head ?? github.commit(name, in: repository)?.sha else {
            return contents.files.values.first { SimulatedGitHub.objectID(of: $0) == name }.map {
                .blob($0, repository)
            }
        }
        guard halves.count == 2 else { return .commit(sha, repository) }
        let path = String(halves[1])
        if let file = contents.files[path] { return .blob(file, repository) }
        let isFolder = path.isEmpty || contents.files.keys.contains { $0.hasPrefix("\(path)/") }
        return isFolder ? .tree(path, repository) : nil
    }
}

extension SimulatedGitHub.Graph.Resolvers {
    static func branchField(
        _ field: String,
        _ name: String,
        _ repository: SimulatedGitHub.Repository,
        _ context: Graph.Context
    ) -> Graph.Resolved? {
        switch field {
        case "id": .text("REF_\(Base64.encode(Array("\(repository.id):\(name)".utf8)))")
        case "name": .text(name)
        case "prefix": .text("refs/heads/")
        case "repository": .object(.repository(repository))
        case "target":
            .object(context.github.contents[repository.id]?.branches[name].map { .commit($0, repository) })
        default: nil
        }
    }

    static func commitField(
        _ field: String,
        _ sha: String,
        _ repository: SimulatedGitHub.Repository,
        _ arguments: Graph.Arguments,
        _ context: Graph.Context
    ) -> Graph.Resolved? {
        guard let commit = context.github.commit(sha, in: repository) else { return .null }
        switch field {
        case "id": return .text("C_\(Base64.encode(Array("\(repository.id):\(sha)".utf8)))")
        case "oid": return .text(sha)
        case "abbreviatedOid": return .text(String(sha.prefix(7)))
        case "repository": return .object(.repository(repository))
        case "url": return context.web("\(repository.name)/commit/\(sha)")
        case "message", "messageHeadline": return .text(commit.message)
        case "messageBody": return .text("")
        case "committedDate", "authoredDate": return .text(commit.time.rfc3339)
        case "author":
            return .object(
                .record(
                    "GitActor",
                    [
                        "name": .text(commit.author), "email": .text("\(commit.author)@users.noreply.github.com"),
                        "date": .text(commit.time.rfc3339),
                        "user": .object(context.github.account(commit.author).map { .account($0) }),
                    ]
                )
            )
        case "checkSuites":
            let suites = context.github.runs(ofCommit: sha, in: repository).map { Graph.Source.suite($0) }
            return Graph.connection("CheckSuiteConnection", suites, arguments)
        case "statusCheckRollup": return .object(rollup(sha, repository, context))
        default: return nil
        }
    }

    /// All checks of a commit, and what they come to; nil where there are none.
    private static func rollup(
        _ sha: String,
        _ repository: SimulatedGitHub.Repository,
        _ context: Graph.Context
    ) -> Graph.Source? {
        let jobs = context.github.runs(ofCommit: sha, in: repository).flatMap { context.github.jobs(ofRun: $0.id) }
        guard !jobs.isEmpty else { return nil }
        let isBad = jobs.contains { [.failure, .timedOut, .cancelled].contains($0.conclusion) }
        let isOver = jobs.allSatisfy { $0.status == .completed }
        return .record(
            "StatusCheckRollup",
            [
                "state": .text(isBad ? "FAILURE" : isOver ? "SUCCESS" : "PENDING"),
                "contexts": Graph.connection(
                    "StatusCheckRollupContextConnection",
                    jobs.map { .check($0) },
                    Graph.Arguments(values: ["first": .integer(Int64(Graph.Limits.page))])
                ),
            ]
        )
    }

    static func blobField(
        _ field: String,
        _ content: [UInt8],
        _ repository: SimulatedGitHub.Repository
    ) -> Graph.Resolved? {
        let name = SimulatedGitHub.objectID(of: content)
        return switch field {
        case "id": .text("B_\(Base64.encode(Array("\(repository.id):\(name)".utf8)))")
        case "oid": .text(name)
        case "abbreviatedOid": .text(String(name.prefix(7)))
        case "repository": .object(.repository(repository))
        case "text": .text(String(validating: content, as: UTF8.self))
        case "byteSize": .number(content.count)
        case "isBinary": .flag(String(validating: content, as: UTF8.self) == nil)
        default: nil
        }
    }

    static func treeField(
        _ field: String,
        _ path: String,
        _ repository: SimulatedGitHub.Repository,
        _ context: Graph.Context
    ) -> Graph.Resolved? {
        let entries = context.github.entries(of: path, in: repository)
        let name = SimulatedGitHub.objectID("tree", path, entries.map(\.path).joined(separator: "\n"))
        switch field {
        case "id": return .text("T_\(Base64.encode(Array("\(repository.id):\(name)".utf8)))")
        case "oid": return .text(name)
        case "abbreviatedOid": return .text(String(name.prefix(7)))
        case "repository": return .object(.repository(repository))
        case "entries":
            let list = entries.map { entry -> Graph.Source in
                .record(
                    "TreeEntry",
                    [
                        "name": .text(entry.name), "path": .text(entry.path),
                        "type": .text(entry.content == nil ? "tree" : "blob"),
                        "object": .object(
                            entry.content.map { .blob($0, repository) } ?? .tree(entry.path, repository)
                        ),
                    ]
                )
            }
            return .list(of: list)
        default: return nil
        }
    }

    static func pullRequestField(
        _ field: String,
        _ request: SimulatedGitHub.PullRequest,
        _ repository: SimulatedGitHub.Repository,
        _ arguments: Graph.Arguments,
        _ context: Graph.Context
    ) -> Graph.Resolved? {
        let github = context.github
        let author = github.accounts.first { !$0.isOrganization }
        let head = github.contents[repository.id]?.branches[request.branch] ?? ""
        switch field {
        case "id": return .text(NodeID.make("PR", repository: repository.id, request.id))
        case "databaseId": return .number(Int(request.id))
        case "number": return .number(Int(request.number))
        case "title": return .text("Say hello to \(request.branch)")
        case "body": return .text("")
        case "state": return .text("OPEN")
        case "url": return context.web("\(repository.name)/pull/\(request.number)")
        case "createdAt", "updatedAt": return .text(repository.createdAt.rfc3339)
        case "closed", "isDraft", "isCrossRepository": return .flag(false)
        case "headRefName": return .text(request.branch)
        case "headRefOid": return .text(head)
        case "baseRefName": return .text(SimulatedGitHub.Repository.defaultBranch)
        case "headRepository": return .object(.repository(repository))
        case "headRepositoryOwner": return .object(github.account(repository.name.owner).map { .account($0) })
        case "author": return .object(author.map { .account($0) })
        case "mergeable": return .text("MERGEABLE")
        case "commits":
            let commit = Graph.Source.record(
                "PullRequestCommit",
                ["id": .text("PURC_\(head)"), "commit": .object(.commit(head, repository))]
            )
            return Graph.connection("PullRequestCommitConnection", head.isEmpty ? [] : [commit], arguments)
        default: return nil
        }
    }
}
