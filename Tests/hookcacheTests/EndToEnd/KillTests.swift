import Foundation
import GitHubSimulator
import GitHubSimulatorCore
import Synchronization
import Testing

@testable import hookcache

/// What was answered 202 is on disk: the program is killed under load, and what it acknowledged is read from the next one.
@Suite(.serialized) struct KillTests {
    /// Acknowledgements after which the node is killed, round by round.
    static let rounds = [25, 90, 180, 300]
    /// Clients that deliver at the same time.
    static let clients = 6

    @Test(.timeLimit(.minutes(10))) func whatWasAcknowledgedOutlivesAKill() async throws {
        try await SimulatedGitHubServer.withServer { github, url in
            // Whatever is read comes from deliveries alone.
            await github.addFault(.reset)
            try await TemporaryFolder.with { folder in
                // A run is nine deliveries; some are left when the last round is cut off.
                let workload = try Workload(runs: 150, apiURL: url)
                var runs = workload.runs[...]
                let book = AcknowledgedBook(workload)
                var node = try await RunningNode.start(in: folder, ["GITHUB_API_URL": url])
                for threshold in Self.rounds {
                    let share = runs.prefix(threshold / 9 + Self.clients * 2)
                    runs = runs.dropFirst(share.count)
                    try await Self.load(node, with: Array(share), killAfter: threshold, book)
                    #expect(try await node.end() == SIGKILL)
                    node = try await RunningNode.start(in: folder, ["GITHUB_API_URL": url])
                    try await Self.check(book, on: node, upstream: url)
                    try await Self.checkThatItIsADuplicate(book, on: node)
                }
                #expect(try await node.stop() == 0)
                #expect(book.count >= Self.rounds.reduce(0, +))
            }
        }
    }

    /// Delivers run by run from several clients, each run in its order, and kills the node in the middle.
    private static func load(
        _ node: RunningNode,
        with runs: [[Workload.Step]],
        killAfter threshold: Int,
        _ book: AcknowledgedBook
    ) async throws {
        let start = book.count
        await withDiscardingTaskGroup { group in
            for client in 0..<Self.clients {
                group.addTask {
                    for index in stride(from: client, to: runs.count, by: Self.clients) {
                        for step in runs[index] {
                            // No answer is what a killed node gives.
                            guard let answer = try? await node.deliver(step.delivery) else { return }
                            #expect(answer.status == 202)
                            if book.acknowledge(step) - start == threshold { node.strike() }
                        }
                    }
                }
            }
        }
        #expect(book.count - start >= threshold, "the node was gone before it was killed")
    }

    /// Every run and job of an acknowledged delivery is served as that delivery or a later one has it.
    private static func check(_ book: AcknowledgedBook, on node: RunningNode, upstream: String) async throws {
        for (path, allowed) in book.allowed {
            // What happened half an hour ago is served as that old.
            let answer = try await node.stored(path, ofAnyAge: true)
            #expect(answer.status == 200, "\(path) is lost")
            let states = allowed.map {
                String(decoding: $0, as: UTF8.self).replacingOccurrences(of: upstream, with: node.apiURL)
            }
            #expect(states.contains(String(decoding: answer.body, as: UTF8.self)), "\(path) is older than acknowledged")
            #expect(answer.cacheStatus.contains("detail=webhook"))
        }
    }

    private static func checkThatItIsADuplicate(_ book: AcknowledgedBook, on node: RunningNode) async throws {
        let step = try #require(book.latest)
        let answer = try await node.deliver(step.delivery)
        #expect(answer.status == 202)
        #expect(answer.json?["status"]?.string == "duplicate")
    }
}

/// Which deliveries got their 202.
private final class AcknowledgedBook: Sendable {
    private struct Content {
        /// By path, the place of the newest acknowledged state among all of that run or job.
        var newest: [String: Int] = [:]
        var count = 0
        var latest: Workload.Step?
    }

    /// By path, the states of a run or job in their order.
    private let states: [String: [[UInt8]]]
    private let content = Mutex(Content())

    init(_ workload: Workload) {
        self.states = Dictionary(grouping: workload.steps, by: \.path).mapValues { $0.map(\.object) }
    }

    /// How many there are.
    var count: Int { self.content.withLock { $0.count } }

    /// The last one that was noted.
    var latest: Workload.Step? { self.content.withLock { $0.latest } }

    /// Notes one, and gives their number.
    func acknowledge(_ step: Workload.Step) -> Int {
        let place = self.states[step.path]?.firstIndex(of: step.object) ?? 0
        return self.content.withLock { content in
            content.newest[step.path] = max(content.newest[step.path] ?? 0, place)
            content.latest = step
            content.count += 1
            return content.count
        }
    }

    /// By path, the states that may be served: the newest acknowledged and those after it.
    var allowed: [(path: String, states: [[UInt8]])] {
        self.content.withLock { $0.newest }.map { path, place in
            (path, Array((self.states[path] ?? []).dropFirst(place)))
        }
    }
}
