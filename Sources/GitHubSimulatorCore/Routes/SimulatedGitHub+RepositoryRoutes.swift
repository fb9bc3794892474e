import GitHubCore

extension SimulatedGitHub {
    /// What is below `/repos/{owner}/{repo}`.
    static let repositoryRoutes: [Route] =
        [
            Route("GET", "") { (github, call) throws(Refusal) in
                let repository = try github.repository(of: call)
                let body = github.fullJSON(repository, reader: call.caller, hasDownloads: !call.isNewVersion)
                return .json(body, lastModified: repository.updatedAt)
            },
            Route("GET", "installation") { (github, call) throws(Refusal) in
                let repository = try github.repository(of: call)
                return try github.installation(call) { $0.covers(repository) }
            },
        ] + runRoutes + runWritingRoutes + jobRoutes + workflowRoutes + dispatchRoutes + artifactRoutes + cacheRoutes
        + runnerRoutes + hookRoutes + checkRoutes + codeRoutes

    /// The repository in a call's path.
    func repository(of call: Call) throws(Refusal) -> Repository {
        guard case .repository(let id) = call.home, let repository = repositories[id] else { throw .notFound }
        return repository
    }

    /// The run in a call's path, if it is the repository's.
    func run(of call: Call) throws(Refusal) -> Run {
        let repository = try repository(of: call)
        guard let run = try runs[call.number("run")], run.repositoryID == repository.id else { throw .notFound }
        return run
    }
}
