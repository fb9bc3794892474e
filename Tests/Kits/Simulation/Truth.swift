package import CacheCore
import CacheWorld
package import GitHubCore
package import GitHubSimulatorCore

/// What is true: a simulated GitHub, and every state that each of its runs and jobs was ever in, in order.
///
/// The place of a state among them is its revision. It is counted as things happen, never computed from stamps: what the
/// program makes of stamps is held against it.
package struct Truth: Sendable {
    /// The repository of the story.
    package static let repository = RepositoryName("octo-tools/hello-ci")!
    /// When it begins.
    package static let start = Timestamp(rfc3339: "2026-08-01T10:00:00Z")!
    /// The node's credential.
    package static let token = "node"

    /// GitHub as it is now.
    package var github: SimulatedGitHub
    /// The runs of the story, the oldest first.
    package private(set) var runs: [Int64] = []

    private var lives: [Subject: [State]] = [:]

    /// A state, and its rank in time: what only lists other pull requests is as old as what it was before.
    private struct State {
        let sight: Sight
        let rank: Int
    }

    /// What becomes of a GitHub from now on.
    package init(_ github: SimulatedGitHub) { self.github = github }

    /// A GitHub with one repository.
    package init(seed: UInt64, lag: Int64) throws {
        github = SimulatedGitHub(
            .init(seed: seed, callsPerHour: 1_000_000, pointsPerMinute: 1_000_000, listLag: lag)
        )
        github.createAccount("octocat", at: Self.start)
        try github.createRepository(Self.repository, at: Self.start)
        github.createToken(Self.token, grants: [.everything], at: Self.start)
    }

    /// Registers the webhook of the repository.
    package mutating func hook(events: [String] = ["workflow_run", "workflow_job"]) throws -> SimulatedGitHub.Hook {
        let hook = try github.createHook(
            in: .repository(Self.repository),
            url: "https://node.example/",
            secret: "s",
            events: events,
            at: Self.start
        )
        _ = github.takeDeliveries(at: Self.start)
        return hook
    }

    /// Lets something happen, and gives what GitHub sends of it.
    package mutating func act(
        at now: Timestamp,
        _ action: (inout SimulatedGitHub) throws -> Void
    ) rethrows -> [SimulatedGitHub.OutgoingDelivery] {
        try action(&github)
        let sent = github.takeDeliveries(at: now)
        for delivery in sent {
            // Several states may be of one moment: each is told as it was.
            if let sight = Letter(delivery).sight { note(sight) }
        }
        return sent
    }

    /// Notes the states of a run and of its jobs as they are now.
    package mutating func note(run id: Int64, at now: Timestamp) {
        if !runs.contains(id) { runs.append(id) }
        guard let run = github.run(id) else { return }
        note(.run(id), at: now)
        for attempt in run.attempts {
            note(.attempt(id, attempt.number), at: now)
            for job in attempt.jobIDs { note(.job(job), at: now) }
        }
    }

    private mutating func note(_ subject: Subject, at now: Timestamp) {
        note(Sight(subject, body(subject.path, at: now)))
    }

    private mutating func note(_ sight: Sight) {
        let last = lives[sight.subject]?.last
        guard last?.sight.cid != sight.cid else { return }
        let rank = last.map { $0.sight.bare == sight.bare ? $0.rank : $0.rank + 1 } ?? 0
        lives[sight.subject, default: []].append(State(sight: sight, rank: rank))
    }

    private func body(_ path: String, at now: Timestamp) -> [UInt8] {
        var copy = github
        let target = "/repos/\(Self.repository.canonical)/actions/\(path)"
        return copy.respond(to: .get(target, token: Self.token), at: now).body
    }

    /// Which states of something a sight is, in order; none where it never was in such a state.
    package func revisions(of sight: Sight) -> [Int] {
        guard let states = lives[sight.subject] else { return [] }
        return states.indices.filter { index in
            let state = states[index].sight
            return sight.isBare ? state.bare == sight.bare : state.cid == sight.cid
        }
    }

    /// The ranks in time of the states that a sight is, whatever its pull requests are.
    package func ranks(of sight: Sight) -> [Int] {
        (lives[sight.subject] ?? []).filter { $0.sight.bare == sight.bare }.map(\.rank)
    }

    /// The revision that something is at now, or nil for what never was.
    package func latest(_ subject: Subject) -> Int? { lives[subject].map { $0.count - 1 } }

    /// Whether something last changed in a way that no event tells: in its pull requests alone.
    package func isSilent(_ subject: Subject) -> Bool {
        guard let states = lives[subject], states.count > 1 else { return false }
        return states[states.count - 1].rank == states[states.count - 2].rank
    }

    /// Whether something has not been deleted.
    package func isThere(_ subject: Subject) -> Bool {
        switch subject {
        case .run(let id), .attempt(let id, _): github.run(id) != nil
        case .job(let id): github.job(id) != nil
        }
    }

    /// Everything that has a state.
    package var subjects: some Collection<Subject> { lives.keys }

    /// Answers a request as GitHub does at a moment.
    package mutating func respond(to request: SimulatedGitHub.Request, at now: Timestamp) -> SimulatedGitHub.Response {
        github.respond(to: request, at: now)
    }

    /// Answers a question of the node as GitHub does at a moment.
    package mutating func answer(_ request: OriginRequest, at now: Timestamp) -> OriginResult {
        github.answer(request, token: Self.token, at: now)
    }

    /// Writes into the webhook's log how a delivery was received.
    package mutating func record(status: Int?, of delivery: SimulatedGitHub.OutgoingDelivery, at now: Timestamp) {
        github.record(.init(status: status), of: delivery, at: now)
    }

    /// What readers may ask for: each list in several forms, each run, its attempts and its jobs.
    package var paths: [String] {
        let all = "/repos/\(Self.repository.canonical)/actions"
        var paths = [
            "\(all)/runs", "\(all)/runs?status=queued", "\(all)/runs?status=in_progress",
            "\(all)/runs?status=completed", "\(all)/runs?status=waiting", "\(all)/runs?branch=main",
            "\(all)/workflows/ci.yml/runs", "\(all)/runs?per_page=1", "\(all)/runs?page=2&per_page=1",
            "\(all)/runs?per_page=1&status=completed", "\(all)/runs?exclude_pull_requests=true",
        ]
        for id in runs {
            let run = "\(all)/runs/\(id)"
            paths += [
                run, "\(run)?exclude_pull_requests=true", "\(run)/jobs", "\(run)/jobs?filter=all",
                "\(run)/jobs?per_page=1",
            ]
            for attempt in github.run(id)?.attempts ?? [] {
                paths += ["\(run)/attempts/\(attempt.number)", "\(run)/attempts/\(attempt.number)/jobs"]
                paths += attempt.jobIDs.map { "\(all)/jobs/\($0)" }
            }
        }
        return paths
    }
}
