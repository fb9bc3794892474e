import AsyncHTTPClient
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Logging
import NIOCore
import NIOHTTP1

/// Starts the fleet, lets things happen, and tells what it saw.
struct Performance {
    private static let repository = "octo-fleet/app"
    private static let patience = Duration.seconds(30)
    /// The node that is dialled by all others.
    private static let bootstrap = 0
    /// The node that GitHub delivers to.
    private static let receiver = 1

    private let plan: Plan
    private let github: SimulatedGitHubServer
    private let crews: [CrewProcess]
    private let sights: Sights
    private var living: [Int]
    private var receiverPort = 0

    /// Runs it all; false where a promise is not kept.
    static func run(_ plan: Plan) async throws -> Bool {
        let root = FileManager.default.temporaryDirectory.appending(path: "fleet-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: root) }
        var logger = Logger(label: "fleet")
        logger.logLevel = .critical
        let github = SimulatedGitHubServer(logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await github.run() }
            guard let repository = RepositoryName(Self.repository) else { return false }
            try await github.createRepository(repository)
            await github.createToken(Crew.token, grants: [.admin(repository)])
            let url = try await github.url()
            let members = try (0..<plan.nodes).map {
                try NodeIdentity.peerID(inDirectory: root.appending(path: "\($0)").path)
            }
            let sights = Sights()
            let count = (plan.nodes + plan.perProcess - 1) / plan.perProcess
            let crews = try (0..<count).map { _ in try CrewProcess([root.path, url] + members, sights: sights) }
            defer { for crew in crews { crew.end() } }
            var performance = Performance(
                plan: plan,
                github: github,
                crews: crews,
                sights: sights,
                living: Array(0..<plan.nodes)
            )
            let isGood = try await performance.perform()
            group.cancelAll()
            return isGood
        }
    }

    private init(plan: Plan, github: SimulatedGitHubServer, crews: [CrewProcess], sights: Sights, living: [Int]) {
        self.plan = plan
        self.github = github
        self.crews = crews
        self.sights = sights
        self.living = living
    }

    private mutating func perform() async throws -> Bool {
        try await self.start()
        try await self.idle()
        let before = try await self.look()
        let usage = try await self.usage()
        let healthy = try await self.happen(killing: [])
        self.tell(usage: try await self.usage() - usage, events: healthy.events)
        let copies = Self.tellCopies(before, try await self.look())
        healthy.tell("all \(self.living.count) nodes")
        guard self.plan.killed > 0 else { return healthy.isWhole && healthy.isQuick && copies <= Self.copiesPromised }
        let doomed = self.living.filter { $0 != Self.receiver }.shuffled().prefix(self.plan.killed)
        let wounded = try await self.happen(killing: Array(doomed))
        wounded.tell("\(doomed.count) killed at random meanwhile, the other \(self.living.count)")
        return healthy.isWhole && healthy.isQuick && copies <= Self.copiesPromised && wounded.isWhole
    }

    /// How often a node may receive a message, on average.
    private static let copiesPromised = 4.0

    private func crew(of node: Int) -> CrewProcess { self.crews[node / self.plan.perProcess] }

    private func members(of crew: Int) -> Int { self.living.count { $0 / self.plan.perProcess == crew } }

    // MARK: The fleet

    private mutating func start() async throws {
        let start = ContinuousClock.now
        var address = ""
        for node in 0..<self.plan.nodes {
            let answer = try await self.crew(of: node).order("start \(node) \(address)").first ?? []
            guard answer.count == 3 else { throw CrewProcess.Failed(description: "node \(node) does not listen") }
            if node == Self.bootstrap { address = String(answer[1]) }
            if node == Self.receiver { self.receiverPort = Int(answer[2]) ?? 0 }
        }
        for (index, crew) in self.crews.enumerated() {
            _ = try await crew.order("read /repos/\(Self.repository)/actions/runs", answers: self.members(of: index))
        }
        let wanted = min(4, self.plan.nodes - 1)
        let deadline = ContinuousClock.now + Self.patience
        var looks = try await self.look()
        while looks.contains(where: { $0.followers < wanted }), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(200))
            looks = try await self.look()
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print(
            "\(self.plan.nodes) nodes in \(self.crews.count) processes, joined by one address in "
                + String(format: "%.1f s", seconds)
        )
        // What was opened to find one another closes again.
        try await Task.sleep(for: .seconds(self.plan.settle))
        let connected = try await self.look().map(\.connected).sorted()
        print(
            "connections of a node: \(connected.first ?? 0) at least, \(connected[connected.count / 2]) median, "
                + "\(connected.last ?? 0) at most"
        )
    }

    private struct Look {
        let connected: Int
        let followers: Int
        /// Messages that came, each as often as it came.
        let copies: Int
        /// Messages that were new.
        let messages: Int
    }

    private func look() async throws -> [Look] {
        var looks: [Look] = []
        for (index, crew) in self.crews.enumerated() where self.members(of: index) > 0 {
            for words in try await crew.order("look \(Self.repository)", answers: self.members(of: index)) {
                let numbers = words.compactMap { Int($0) }
                guard numbers.count == 5 else { continue }
                looks.append(
                    Look(connected: numbers[1], followers: numbers[2], copies: numbers[3], messages: numbers[4])
                )
            }
        }
        return looks
    }

    /// Copies of each message that a node received, on average.
    private static func tellCopies(_ before: [Look], _ after: [Look]) -> Double {
        let all = zip(before, after).map { Double($1.copies - $0.copies) / Double(max(1, $1.messages - $0.messages)) }
        let sum = { (looks: [Look]) in (looks.reduce(0) { $0 + $1.copies }, looks.reduce(0) { $0 + $1.messages }) }
        let copies = sum(after).0 - sum(before).0
        let messages = sum(after).1 - sum(before).1
        let average = Double(copies) / Double(max(1, messages))
        print(String(format: "copies of a message: %.2f a node on average, %.2f at most", average, all.max() ?? 0))
        return average
    }

    private func usage() async throws -> Usage {
        var sum = Usage()
        for crew in self.crews {
            guard let usage = Usage(words: try await crew.order("usage").first ?? []) else { continue }
            sum = sum + usage
        }
        return sum
    }

    private func idle() async throws {
        guard self.plan.idle > 0 else { return }
        let before = try await self.usage()
        try await Task.sleep(for: .seconds(self.plan.idle))
        let used = try await self.usage() - before
        let nodes = Double(self.living.count)
        let time = nodes * Double(self.plan.idle)
        print(
            String(
                format: "idle: %.1f MiB a node; a second of it takes %.2f ms of a processor and %.1f wakeups",
                Double(used.memory) / 1024 / nodes,
                used.processor / time,
                Double(used.sleeps) / time
            )
        )
    }

    private func tell(usage: Usage, events: Int) {
        let each = Double(self.living.count * max(1, events))
        print(
            String(
                format: "an event takes %.2f ms of a processor and %.1f wakeups a node; %.1f MiB a node",
                usage.processor / each,
                Double(usage.sleeps) / each,
                Double(usage.memory) / 1024 / Double(self.living.count)
            )
        )
    }

    // MARK: Events

    /// Lets runs happen, and kills nodes meanwhile.
    private mutating func happen(killing doomed: [Int]) async throws -> Freshness {
        guard let repository = RepositoryName(Self.repository) else { return Freshness() }
        let hook = try await self.github.createHook(
            in: .repository(repository),
            url: "http://127.0.0.1:9/webhook",
            secret: Crew.secret
        )
        // This program sends them itself, to know the moment of each.
        await self.github.setDeliveryFault(.failed)
        var doomed = doomed
        let share = max(1, doomed.count / max(1, self.plan.runs))
        var sent: [(event: Sights.Event, moment: Int)] = []
        for _ in 0..<self.plan.runs {
            let run = try await self.github.startRun(.init(repository))
            try await self.github.finish(run: run)
            let log = await self.github.deliveries(ofHook: hook).reversed().map(\.delivery)
            for delivery in log {
                guard let event = Self.event(delivery), event.path.contains("/"),
                    !sent.contains(where: { $0.event == event })
                else { continue }
                sent.append((event, Moment.now))
                try await self.post(delivery)
                for node in doomed.prefix(share) {
                    _ = try await self.crew(of: node).order("kill \(node)")
                    self.living.removeAll { $0 == node }
                }
                doomed.removeFirst(min(share, doomed.count))
                try await Task.sleep(for: .milliseconds(self.plan.pace))
            }
        }
        return try await self.gather(sent)
    }

    /// Waits until all that live show all that was sent.
    private func gather(_ sent: [(event: Sights.Event, moment: Int)]) async throws -> Freshness {
        let deadline = ContinuousClock.now + Self.patience
        var freshness = Freshness()
        repeat {
            freshness = Freshness(events: sent.count)
            for (event, moment) in sent {
                let moments = self.sights.moments(of: event)
                for node in self.living {
                    if let seen = moments[node] {
                        freshness.milliseconds.append(Double(seen - moment) / 1_000_000)
                    } else {
                        freshness.missing += 1
                    }
                }
            }
            if freshness.missing == 0 { break }
            try await Task.sleep(for: .milliseconds(100))
        } while ContinuousClock.now < deadline
        return freshness
    }

    private static func event(_ delivery: SimulatedGitHub.OutgoingDelivery) -> Sights.Event? {
        guard let payload = try? JSONObject(JSONSlices(delivery.payload)) else { return nil }
        for (name, kind) in [("workflow_run", "runs"), ("workflow_job", "jobs")] {
            guard delivery.event == name, let object = payload.object(name), let id = object.integer("id"),
                let status = object.string("status")
            else { continue }
            return Sights.Event(path: "/repos/\(Self.repository)/actions/\(kind)/\(id)", status: status)
        }
        return nil
    }

    private func post(_ delivery: SimulatedGitHub.OutgoingDelivery) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(self.receiverPort)/webhook")
        request.method = .POST
        request.headers = HTTPHeaders(delivery.headers.map { ($0.name, $0.value) })
        request.body = .bytes(delivery.body)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        guard response.status == .accepted else {
            throw CrewProcess.Failed(description: "a delivery was answered with \(response.status)")
        }
    }
}

/// How soon events were fresh on every node.
struct Freshness {
    /// The 99th percentile that is promised, in milliseconds.
    private static let promise = 250.0

    var events = 0
    /// From the sending of a delivery to the moment when a node showed it, over all nodes.
    var milliseconds: [Double] = []
    /// Pairs of an event and a node that did not come together.
    var missing = 0

    var isWhole: Bool { self.missing == 0 && !self.milliseconds.isEmpty }

    var isQuick: Bool { self.percentile(0.99) < Self.promise }

    func tell(_ who: String) {
        let figures = String(
            format: "median %.1f ms, 99th percentile %.1f ms, most %.1f ms",
            self.percentile(0.5),
            self.percentile(0.99),
            self.percentile(1)
        )
        print("\(who): \(self.events) events, from the delivery to fresh: \(figures); \(self.missing) not shown")
    }

    private func percentile(_ part: Double) -> Double {
        let sorted = self.milliseconds.sorted()
        guard !sorted.isEmpty else { return .infinity }
        return sorted[Int((Double(sorted.count - 1) * part).rounded())]
    }
}
