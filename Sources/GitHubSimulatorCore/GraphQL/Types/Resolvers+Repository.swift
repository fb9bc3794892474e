import GitHubCore

extension SimulatedGitHub.Graph.Resolvers {
    static func repositoryField(
        _ field: String,
        _ repository: SimulatedGitHub.Repository,
        _ arguments: Graph.Arguments,
        _ context: Graph.Context
    ) throws(Graph.Problem) -> Graph.Resolved? {
        if let found = Self.constants[field] { return found }
        if let found = ofReader(field, repository, context) { return found }
        if let found = repositoryConnection(field, repository, arguments, context) { return found }
        let owner = context.github.account(repository.name.owner)
        switch field {
        case "id": return .text(repository.nodeID)
        case "databaseId": return .number(Int(repository.id))
        case "name": return .text(repository.name.name)
        case "nameWithOwner": return .text("\(repository.name)")
        case "owner": return .object(owner.map { .account($0) })
        case "description": return .text(repository.description)
        case "homepageUrl": return .text(repository.homepage)
        case "openGraphImageUrl": return .text("https://opengraph.githubassets.com/1/\(repository.name)")
        case "url": return context.web("\(repository.name)")
        case "resourcePath": return .text("/\(repository.name)")
        case "sshUrl": return .text("git@github.com:\(repository.name).git")
        case "createdAt": return .text(repository.createdAt.rfc3339)
        case "pushedAt": return .text(repository.pushedAt.rfc3339)
        case "updatedAt": return .text(repository.updatedAt.rfc3339)
        case "stargazerCount": return .number(repository.stars.count)
        case "isInOrganization": return .flag(owner?.isOrganization ?? false)
        case "isPrivate": return .flag(repository.isPrivate)
        case "visibility": return .text(repository.isPrivate ? "PRIVATE" : "PUBLIC")
        case "defaultBranchRef": return .object(.branch(SimulatedGitHub.Repository.defaultBranch, repository))
        case "ref":
            let name = (arguments.text("qualifiedName") ?? "").removingPrefix("refs/heads/")
            let isThere = context.github.contents[repository.id]?.branches[name] != nil
            return .object(isThere ? .branch(name, repository) : nil)
        case "object":
            return .object(context.object(arguments.text("expression") ?? arguments.text("oid") ?? "", in: repository))
        case "pullRequest":
            let number = Int64(arguments.number("number") ?? 0)
            let found = context.github.pullRequests[repository.id, default: []].first { $0.number == number }
            guard let found else { throw .notFound("Could not resolve to a PullRequest with the number of \(number).") }
            return .object(.pullRequest(found, repository))
        default: return nil
        }
    }

    /// What differs by who asks.
    private static func ofReader(
        _ field: String,
        _ repository: SimulatedGitHub.Repository,
        _ context: Graph.Context
    ) -> Graph.Resolved? {
        let access = context.github.access(of: context.caller, to: repository)
        let login = context.caller.token?.login ?? ""
        switch field {
        case "viewerPermission":
            return .text(["READ", "READ", "WRITE", "ADMIN"][access.rawValue])
        case "viewerCanAdminister": return .flag(access == .admin)
        case "viewerHasStarred": return .flag(repository.stars.contains(login))
        case "viewerDefaultMergeMethod": return .text("MERGE")
        case "viewerSubscription": return .text("UNSUBSCRIBED")
        case "viewerDefaultCommitEmail":
            return access >= .write ? .text("\(login)@users.noreply.github.com") : .null
        case "viewerPossibleCommitEmails":
            return access >= .write ? .list([.text("\(login)@users.noreply.github.com")]) : .null
        default: return nil
        }
    }

    private static func repositoryConnection(
        _ field: String,
        _ repository: SimulatedGitHub.Repository,
        _ arguments: Graph.Arguments,
        _ context: Graph.Context
    ) -> Graph.Resolved? {
        let github = context.github
        func accounts(_ logins: some Sequence<String>) -> [Graph.Source] {
            logins.compactMap { github.account($0) }.map { .account($0) }
        }
        switch field {
        case "pullRequests":
            return Graph.connection("PullRequestConnection", pullRequests(repository, arguments, github), arguments)
        case "refs":
            guard arguments.text("refPrefix") == "refs/heads/" else {
                return Graph.connection("RefConnection", [], arguments)
            }
            let names = github.contents[repository.id]?.branches.keys.sorted() ?? []
            return Graph.connection("RefConnection", names.map { .branch($0, repository) }, arguments)
        case "repositoryTopics":
            let topics = repository.topics.map { topic -> Graph.Source in
                .record(
                    "RepositoryTopic",
                    [
                        "topic": .object(.record("Topic", ["name": .text(topic)])), "name": .text(topic),
                        "url": context.web("topics/\(topic)"),
                    ]
                )
            }
            return Graph.connection("RepositoryTopicConnection", topics, arguments)
        case "stargazers":
            return Graph.connection("StargazerConnection", accounts(repository.stars.sorted()), arguments)
        case "watchers", "assignableUsers", "mentionableUsers":
            let people = github.accounts.filter { !$0.isOrganization }.map(\.login)
            return Graph.connection(
                "UserConnection",
                accounts(people.prefix(field == "watchers" ? 1 : people.count)),
                arguments
            )
        case "issues": return Graph.connection("IssueConnection", [], arguments)
        case "languages": return Graph.connection("LanguageConnection", [], arguments)
        case "labels": return Graph.connection("LabelConnection", [], arguments)
        case "milestones": return Graph.connection("MilestoneConnection", [], arguments)
        case "projects": return Graph.connection("ProjectConnection", [], arguments)
        default: return nil
        }
    }

    /// The pull requests that are asked for, all of which are open, in the order asked for.
    private static func pullRequests(
        _ repository: SimulatedGitHub.Repository,
        _ arguments: Graph.Arguments,
        _ github: SimulatedGitHub
    ) -> [Graph.Source] {
        let isOpen = arguments.words("states")?.contains("OPEN") ?? true
        let found = github.pullRequests[repository.id, default: []].filter { request in
            isOpen && (arguments.text("headRefName").map { $0 == request.branch } ?? true)
                && (arguments.text("baseRefName").map { $0 == SimulatedGitHub.Repository.defaultBranch } ?? true)
                && (arguments.words("labels")?.isEmpty ?? true)
        }
        let isDescending = arguments.values["orderBy"]?["direction"]?.text == "DESC"
        return (isDescending ? found.reversed() : found).map { .pullRequest($0, repository) }
    }

    /// What every simulated repository has, or lacks.
    private static let constants: [String: Graph.Resolved] = [
        "parent": .null, "templateRepository": .null, "mirrorUrl": .null, "securityPolicyUrl": .null,
        "usesCustomOpenGraphImage": .flag(false), "isBlankIssuesEnabled": .flag(true),
        "isSecurityPolicyEnabled": .flag(false), "hasIssuesEnabled": .flag(true), "hasProjectsEnabled": .flag(true),
        "hasWikiEnabled": .flag(true), "hasDiscussionsEnabled": .flag(false), "mergeCommitAllowed": .flag(true),
        "squashMergeAllowed": .flag(true), "rebaseMergeAllowed": .flag(true), "autoMergeAllowed": .flag(false),
        "deleteBranchOnMerge": .flag(false), "forkCount": .number(0), "forkingAllowed": .flag(true),
        "diskUsage": .number(14), "isArchived": .flag(false), "isDisabled": .flag(false), "isEmpty": .flag(false),
        "isFork": .flag(false), "isMirror": .flag(false), "isTemplate": .flag(false),
        "isUserConfigurationRepository": .flag(false), "codeOfConduct": .null, "contactLinks": .list([]),
        "fundingLinks": .list([]), "licenseInfo": .null, "primaryLanguage": .null, "latestRelease": .null,
        "issueTemplates": .list([]), "pullRequestTemplates": .list([]),
    ]
}
