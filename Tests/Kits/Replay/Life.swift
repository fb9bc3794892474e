import CacheWorld
package import GitHubCore
import GitHubSimulatorCore

/// What happens at GitHub while clients look on, moment by moment.
package struct Life: Sendable {
    private enum Act: Sendable {
        case startRun(repository: String, jobs: [SimulatedGitHub.JobPlan])
        case startJob(Int)
        case advanceStep(Int)
        case endJob(Int)
        case endRun
    }

    private struct Moment: Sendable {
        let at: Timestamp
        let run: Int
        let act: Act
    }

    /// The runs that have started, in their order.
    package private(set) var runs: [Int64] = []

    private var moments: ArraySlice<Moment>
    private var ids: [Int: Int64] = [:]

    /// When something happens next.
    package var next: Timestamp? { moments.first?.at }

    /// Lets happen what is due.
    package mutating func happen(in world: ReplayWorld) async throws {
        while let moment = moments.first, moment.at <= world.clock.now {
            moments.removeFirst()
            let id = ids[moment.run]
            let began = try await world.act { [act = moment.act] (github, now) throws(SimulatedGitHub.Misuse) in
                try Self.perform(act, id, &github, now)
            }
            guard let began else { continue }
            ids[moment.run] = began
            runs.append(began)
        }
    }

    private static func perform(
        _ act: Act,
        _ run: Int64?,
        _ github: inout SimulatedGitHub,
        _ now: Timestamp
    ) throws(SimulatedGitHub.Misuse) -> Int64? {
        let jobs = run.map { github.jobs(ofRun: $0) } ?? []
        switch act {
        case .startRun(let repository, let plans):
            guard let name = RepositoryName(owner: ReplayWorld.owner, name: repository) else { return nil }
            return try github.startRun(.init(name, jobs: plans), at: now)
        case .startJob(let index):
            try github.start(job: jobs[index].id, at: now)
        case .advanceStep(let index):
            if jobs[index].status == .inProgress { try github.advanceSteps(ofJob: jobs[index].id, at: now) }
        case .endJob(let index):
            try github.complete(job: jobs[index].id, conclusion: .success, at: now)
        case .endRun:
            if let run { try github.complete(run: run, at: now) }
        }
        return nil
    }
}

extension Life {
    /// One run of two jobs over ten minutes, a step of each every three seconds.
    package static func longRun(in repository: String) -> Life {
        var builder = Builder()
        builder.add(
            repository,
            at: 0,
            jobs: [.init(wait: 9, length: 291, step: 3), .init(wait: 9, length: 585, step: 3)]
        )
        return builder.life
    }

    /// So many runs of two jobs in each of some repositories over a time, at moments of chance: a job waits 3 to 30
    /// seconds for its runner, runs 20 to 180, and shows a new step every 12.
    package static func busy(
        _ repositories: [String],
        runs: Int,
        seconds: Int64,
        seed: UInt64
    ) -> Life {
        var random = SeededRandom(seed: seed)
        var builder = Builder()
        for repository in repositories {
            for _ in 0..<runs {
                let jobs = (0..<2).map { _ in
                    Builder.Job(
                        wait: Int64.random(in: 3...30, using: &random),
                        length: Int64.random(in: 20...180, using: &random),
                        step: 12
                    )
                }
                builder.add(repository, at: Int64.random(in: 0..<seconds, using: &random), jobs: jobs)
            }
        }
        return builder.life
    }

    private struct Builder {
        struct Job {
            let wait: Int64
            let length: Int64
            let step: Int64
        }

        private var moments: [Moment] = []
        private var runs = 0

        mutating func add(_ repository: String, at second: Int64, jobs: [Job]) {
            let run = runs
            runs += 1
            func note(_ second: Int64, _ act: Act) {
                moments.append(Moment(at: ReplayWorld.start.advanced(bySeconds: Int(second)), run: run, act: act))
            }
            let plans = jobs.enumerated().map { index, job in
                SimulatedGitHub.JobPlan("job-\(index)", steps: (0...(job.length / job.step)).map { "step \($0)" })
            }
            note(second, .startRun(repository: repository, jobs: plans))
            for (index, job) in jobs.enumerated() {
                let begin = second + job.wait
                note(begin, .startJob(index))
                for step in stride(from: begin + job.step, to: begin + job.length, by: Int(job.step)) {
                    note(step, .advanceStep(index))
                }
                note(begin + job.length, .endJob(index))
            }
            note(second + (jobs.map { $0.wait + $0.length }.max() ?? 0) + 2, .endRun)
        }

        /// In the order of time, and of one moment in the order in which they were noted.
        var life: Life {
            let sorted = moments.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            return Life(moments: sorted.map(\.element)[...])
        }
    }

    private init(moments: ArraySlice<Moment>) {
        self.moments = moments
    }
}
