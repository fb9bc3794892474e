import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import Testing

@testable import CacheNode

/// The inbox under stress: what cannot be worked off blocks nothing.
@Suite(.timeLimit(.minutes(1)))
struct NodeInboxTests {
    private static let count = 300

    private func inDirectory(_ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    /// Lets the store run, and the node not: what is accepted is not done.
    private func accepting(_ world: NodeWorld, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await world.store.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func accept(_ ids: some Sequence<Int>, in world: NodeWorld) async {
        for id in ids {
            let request = NodeWorld.request("workflow_run", NodeIntakeTests.run(id), id: "d\(id)")
            #expect(await world.node.accept(request) == .accepted(DeliveryID("d\(id)")!))
        }
    }

    /// What another version may have taken, or a disk has spoilt.
    private func acceptGarbage(_ id: Int, in world: NodeWorld) async throws {
        let row = NewDelivery(
            scope: "*",
            id: try #require(DeliveryID("d\(id)")),
            event: "workflow_run",
            hookID: nil,
            receivedAt: world.clock.now,
            body: Array("{".utf8)
        )
        _ = try await world.store.insert(row)
    }

    private func unknown(in world: NodeWorld) -> [Int] {
        (1...Self.count).filter { run in
            world.store.state(ObjectID(repository: NodeWorld.hello, kind: .run, id: Int64(run))) == nil
        }
    }

    @Test func oneThatCannotBeReadIsSetAsideAndShownAndTheOthersAreDone() async throws {
        try await inDirectory { directory in
            let first = try NodeWorld(directory: directory)
            try await accepting(first) {
                await accept(1...149, in: first)
                try await acceptGarbage(150, in: first)
                await accept(151...Self.count, in: first)
            }
            let second = try NodeWorld(directory: directory, after: first)
            second.origin.setDown(true)
            try await second.running {
                #expect(await second.read("\(NodeWorld.runs())/1", .anonymous).status == 200)
                #expect(second.node.readiness() == nil && second.store.pendingCount == 0)
                #expect(unknown(in: second) == [150])
                let shown = try await second.node.deliveries(of: nil, failedOnly: true, limit: 10)
                #expect(shown.map(\.guid.text) == ["d150"] && shown.map(\.here) == [.failed])
                #expect(shown.map(\.reason) == ["the body cannot be read again"])
                // Given again, it is taken.
                await accept([150], in: second)
                for _ in 0..<10_000 where second.store.pendingCount > 0 { try? await Task.sleep(for: .milliseconds(1)) }
                #expect(unknown(in: second).isEmpty)
                #expect(try await second.node.deliveries(of: nil, failedOnly: true, limit: 10).isEmpty)
            }
        }
    }

    @Test func oneThatEndsTheProcessIsSetAsideAndShownAndTheOthersAreDone() async throws {
        try await inDirectory { directory in
            let first = try NodeWorld(directory: directory)
            try await accepting(first) {
                await accept(1...Self.count, in: first)
                // As starts leave it that end at the same delivery: in a large portion, in a small one, and by itself.
                let rows = try await first.store.pending(after: nil, limit: Self.count).map(\.inboxID)
                try await first.store.begin(rows)
                try await first.store.begin(Array(rows[144..<160]))
                try await first.store.begin([rows[149]])
            }
            let second = try NodeWorld(directory: directory, after: first)
            second.origin.setDown(true)
            try await second.running {
                #expect(await second.read("\(NodeWorld.runs())/1", .anonymous).status == 200)
                #expect(second.store.pendingCount == 0)
                #expect(unknown(in: second) == [150])
                let shown = try await second.node.deliveries(of: nil, failedOnly: true, limit: 10)
                #expect(shown.map(\.guid.text) == ["d150"])
                #expect(shown.first?.reason?.contains("the node stopped") == true)
            }
        }
    }

    /// The process ends in the middle of what is done again.
    @Test func whatIsDoneAgainIsOnDiskAsBegunFirst() async throws {
        try await inDirectory { directory in
            let first = try NodeWorld(directory: directory)
            try await accepting(first) { await accept(1...Self.count, in: first) }
            let second = try NodeWorld(directory: directory, after: first)
            let copy = "\(directory)-crashed"
            defer { try? FileManager.default.removeItem(atPath: copy) }
            second.neighbours.onTold {
                if !FileManager.default.fileExists(atPath: copy) {
                    try? FileManager.default.copyItem(atPath: directory, toPath: copy)
                }
            }
            try await second.running {
                _ = await second.read(NodeWorld.runs())
                let third = try NodeWorld(directory: copy, after: second)
                try await accepting(third) {
                    let open = try await third.store.pending(after: nil, limit: Self.count)
                    #expect(open.count > 250)
                    #expect(open.prefix(200).allSatisfy { $0.attempts == 1 })
                }
            }
        }
    }
}
