import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore

/// Lets workflow runs happen at the simulated GitHub, and watches each event become visible through every node.
struct DemoPlay {
    let github: SimulatedGitHubServer
    let repository: RepositoryName
    let hookID: Int64
    let readers: [DemoReader]
    /// How long it waits before something happens: a topic that passes eight messages a second is batched.
    var pace = Duration.zero

    /// A run or a job in one state, as far as readers tell states apart.
    struct Subject: Hashable, Sendable {
        var path: String
        var status: String
        var conclusion: String?
        var attempt: Int64

        /// Whether an object shows this state.
        func isShown(by object: JSONValue) -> Bool {
            object["status"]?.string == self.status && object["conclusion"]?.string == self.conclusion
                && object["run_attempt"] == .integer(self.attempt)
        }
    }

    /// When and as what a node showed a subject.
    private struct Sighting: Sendable {
        var subject: Subject
        var reader: Int
        var milliseconds: Double
        var object: JSONValue
    }

    /// Plays one run from its start to its end and gives its number; tells each event once every node had its time.
    func play(_ plan: SimulatedGitHub.RunPlan, tell: (DemoReport.Event) -> Void) async throws -> Int64 {
        let github = self.github
        let (run, events) = try await self.step(after: []) { try await github.startRun(plan) }
        events.forEach(tell)
        try await self.playOn(run, tell: tell)
        return run
    }

    /// Runs a completed run again, to its end.
    func playAgain(_ run: Int64, tell: (DemoReport.Event) -> Void) async throws {
        let github = self.github
        let (_, events) = try await self.step(after: self.subjects(ofRun: run)) {
            try await github.rerun(run: run)
            return run
        }
        events.forEach(tell)
        try await self.playOn(run, tell: tell)
    }

    private func playOn(_ run: Int64, tell: (DemoReport.Event) -> Void) async throws {
        let github = self.github
        while true {
            let before = await self.subjects(ofRun: run)
            let (_, events) = try await self.step(after: before) {
                try await github.advance(run: run)
                return run
            }
            if events.isEmpty { return }
            events.forEach(tell)
        }
    }

    /// Lets something happen to a run, and waits until every reader sees what changed.
    private func step(
        after before: Set<Subject>,
        happen: () async throws -> Int64
    ) async throws -> (run: Int64, events: [DemoReport.Event]) {
        let logged = await self.github.deliveries(ofHook: self.hookID).count
        try await Task.sleep(for: self.pace)
        let start = ContinuousClock.now
        let run = try await happen()
        let changed = await self.subjects(ofRun: run).subtracting(before)
        let sightings = try await self.sightings(of: changed, since: start)
        await self.github.settle()
        let log = await self.github.deliveries(ofHook: self.hookID)
        // Only runs and jobs are played; what comes beside them makes nothing fresh that is read here.
        let deliveries = log.prefix(log.count - logged).reversed()
            .filter { Self.identity(of: JSONValue($0.delivery.payload)) != nil }
        return (
            run, deliveries.map { self.event($0, among: sightings, isLast: self.isLast($0, of: Array(deliveries))) }
        )
    }

    /// The run and its jobs as GitHub has them.
    private func subjects(ofRun id: Int64) async -> Set<Subject> {
        guard let run = await self.github.run(id) else { return [] }
        var subjects: Set<Subject> = [
            Subject(
                path: self.path("runs", id),
                status: run.status.rawValue,
                conclusion: run.conclusion?.rawValue,
                attempt: run.attempt.number
            )
        ]
        for job in await self.github.jobs(ofRun: id) {
            subjects.insert(
                Subject(
                    path: self.path("jobs", job.id),
                    status: job.status.rawValue,
                    conclusion: job.conclusion?.rawValue,
                    attempt: job.attempt
                )
            )
        }
        return subjects
    }

    private func sightings(of subjects: Set<Subject>, since start: ContinuousClock.Instant) async throws -> [Sighting] {
        try await withThrowingTaskGroup(of: Sighting?.self) { group in
            for subject in subjects {
                for (index, reader) in self.readers.enumerated() {
                    group.addTask {
                        guard let object = try await reader.wait(for: subject.path, until: subject.isShown) else {
                            return nil
                        }
                        let elapsed = ContinuousClock.now - start
                        return Sighting(
                            subject: subject,
                            reader: index,
                            milliseconds: elapsed / .milliseconds(1),
                            object: object
                        )
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
        }
    }

    /// One delivery with the sightings of its object.
    ///
    /// The last one of an object must be shown as it was sent, to the letter.
    private func event(
        _ logged: SimulatedGitHub.LoggedDelivery,
        among sightings: [Sighting],
        isLast: Bool
    ) -> DemoReport.Event {
        let payload = JSONValue(logged.delivery.payload)
        let object = Self.object(of: payload)
        let path = Self.identity(of: payload).map { self.path($0.kind, $0.id) }
        let fresh = self.readers.indices.map { index in
            sightings.first { $0.reader == index && $0.subject.path == path && (!isLast || $0.object == object) }?
                .milliseconds
        }
        return DemoReport.Event(
            title: Self.title(logged.delivery, object),
            status: logged.answer.status,
            answeredAfter: Double(logged.answer.milliseconds),
            freshAfter: fresh
        )
    }

    private func isLast(
        _ logged: SimulatedGitHub.LoggedDelivery,
        of deliveries: [SimulatedGitHub.LoggedDelivery]
    ) -> Bool {
        let identity = Self.identity(of: JSONValue(logged.delivery.payload))
        let last = deliveries.last { Self.identity(of: JSONValue($0.delivery.payload)) == identity }
        return last?.delivery.id == logged.delivery.id
    }

    /// What the object of a delivery is called in paths.
    private struct Identity: Equatable {
        var kind: String
        var id: Int64
    }

    private static func identity(of payload: JSONValue?) -> Identity? {
        for (event, kind) in [("workflow_run", "runs"), ("workflow_job", "jobs")] {
            if case .integer(let id)? = payload?[event]?["id"] { return Identity(kind: kind, id: id) }
        }
        return nil
    }

    private static func object(of payload: JSONValue?) -> JSONValue? {
        payload?["workflow_run"] ?? payload?["workflow_job"]
    }

    private static func title(_ delivery: SimulatedGitHub.OutgoingDelivery, _ object: JSONValue?) -> String {
        let subject =
            delivery.event == "workflow_run"
            ? "run \(object?["run_number"]?.cell ?? "")" : "  job \(object?["name"]?.cell ?? "")"
        let conclusion = object?["conclusion"]?.string.map { ": \($0)" } ?? ""
        return "\(subject) \(delivery.action ?? "")\(conclusion)"
    }

    private func path(_ kind: String, _ id: Int64) -> String {
        "/repos/\(self.repository)/actions/\(kind)/\(id)"
    }
}

extension DemoPlay {
    /// The lists that do not show the state of GitHub through every node in time, each with its reader.
    func staleLists(ofRuns runs: [Int64]) async throws -> [String] {
        let base = "/repos/\(self.repository)/actions/runs"
        var stale: [String] = []
        for path in [base] + runs.map({ "\(base)/\($0)/jobs" }) {
            guard let wanted = try await self.gitHubsAnswer(to: path) else { continue }
            for (index, reader) in self.readers.enumerated() {
                let list = try await reader.wait(for: path, mayFetch: true) { $0 == wanted }
                if list == nil { stale.append("\(path) through node \(index)") }
            }
        }
        return stale
    }

    private func gitHubsAnswer(to path: String) async throws -> JSONValue? {
        try await self.github.perform { (github, now) throws(SimulatedGitHub.Misuse) in
            let authorization = HeaderField("Authorization", "Bearer \(DemoReader.token)")
            let headers = [authorization, HeaderField("User-Agent", "hookcache-demo")]
            let request = SimulatedGitHub.Request(method: "GET", target: path, headers: headers)
            return JSONValue(github.respond(to: request, at: now).body)
        }
    }
}
