import CacheWorld
import GitHubCore
import GitHubSimulatorCore

/// A busy hour of a fleet: pushes start runs of two jobs, which wait until one of the runners is free; two runners come
/// and go, and there is a new repository.
struct FleetLife {
    enum Act {
        case push(String)
        case start(job: Int64, in: String)
        case end(job: Int64)
        case create(repository: String)
        case register(runner: String)
        case drop(runner: String)
        case check(runner: Int)
    }

    private let fleet: RunnerFleet
    private var random: SeededRandom
    private var moments: [(at: Timestamp, act: Act)] = []

    /// When something happens next.
    var next: Timestamp? { moments.last?.at }

    init(_ fleet: RunnerFleet, seed: UInt64) {
        self.fleet = fleet
        random = SeededRandom(seed: seed)
        for name in fleet.repositories {
            for _ in 0..<RunnerFleet.runs {
                let second = Int64.random(in: 0..<Int64(RunnerFleet.wholeHour), using: &random)
                plan(.push(name), at: ReplayWorld.start.advanced(byMilliseconds: second * 1_000))
            }
        }
        func expect(_ act: Act, atMinute minute: Int) {
            plan(act, at: ReplayWorld.start.advanced(bySeconds: minute * 60 + 7))
        }
        expect(.register(runner: "late-runner"), atMinute: 17)
        expect(.create(repository: "new-app"), atMinute: 28)
        expect(.drop(runner: "late-runner"), atMinute: 43)
        for runner in 0..<fleet.count {
            plan(.check(runner: runner), at: ReplayWorld.start.advanced(byMilliseconds: fleet.offset(of: runner)))
        }
    }

    /// Takes what is next.
    mutating func take() -> Act? {
        guard let (at, act) = moments.popLast() else { return nil }
        if case .check = act { plan(act, at: at.advanced(bySeconds: RunnerFleet.interval)) }
        return act
    }

    private mutating func plan(_ act: Act, at moment: Timestamp) {
        // The next comes last; of one moment, what was planned first.
        var (low, high) = (0, moments.count)
        while low < high {
            let middle = (low + high) / 2
            if moments[middle].at > moment { low = middle + 1 } else { high = middle }
        }
        moments.insert((moment, act), at: low)
    }

    /// Lets something happen; gives the lists that it may have changed.
    mutating func happen(_ act: Act, in world: ReplayWorld) async throws -> [RunnerFleet.List] {
        let now = world.clock.now
        switch act {
        case .push(let name):
            let jobs = try await world.act { (github, now) throws(SimulatedGitHub.Misuse) in
                guard let name = RepositoryName(owner: ReplayWorld.owner, name: name) else { return [Int64]() }
                try github.write("pushed at \(now)", to: "NEWS.md", in: name, at: now)
                let plans = ["build", "test"].map { SimulatedGitHub.JobPlan($0, labels: ["self-hosted"]) }
                let run = try github.startRun(.init(name, jobs: plans), at: now)
                return github.jobs(ofRun: run).map(\.id)
            }
            for job in jobs {
                plan(
                    .start(job: job, in: name),
                    at: now.advanced(byMilliseconds: .random(in: 2_000...6_000, using: &random))
                )
            }
            return [.queue(name)]
        case .start(let job, let name):
            let hasRunner = try await world.act { (github, now) throws(SimulatedGitHub.Misuse) in
                try github.start(job: job, at: now)
            }
            guard hasRunner else {
                plan(act, at: now.advanced(byMilliseconds: 3_000))
                return []
            }
            plan(.end(job: job), at: now.advanced(byMilliseconds: .random(in: 20_000...180_000, using: &random)))
            return [.queue(name), .runners]
        case .end(let job):
            try await world.act { (github, now) throws(SimulatedGitHub.Misuse) in
                try github.complete(job: job, conclusion: .success, at: now)
                guard let run = github.job(job)?.runID else { return }
                if github.jobs(ofRun: run).allSatisfy({ $0.status == .completed }) {
                    try github.complete(run: run, at: now)
                }
            }
            return [.runners]
        case .create(let name):
            try await world.act { (github, now) throws(SimulatedGitHub.Misuse) in
                guard let name = RepositoryName(owner: ReplayWorld.owner, name: name) else { return }
                try github.createRepository(name, isPrivate: true, at: now)
            }
            return [.repositories]
        case .register(let name):
            try await world.act { (github, _) throws(SimulatedGitHub.Misuse) in
                try github.createRunner(name, labels: ["gpu"], in: .owner(ReplayWorld.owner))
            }
            return [.runners]
        case .drop(let name):
            try await world.act { (github, _) throws(SimulatedGitHub.Misuse) in
                try github.setOnline(false, runner: name)
            }
            return [.runners]
        case .check:
            return []
        }
    }
}
