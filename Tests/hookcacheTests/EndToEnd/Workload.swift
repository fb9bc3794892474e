import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import Testing

/// Runs from `requested` to `completed`, as the deliveries that GitHub would send of them.
struct Workload {
    /// The public repository that they are of.
    static let repository = "octo-tools/hello-ci"

    /// One delivery, and what it says.
    struct Step: Sendable {
        /// What is sent.
        let delivery: SimulatedGitHub.OutgoingDelivery
        /// The path of its run or job.
        let path: String
        /// The run or job as it stands in the body.
        let object: [UInt8]
    }

    /// The steps of each run, in their order.
    var runs: [[Step]] = []

    /// Makes runs that happened lately, a second from step to step, at a GitHub of that address.
    init(runs count: Int, apiURL: String) throws {
        var github = SimulatedGitHub(.init(apiURL: apiURL))
        var now = SimulatedGitHubServer.now().advanced(bySeconds: -count * 16 - 60)
        let repository = try #require(RepositoryName(Self.repository))
        try github.createRepository(repository, at: now)
        try github.createHook(
            in: .repository(repository),
            url: "http://127.0.0.1/webhook",
            secret: RunningNode.secret,
            at: now
        )
        _ = github.takeDeliveries(at: now)
        for _ in 0..<count {
            var steps: [Step] = []
            let run = try github.startRun(.init(repository), at: now)
            var progress = SimulatedGitHub.Progress.blocked
            repeat {
                steps += try github.takeDeliveries(at: now).map(Step.init)
                now = now.advanced(bySeconds: 1)
                progress = try github.advance(run: run, at: now)
            } while progress != .nothing
            self.runs.append(steps)
        }
    }

    /// Every delivery, run by run.
    var steps: [Step] { self.runs.flatMap(\.self) }
}

extension Workload.Step {
    fileprivate init(_ delivery: SimulatedGitHub.OutgoingDelivery) throws {
        let event = try #require(EventName(rawValue: delivery.event))
        let read = try Delivery(event: event, body: delivery.body)
        let kind: String
        let id: Int64
        switch try #require(read.object) {
        case .run(let run): (kind, id) = ("runs", run.id)
        case .job(let job): (kind, id) = ("jobs", job.id)
        }
        self.delivery = delivery
        self.path = "/repos/\(Workload.repository)/actions/\(kind)/\(id)"
        self.object = read.objectBytes
    }
}
