import GitHubCore

extension SimulatedGitHub {
    static let codeRoutes: [Route] = [
        Route("GET", "readme") { (github, call) throws(Refusal) in try github.contents("README.md", call) },
        Route("GET", "contents") { (github, call) throws(Refusal) in try github.contents("", call) },
        Route("GET", "contents/:path*") { (github, call) throws(Refusal) in
            try github.contents(call.parameters["path"] ?? "", call)
        },
        Route("GET", "branches") { (github, call) throws(Refusal) in
            let repository = try github.repository(of: call)
            let (elements, link) = github.page(github.branches(of: repository), of: call)
            return .json(.array(elements.map { github.branchJSON($0.key, $0.value, of: repository) }), link: link)
        },
        Route("GET", "branches/:branch*") { (github, call) throws(Refusal) in
            let repository = try github.repository(of: call)
            let name = call.parameters["branch"] ?? ""
            let sha = github.contents[repository.id]?.branches[name]
            guard let sha, let commit = github.commit(sha, in: repository) else {
                throw Refusal(404, "Branch not found")
            }
            let url = "\(github.configuration.apiURL)/repos/\(repository.name)/branches/\(name)"
            return .json([
                "name": .string(name), "commit": github.json(commit, of: repository),
                "_links": [
                    "self": .string(url), "html": "\(github.configuration.webURL)/\(repository.name)/tree/\(name)",
                ],
                "protected": false,
                "protection": [
                    "enabled": false,
                    "required_status_checks": ["enforcement_level": "off", "contexts": [], "checks": []],
                ],
                "protection_url": "\(url)/protection",
            ])
        },
        Route("GET", "git/ref/heads/:branch*") { (github, call) throws(Refusal) in
            let repository = try github.repository(of: call)
            let name = call.parameters["branch"] ?? ""
            guard let sha = github.contents[repository.id]?.branches[name] else { throw .notFound }
            return .json(github.referenceJSON(name, sha, of: repository))
        },
        Route("GET", "git/matching-refs/heads/:branch*") { (github, call) throws(Refusal) in
            let repository = try github.repository(of: call)
            let found = github.branches(of: repository).filter { $0.key.hasPrefix(call.parameters["branch"] ?? "") }
            return .json(.array(found.map { github.referenceJSON($0.key, $0.value, of: repository) }))
        },
        Route("GET", "commits") { (github, call) throws(Refusal) in
            let repository = try github.repository(of: call)
            let branch = call.parameter("sha") ?? Repository.defaultBranch
            let runs = github.runIDs[repository.id, default: []].compactMap { github.runs[$0] }
            let names = runs.filter { $0.branch == branch }.map(\.headSHA).reversed()
            let head = github.commit(at: branch, in: repository).map { [$0.sha] } ?? []
            var seen: Set<String> = []
            let all = (head + names).filter { seen.insert($0).inserted }
            let (elements, link) = github.page(all, of: call)
            let commits = elements.compactMap { github.commit($0, in: repository) }
            return .json(.array(commits.map { github.json($0, of: repository) }), link: link)
        },
        Route("GET", "commits/:ref") { (github, call) throws(Refusal) in
            let commit = try github.commit(of: call)
            return .json(github.json(commit, of: try github.repository(of: call)), lastModified: commit.time)
        },
    ]

    private func branches(of repository: Repository) -> [(key: String, value: String)] {
        (contents[repository.id]?.branches ?? [:]).sorted { $0.key < $1.key }
    }

    /// A file or a folder, as JSON or, for who asks for it, as it is.
    private func contents(_ path: String, _ call: Call) throws(Refusal) -> Answer {
        let repository = try repository(of: call)
        let ref = call.parameter("ref") ?? Repository.defaultBranch
        guard commit(at: ref, in: repository) != nil else {
            throw Refusal(404, "No commit found for the ref \(ref)")
        }
        if let content = contents[repository.id]?.files[path] {
            let type = "application/vnd.github.raw"
            guard !(call.request.headers.first("Accept") ?? "").contains("raw") else {
                return Answer(download: ("\(type)+json; charset=utf-8", content))
            }
            return .json(json(path, content, of: repository, ref: ref, isWhole: true))
        }
        let entries = entries(of: path, in: repository)
        guard !entries.isEmpty else { throw .notFound }
        return .json(
            .array(entries.map { json($0.path, $0.content, of: repository, ref: ref, isWhole: false) })
        )
    }
}
