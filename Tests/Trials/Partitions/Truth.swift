import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore

/// The workflow runs that happen at GitHub during the trial, and what every node must come to show.
struct Truth {
    /// Runs on a page, unless a reader asks for more.
    private static let page = 30

    private let github: SimulatedGitHubServer
    /// Every run, in the order of its start.
    private var runs: [(id: Int64, repository: RepositoryName)] = []
    /// Runs that are under way.
    private var open: [Int64] = []

    init(_ github: SimulatedGitHubServer) { self.github = github }

    /// In every repository the run under way comes to its end, and another one begins.
    mutating func goOn() async throws {
        for run in self.open { try await self.github.finish(run: run) }
        self.open = []
        for repository in Stage.repositories {
            let run = try await self.github.startRun(.init(repository, jobs: ["build"]))
            self.runs.append((run, repository))
            self.open.append(run)
            try await self.github.advance(run: run)
        }
        await self.github.settle()
    }

    /// What the last runs and their jobs are at GitHub: all that changes in a cut is among them.
    func youngest() async -> [Subject: Sight] {
        await self.subjects(self.runs.suffix(3 * Stage.repositories.count))
    }

    /// What every run and job is at GitHub.
    func state() async -> [Subject: Sight] { await self.subjects(self.runs) }

    private func subjects(_ runs: some Sequence<(id: Int64, repository: RepositoryName)>) async -> [Subject: Sight] {
        var sights: [Subject: Sight] = [:]
        for (id, repository) in runs {
            guard let run = await self.github.run(id) else { continue }
            sights[Subject(kind: .runs, id: id, repository: repository)] = Sight(
                attempt: run.attempt.number,
                status: run.status.rawValue,
                conclusion: run.conclusion?.rawValue
            )
            for job in await self.github.jobs(ofRun: id) {
                sights[Subject(kind: .jobs, id: job.id, repository: repository)] = Sight(
                    attempt: job.attempt,
                    status: job.status.rawValue,
                    conclusion: job.conclusion?.rawValue
                )
            }
        }
        return sights
    }

    /// What a node does not show as it is at GitHub: runs and jobs by themselves, and runs in their lists.
    static func missing(of truth: [Subject: Sight], at node: ServedNode) async throws -> [String] {
        let name = Cables.name(node.host)
        var missing: [String] = []
        for (subject, sight) in truth.sorted(by: { $0.key < $1.key }) {
            let answer = try await node.get(subject.path)
            let shown = answer.status == 200 ? answer.object.flatMap(Sight.init) : nil
            guard shown != sight else { continue }
            missing.append("\(name) \(subject.path): \(shown?.description ?? "\(answer.status)") for \(sight)")
        }
        for repository in Stage.repositories {
            let path = "/repos/\(repository)/actions/runs"
            let answer = try await node.get(path)
            guard answer.status == 200, let list = answer.object else {
                missing.append("\(name) \(path): \(answer.status)")
                continue
            }
            var listed: [Int64: Sight] = [:]
            for run in list.objects("workflow_runs") { listed[run.integer("id") ?? 0] = Sight(run) }
            let runs = truth.filter { $0.key.kind == .runs && $0.key.repository == repository }
            // The newest stand on the first page, and a later run has a higher number.
            for (subject, sight) in runs.sorted(by: { $0.key > $1.key }).prefix(Self.page) {
                guard listed[subject.id] != sight else { continue }
                let shown = listed[subject.id]?.description ?? "nothing"
                missing.append("\(name) \(path) on \(subject.id): \(shown) for \(sight)")
            }
        }
        return missing
    }
}
