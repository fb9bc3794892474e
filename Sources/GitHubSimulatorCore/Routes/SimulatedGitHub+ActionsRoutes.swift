import GitHubCore

extension SimulatedGitHub {
    static let workflowRoutes: [Route] = [
        Route("GET", "actions/workflows") { (github, call) throws(Refusal) in
            let repository = try github.repository(of: call)
            let all = github.workflows.filter { $0.repositoryID == repository.id }
            let (elements, link) = github.page(all, of: call)
            let zone = call.caller.token?.minutesEastOfUTC ?? 0
            let body: JSON = [
                "total_count": .integer(Int64(all.count)),
                "workflows": .array(elements.map { github.json($0, minutesEastOfUTC: zone) }),
            ]
            return .json(body, link: link)
        },
        Route("GET", "actions/workflows/:workflow") { (github, call) throws(Refusal) in
            let zone = call.caller.token?.minutesEastOfUTC ?? 0
            return .json(github.json(try github.workflow(of: call), minutesEastOfUTC: zone))
        },
        Route("GET", "actions/workflows/:workflow/runs") { (github, call) throws(Refusal) in
            try github.runList(call, workflow: github.workflow(of: call))
        },
    ]

    static let artifactRoutes: [Route] = [
        Route("GET", "actions/artifacts") { (github, call) throws(Refusal) in
            let repository = try github.repository(of: call)
            let name = call.parameter("name")
            let all = github.artifacts.filter { artifact in
                github.runs[artifact.runID]?.repositoryID == repository.id && (name ?? artifact.name) == artifact.name
            }
            return github.artifactList(all.reversed(), call)
        },
        Route("GET", "actions/artifacts/:artifact") { (github, call) throws(Refusal) in
            .json(github.json(try github.artifact(of: call)))
        },
        Route("GET", "actions/artifacts/:artifact/zip", .credential) { (github, call) throws(Refusal) in
            let artifact = try github.artifact(of: call)
            guard !artifact.isExpired else { throw Refusal(410, "Artifact has expired") }
            let path = ["artifacts", "\(artifact.id)", "\(artifact.name).zip"]
            return github.signedLink(path, type: "application/zip", call)
        },
        Route("DELETE", "actions/artifacts/:artifact", .write) { (github, call) throws(Refusal) in
            let artifact = try github.artifact(of: call)
            github.artifacts.removeAll { $0.id == artifact.id }
            return .done(204)
        },
    ]

    /// Caches of dependencies, of which there are none.
    static let cacheRoutes: [Route] = [
        Route("GET", "actions/caches") { (_, _) throws(Refusal) in
            .json(["total_count": 0, "actions_caches": []])
        },
        Route("GET", "actions/cache/usage") { (github, call) throws(Refusal) in
            let name = try github.repository(of: call).name
            return .json([
                "full_name": .string("\(name)"), "active_caches_size_in_bytes": 0, "active_caches_count": 0,
            ])
        },
    ]
}

extension SimulatedGitHub {
    /// A page of artifacts.
    func artifactList(_ all: [Artifact], _ call: Call) -> Answer {
        let (elements, link) = page(all, of: call)
        let body: JSON = [
            "total_count": .integer(Int64(all.count)), "artifacts": .array(elements.map { json($0) }),
        ]
        return .json(body, link: link)
    }

    /// The workflow in a call's path, by its number or by its file's name.
    func workflow(of call: Call) throws(Refusal) -> Workflow {
        let repository = try repository(of: call)
        let wanted = call.parameters["workflow"] ?? ""
        let found = workflows.first { workflow in
            workflow.repositoryID == repository.id && ("\(workflow.id)" == wanted || workflow.fileName == wanted)
        }
        guard let found else { throw .notFound }
        return found
    }

    private func artifact(of call: Call) throws(Refusal) -> Artifact {
        let repository = try repository(of: call)
        let id = try call.number("artifact")
        let found = artifacts.first { $0.id == id && runs[$0.runID]?.repositoryID == repository.id }
        guard let found else { throw .notFound }
        return found
    }
}
