import GitHubCore

extension SimulatedGitHub.Graph.Resolvers {
    typealias Graph = SimulatedGitHub.Graph

    static func accountField(
        _ field: String,
        _ account: SimulatedGitHub.Account,
        _ arguments: Graph.Arguments,
        _ context: Graph.Context
    ) -> Graph.Resolved? {
        switch field {
        case "id": .text(account.nodeID)
        case "databaseId": .number(Int(account.id))
        case "login": .text(account.login)
        case "name": .null
        case "email": .text("")
        case "url": context.web(account.login)
        case "resourcePath": .text("/\(account.login)")
        case "avatarUrl":
            .text(
                "https://avatars.githubusercontent.com/u/\(account.id)?"
                    + (arguments.number("size").map { "s=\($0)&" } ?? "") + "v=4"
            )
        case "createdAt": .text(account.createdAt.rfc3339)
        case "isViewer": .flag(context.caller.token?.login.lowercased() == account.login.lowercased())
        case "repository":
            .object(
                context.repository(account.login, arguments.text("name") ?? "", followsRenames: true).map {
                    .repository($0)
                }
            )
        case "repositories":
            Graph.connection("RepositoryConnection", repositories(of: account, arguments, context), arguments)
        default: nil
        }
    }

    private static func repositories(
        of account: SimulatedGitHub.Account,
        _ arguments: Graph.Arguments,
        _ context: Graph.Context
    ) -> [Graph.Source] {
        let wanted = arguments.text("privacy") ?? arguments.text("visibility")
        let found = context.github.repositories.values.filter { repository in
            repository.name.owner.lowercased() == account.login.lowercased() && context.sees(repository)
                && (wanted.map { ($0 == "PRIVATE") == repository.isPrivate } ?? true)
                && arguments.flag("isFork") != true && arguments.flag("isArchived") != true
        }
        let order = arguments.values["orderBy"]
        let sorted = found.sorted { one, other in
            switch order?["field"]?.text {
            case "NAME" where one.name.canonical != other.name.canonical: one.name.canonical < other.name.canonical
            case "PUSHED_AT" where one.pushedAt != other.pushedAt: one.pushedAt < other.pushedAt
            case "UPDATED_AT" where one.updatedAt != other.updatedAt: one.updatedAt < other.updatedAt
            case "STARGAZERS" where one.stars.count != other.stars.count: one.stars.count < other.stars.count
            default: one.id < other.id
            }
        }
        let isDescending = order?["direction"]?.text == "DESC"
        return (isDescending ? sorted.reversed() : sorted).map { .repository($0) }
    }
}
