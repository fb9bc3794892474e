extension Endpoint {
    /// The endpoint that a path's decoded segments name, or nil where it is none that is known.
    package init?(segments: [String]) {
        guard let first = segments.first else { return nil }
        switch (first, segments.count) {
        case ("repos", 3...):
            guard let name = RepositoryName(owner: segments[1], name: segments[2]) else { return nil }
            self.init(repository: name, rest: Array(segments.dropFirst(3)))
        case ("orgs", 3), ("users", 3):
            guard segments[2] == "repos", RepositoryName.isName(segments[1]), let kind = OwnerKind(rawValue: first)
            else { return nil }
            self = .ownerRepositories(kind, segments[1].lowercased())
        case ("orgs", 4):
            guard segments[2] == "actions", segments[3] == "runners", RepositoryName.isName(segments[1]) else {
                return nil
            }
            self = .organizationRunners(segments[1].lowercased())
        default:
            return nil
        }
    }

    private init?(repository name: RepositoryName, rest: [String]) {
        switch rest.first {
        case nil:
            self = .repository(name)
        case "actions":
            self.init(actionsOf: name, rest: Array(rest.dropFirst()))
        case "check-runs" where rest.count == 2:
            guard let id = Self.number(rest[1]) else { return nil }
            self = .checkRun(name, id)
        case "check-suites" where rest.count == 2 || rest.count == 3 && rest[2] == "check-runs":
            guard let id = Self.number(rest[1]) else { return nil }
            self = .checkSuite(name, id, runs: rest.count == 3)
        case "commits" where rest.count == 3 && (rest[2] == "check-runs" || rest[2] == "check-suites"):
            self = .commitChecks(name, ref: rest[1], suites: rest[2] == "check-suites")
        default:
            return nil
        }
    }

    private init?(actionsOf name: RepositoryName, rest: [String]) {
        switch (rest.first, rest.count) {
        case ("runs", 1): self = .runs(name)
        case ("workflows", 1): self = .workflows(name)
        case ("artifacts", 1): self = .artifacts(name)
        case ("runners", 1): self = .repositoryRunners(name)
        case ("workflows", 2): self = .workflow(name, rest[1])
        case ("workflows", 3) where rest[2] == "runs": self = .workflowRuns(name, rest[1])
        case ("runs", 2...), ("jobs", 2), ("runners", 2):
            guard let id = Self.number(rest[1]) else { return nil }
            switch rest[0] {
            case "jobs": self = .job(name, id)
            case "runners": self = .repositoryRunner(name, id)
            default: self.init(run: id, of: name, rest: Array(rest.dropFirst(2)))
            }
        default: return nil
        }
    }

    private init?(run id: Int64, of name: RepositoryName, rest: [String]) {
        switch rest.count {
        case 0:
            self = .run(name, id)
        case 1 where rest[0] == "jobs":
            self = .runJobs(name, id)
        case 1:
            guard let detail = RunDetail(rawValue: rest[0]) else { return nil }
            self = .runDetail(name, id, detail)
        case 2, 3:
            guard rest[0] == "attempts", let attempt = Self.number(rest[1]) else { return nil }
            if rest.count == 2 {
                self = .runAttempt(name, id, attempt: attempt)
            } else if rest[2] == "jobs" {
                self = .attemptJobs(name, id, attempt: attempt)
            } else {
                return nil
            }
        default:
            return nil
        }
    }

    /// A decimal id as GitHub writes it: no sign, no leading zero.
    private static func number(_ text: String) -> Int64? {
        guard let first = text.utf8.first, (0x31...0x39).contains(first) else { return nil }
        return Int64(text)
    }

    /// The path in its one canonical form: repository and owner in lower case, ids in decimal.
    package var path: String {
        switch self {
        case .repository(let name): "/repos/\(name.canonical)"
        case .ownerRepositories(let kind, let login): "/\(kind.rawValue)/\(login)/repos"
        case .organizationRunners(let login): "/orgs/\(login)/actions/runners"
        case .runs(let name): "/repos/\(name.canonical)/actions/runs"
        case .run(let name, let id): "/repos/\(name.canonical)/actions/runs/\(id)"
        case .runAttempt(let name, let id, let attempt):
            "/repos/\(name.canonical)/actions/runs/\(id)/attempts/\(attempt)"
        case .runJobs(let name, let id): "/repos/\(name.canonical)/actions/runs/\(id)/jobs"
        case .attemptJobs(let name, let id, let attempt):
            "/repos/\(name.canonical)/actions/runs/\(id)/attempts/\(attempt)/jobs"
        case .runDetail(let name, let id, let detail):
            "/repos/\(name.canonical)/actions/runs/\(id)/\(detail.rawValue)"
        case .job(let name, let id): "/repos/\(name.canonical)/actions/jobs/\(id)"
        case .workflows(let name): "/repos/\(name.canonical)/actions/workflows"
        case .workflow(let name, let workflow):
            "/repos/\(name.canonical)/actions/workflows/\(PercentEncoding.segment(workflow))"
        case .workflowRuns(let name, let workflow):
            "/repos/\(name.canonical)/actions/workflows/\(PercentEncoding.segment(workflow))/runs"
        case .artifacts(let name): "/repos/\(name.canonical)/actions/artifacts"
        case .repositoryRunners(let name): "/repos/\(name.canonical)/actions/runners"
        case .repositoryRunner(let name, let id): "/repos/\(name.canonical)/actions/runners/\(id)"
        case .checkRun(let name, let id): "/repos/\(name.canonical)/check-runs/\(id)"
        case .checkSuite(let name, let id, let runs):
            "/repos/\(name.canonical)/check-suites/\(id)\(runs ? "/check-runs" : "")"
        case .commitChecks(let name, let ref, let suites):
            "/repos/\(name.canonical)/commits/\(PercentEncoding.segment(ref))/check-\(suites ? "suites" : "runs")"
        }
    }
}
