import GitHubCore

extension SimulatedGitHub {
    /// The runners of a repository or an organisation.
    static let runnerRoutes: [Route] = [
        Route("GET", "actions/runners", .admin) { (github, call) throws(Refusal) in
            let name = call.parameter("name")
            let all = github.runners.filter { $0.home == call.home && (name ?? $0.name) == $0.name }
            let (elements, link) = github.page(all, of: call)
            let body: JSON = [
                "total_count": .integer(Int64(all.count)), "runners": .array(elements.map { github.json($0) }),
            ]
            return .json(body, link: link)
        },
        Route("GET", "actions/runners/downloads", .admin) { (_, _) throws(Refusal) in
            let base = "https://github.com/actions/runner/releases/download/v2.335.0"
            return .json([
                [
                    "os": "linux", "architecture": "x64",
                    "download_url": "\(base)/actions-runner-linux-x64-2.335.0.tar.gz",
                    "filename": "actions-runner-linux-x64-2.335.0.tar.gz",
                ]
            ])
        },
        Route("GET", "actions/runners/:runner", .admin) { (github, call) throws(Refusal) in
            .json(github.json(github.runners[try github.runnerIndex(call)]))
        },
        Route("POST", "actions/runners/registration-token", .admin) { (github, call) throws(Refusal) in
            github.runnerToken(call)
        },
        Route("POST", "actions/runners/remove-token", .admin) { (github, call) throws(Refusal) in
            github.runnerToken(call)
        },
        Route("GET", "actions/runners/:runner/labels", .admin) { (github, call) throws(Refusal) in
            let runner = github.runners[try github.runnerIndex(call)]
            let labels = github.labelsJSON(runner)
            return .json(["total_count": .integer(Int64(labels.count)), "labels": .array(labels)])
        },
        Route("DELETE", "actions/runners/:runner", .admin) { (github, call) throws(Refusal) in
            github.runners.remove(at: try github.runnerIndex(call))
            return .done(204)
        },
        Route("POST", "actions/runners/generate-jitconfig", .admin) { (github, call) throws(Refusal) in
            try github.makeJITConfiguration(call)
        },
    ]

    private func runnerIndex(_ call: Call) throws(Refusal) -> Int {
        let id = try call.number("runner")
        guard let index = runners.firstIndex(where: { $0.id == id && $0.home == call.home }) else { throw .notFound }
        return index
    }

    /// Makes a runner that is not there yet, and what it needs to come up once.
    private mutating func makeJITConfiguration(_ call: Call) throws(Refusal) -> Answer {
        let body = try call.object()
        guard let home = call.home, let name = body.string("name"), body.integer("runner_group_id") != nil,
            body.has("labels")
        else { throw Refusal(422, "Invalid request.") }
        guard !runners.contains(where: { $0.home == home && $0.name == name }) else {
            throw Refusal(409, "Already exists - A runner with the name \(name) already exists.")
        }
        let own = body.strings("labels").filter { !["self-hosted", "Linux", "X64"].contains($0) }
        let runner = Runner(id: makeID(.runner), name: name, home: home, labels: own, isOnline: false, isBusy: false)
        runners.append(runner)
        let secret = Base64.encode(Array(random.hexadecimal(digits: 64).utf8))
        return .done(201, ["runner": json(runner), "encoded_jit_config": .string(secret)])
    }

    private mutating func runnerToken(_ call: Call) -> Answer {
        let token = random.hexadecimal(digits: 29).uppercased()
        let end = call.now.advanced(bySeconds: 3_600)
        return .done(201, ["token": .string(token), "expires_at": .string(end.rfc3339)])
    }
}
