import GitHubCore

extension SimulatedGitHub.Graph.Resolvers {
    static func mutation(
        _ field: String,
        _ arguments: Graph.Arguments,
        _ context: inout Graph.Context
    ) throws(Graph.Problem) -> Graph.Resolved? {
        let input = arguments.values["input"] ?? .null
        let id = input[field == "updateRepository" ? "repositoryId" : "starrableId"]?.text ?? ""
        guard case .repository(var repository) = try context.node(id) else {
            throw .notFound("Could not resolve to a Repository with the global id of '\(id)'")
        }
        guard let login = context.caller.token?.login else { return nil }
        let note: Graph.Resolved = .text(input["clientMutationId"]?.text)
        switch field {
        case "addStar", "removeStar":
            if field == "addStar" { repository.stars.insert(login) } else { repository.stars.remove(login) }
            context.github.repositories[repository.id] = repository
            let type = field == "addStar" ? "AddStarPayload" : "RemoveStarPayload"
            return .object(
                .record(type, ["starrable": .object(.repository(repository)), "clientMutationId": note])
            )
        case "updateRepository":
            guard context.github.access(of: context.caller, to: repository) == .admin else {
                let text = "\(login) does not have the correct permissions to execute `UpdateRepository`"
                throw Graph.Problem(type: "FORBIDDEN", text)
            }
            if let text = input["description"] { repository.description = text.text }
            if let text = input["homepageUrl"] { repository.homepage = text.text }
            repository.updatedAt = context.now
            context.github.repositories[repository.id] = repository
            context.github.announceRepository(repository.id, action: "edited", at: context.now)
            let fields: [String: Graph.Resolved] = [
                "repository": .object(.repository(repository)), "clientMutationId": note,
            ]
            return .object(.record("UpdateRepositoryPayload", fields))
        default: return nil
        }
    }
}
