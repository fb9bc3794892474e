import GitHubCore

extension SimulatedGitHub {
    static let checkRoutes: [Route] = [
        Route("GET", "check-runs/:job") { (github, call) throws(Refusal) in
            .json(github.checkJSON(try github.job(of: call)))
        },
        Route("GET", "check-runs/:job/annotations") { (github, call) throws(Refusal) in
            let job = try github.job(of: call)
            guard let run = github.runs[job.runID] else { throw .notFound }
            let (elements, link) = github.page(github.annotations[job.id, default: []], of: call)
            return .json(.array(elements.map { github.json($0, of: run) }), link: link)
        },
        Route("GET", "check-suites/:suite") { (github, call) throws(Refusal) in
            .json(github.suiteJSON(try github.suite(of: call)))
        },
        Route("GET", "check-suites/:suite/check-runs") { (github, call) throws(Refusal) in
            let run = try github.suite(of: call)
            return github.checkList([run], call)
        },
        Route("GET", "commits/:ref/check-runs") { (github, call) throws(Refusal) in
            let repository = try github.repository(of: call)
            let commit = try github.commit(of: call)
            return github.checkList(github.runs(ofCommit: commit.sha, in: repository), call)
        },
        Route("GET", "commits/:ref/check-suites") { (github, call) throws(Refusal) in
            let repository = try github.repository(of: call)
            let all = github.runs(ofCommit: try github.commit(of: call).sha, in: repository)
            let (elements, link) = github.page(all, of: call)
            let body: JSON = [
                "total_count": .integer(Int64(all.count)),
                "check_suites": .array(elements.map { github.suiteJSON($0) }),
            ]
            return .json(body, link: link)
        },
        // Actions makes check runs, and no statuses.
        Route("GET", "commits/:ref/status") { (github, call) throws(Refusal) in
            let repository = try github.repository(of: call)
            let sha = try github.commit(of: call).sha
            let url = "\(github.configuration.apiURL)/repos/\(repository.name)/commits/\(sha)"
            return .json([
                "state": "pending", "statuses": [], "sha": .string(sha), "total_count": 0,
                "repository": github.minimalJSON(repository), "commit_url": .string(url), "url": "\(url)/status",
            ])
        },
        Route("GET", "commits/:ref/statuses") { (github, call) throws(Refusal) in
            _ = try github.commit(of: call)
            return .json([])
        },
    ]

    /// A page of the check runs of some runs' jobs, as the query wants them.
    private func checkList(_ runs: [Run], _ call: Call) -> Answer {
        let isLatest = call.parameter("filter") != "all"
        let all = runs.flatMap { run in
            isLatest ? jobs(ofRun: run.id) : run.attempts.flatMap(\.jobIDs).compactMap { jobs[$0] }
        }
        let found = all.filter { job in
            (call.parameter("check_name").map { $0 == job.plan.name } ?? true)
                && (call.parameter("status").map { $0 == job.status.rawValue } ?? true)
        }
        let (elements, link) = page(found, of: call)
        let body: JSON = [
            "total_count": .integer(Int64(found.count)), "check_runs": .array(elements.map { checkJSON($0) }),
        ]
        return .json(body, link: link)
    }

    /// The run whose check suite is in a call's path.
    private func suite(of call: Call) throws(Refusal) -> Run {
        let repository = try repository(of: call)
        let id = try call.number("suite")
        let found = runIDs[repository.id, default: []].lazy.compactMap { self.runs[$0] }.first { $0.checkSuiteID == id }
        guard let found else { throw .notFound }
        return found
    }

    /// The commit in a call's path, by its name or its branch's.
    func commit(of call: Call) throws(Refusal) -> Commit {
        let repository = try repository(of: call)
        let reference = call.parameters["ref"] ?? ""
        guard let commit = commit(at: reference, in: repository) else {
            throw Refusal(422, "No commit found for SHA: \(reference)")
        }
        return commit
    }
}
