import GitHubCore

extension SimulatedGitHub.Graph {
    /// What each field of each type is.
    enum Resolvers {
        static func resolve(
            _ type: String,
            _ field: String,
            _ source: Source,
            _ arguments: Arguments,
            _ context: inout Context
        ) throws(Problem) -> Resolved {
            let found: Resolved?
            switch source {
            case .record("Query", _): found = try query(field, arguments, context)
            case .record("Mutation", _): found = try mutation(field, arguments, &context)
            case .record(_, let fields): found = fields[field]
            case .account(let account): found = accountField(field, account, arguments, context)
            case .repository(let repository): found = try repositoryField(field, repository, arguments, context)
            case .pullRequest(let request, let repository):
                found = pullRequestField(field, request, repository, arguments, context)
            case .branch(let name, let repository): found = branchField(field, name, repository, context)
            case .commit(let sha, let repository): found = commitField(field, sha, repository, arguments, context)
            case .blob(let content, let repository): found = blobField(field, content, repository)
            case .tree(let path, let repository): found = treeField(field, path, repository, context)
            case .suite(let run): found = suiteField(field, run, arguments, context)
            case .run(let run): found = runField(field, run, context)
            case .workflow(let workflow): found = workflowField(field, workflow, arguments, context)
            case .check(let job): found = checkField(field, job, arguments, context)
            }
            guard let found else {
                throw Problem(type: nil, "Something went wrong while executing your query: no \(type).\(field).")
            }
            return found
        }

        private static func query(
            _ field: String,
            _ arguments: Arguments,
            _ context: Context
        ) throws(Problem) -> Resolved? {
            let github = context.github
            let login = arguments.text("login") ?? ""
            switch field {
            case "viewer":
                return .object(context.caller.token.flatMap { github.account($0.login) }.map { .account($0) })
            case "repository":
                let (owner, name) = (arguments.text("owner") ?? "", arguments.text("name") ?? "")
                let follows = arguments.flag("followRenames") ?? true
                guard let repository = context.repository(owner, name, followsRenames: follows) else {
                    throw .notFound("Could not resolve to a Repository with the name '\(owner)/\(name)'.")
                }
                return .object(.repository(repository))
            case "user":
                guard let account = github.account(login), !account.isOrganization else {
                    throw .notFound("Could not resolve to a User with the login of '\(login)'.")
                }
                return .object(.account(account))
            case "organization":
                guard let account = github.account(login), account.isOrganization else {
                    throw .notFound("Could not resolve to an Organization with the login of '\(login)'.")
                }
                return .object(.account(account))
            case "repositoryOwner":
                return .object(github.account(login).map { .account($0) })
            case "node":
                return .object(try context.node(arguments.text("id") ?? ""))
            case "nodes":
                let ids = arguments.values["ids"].map { $0.text.map { [$0] } ?? $0.elements.compactMap(\.text) } ?? []
                var nodes: [Resolved] = []
                for id in ids { nodes.append(.object(try context.node(id))) }
                return .list(nodes)
            case "rateLimit":
                let budget = context.budget
                return .object(
                    .record(
                        "RateLimit",
                        [
                            "limit": .number(budget.limit), "cost": .number(context.cost.points),
                            "remaining": .number(budget.remaining), "used": .number(budget.used),
                            "resetAt": .text(Timestamp(seconds: budget.reset).rfc3339),
                            "nodeCount": .number(context.cost.nodes),
                        ]
                    )
                )
            default: return nil
            }
        }
    }
}

extension SimulatedGitHub.Graph.Problem {
    static func notFound(_ message: String) -> Self { Self(type: "NOT_FOUND", message) }
}

extension SimulatedGitHub.Graph.Context {
    typealias Graph = SimulatedGitHub.Graph

    /// A repository that the caller may see.
    func repository(_ owner: String, _ name: String, followsRenames: Bool) -> SimulatedGitHub.Repository? {
        guard let name = RepositoryName(owner: owner, name: name) else { return nil }
        let former = followsRenames ? github.formerNames[name].flatMap { github.repositories[$0] } : nil
        guard let found = github.repository(name) ?? former, sees(found) else { return nil }
        return found
    }

    /// Whether the caller may see a repository.
    func sees(_ repository: SimulatedGitHub.Repository) -> Bool {
        github.access(of: caller, to: repository) >= .read
    }

    /// What has a global id, among accounts, repositories, runs and jobs.
    func node(_ id: String) throws(Graph.Problem) -> Graph.Source {
        if let account = github.accounts.first(where: { $0.nodeID == id }) { return .account(account) }
        if let found = github.repositories.values.first(where: { $0.nodeID == id }), sees(found) {
            return .repository(found)
        }
        for run in github.runs.values {
            guard let repository = github.repositories[run.repositoryID], sees(repository) else { continue }
            if NodeID.make("WFR", repository: repository.id, run.id) == id { return .run(run) }
            if NodeID.make("CS", repository: repository.id, run.checkSuiteID) == id { return .suite(run) }
            let jobs = run.attempts.flatMap(\.jobIDs).compactMap { github.jobs[$0] }
            if let job = jobs.first(where: { NodeID.make("CR", repository: repository.id, $0.id) == id }) {
                return .check(job)
            }
        }
        throw .notFound("Could not resolve to a node with the global id of '\(id)'")
    }

    /// The page of something.
    func web(_ path: String) -> Graph.Resolved { .text("\(github.configuration.webURL)/\(path)") }
}

extension SimulatedGitHub.Account {
    /// Its global id.
    var nodeID: String { NodeID.make(isOrganization ? "O" : "U", id) }
}

extension SimulatedGitHub.Repository {
    /// Its global id.
    var nodeID: String { NodeID.make("R", id) }
}
