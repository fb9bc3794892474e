import CacheCore
import Foundation
import GitHubCore
import Logging
import Multiformats
import Synchronization

@testable import CacheStore

/// A directory that is gone afterwards.
func withDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

let quiet = Logger(label: "store") { _ in SwiftLogNoOpLogHandler() }

/// Opens a store, runs it, and closes it.
func withStore<Value: Sendable>(
    _ configuration: CacheStore.Configuration = CacheStore.Configuration(),
    now: @escaping @Sendable () -> Timestamp = { Fixture.start },
    _ body: (CacheStore) async throws -> Value
) async throws -> Value {
    let store = try CacheStore(configuration: configuration, logger: quiet, now: now)
    return try await running(store) { try await body(store) }
}

/// Runs a store around a body, and closes it.
func running<Value: Sendable>(_ store: CacheStore, _ body: () async throws -> Value) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await store.run() }
        let value = try await body()
        group.cancelAll()
        try await group.waitForAll()
        return value
    }
}

/// A clock that is set by hand.
final class HandClock: Sendable {
    private let moment = Mutex(Fixture.start)

    var now: Timestamp {
        get { moment.withLock { $0 } }
        set { moment.withLock { $0 = newValue } }
    }
}

/// Values to store.
enum Fixture {
    static let start = Timestamp(seconds: 1_785_578_400)
    static let repository = RepositoryName("octocat/hello-world")!

    static func delivery(
        _ id: String,
        scope: String = "octocat/hello-world",
        body: [UInt8] = Array(#"{"action":"queued"}"#.utf8)
    ) -> NewDelivery {
        NewDelivery(
            scope: scope,
            id: DeliveryID(id)!,
            event: "workflow_run",
            hookID: 7,
            receivedAt: start,
            body: body
        )
    }

    static func key(_ path: String, audience: Audience = .public) -> ResourceKey {
        ResourceKey(Representation(Resource(path)!), audience: audience)
    }

    static func runKey(_ id: Int, audience: Audience = .public) -> ResourceKey {
        key("/repos/octocat/hello-world/actions/runs/\(id)", audience: audience)
    }

    /// A body that compresses well and differs by its number.
    static func body(_ number: Int, size: Int = 2000) -> Body {
        let text = #"{"id":\#(number),"name":"build"}"#
        return Body(Array(text.utf8) + Array(repeating: 0x20, count: max(0, size - text.utf8.count)))
    }

    /// Bytes that do not compress, the same every time.
    static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    static func entry(_ key: ResourceKey, _ body: Body, freshFor seconds: Int = 60) -> Entry {
        Entry(
            key: key,
            cid: body.cid,
            size: body.bytes.count,
            headers: EntryHeaders(etag: "\"abc\"", link: "<https://api.github.com/x>; rel=\"next\""),
            validatedAt: start,
            freshUntil: start.advanced(bySeconds: seconds),
            source: .webhook
        )
    }

    static func put(_ key: ResourceKey, _ body: Body) -> Change { .put(entry(key, body), body) }

    static func putRun(_ id: Int) -> Change { put(runKey(id), body(id)) }

    static func runState(_ id: Int64, seenAt: Timestamp = start, cid: CID = body(1).cid) -> ObjectState {
        ObjectState(
            id: ObjectID(repository: repository, kind: .run, id: id),
            version: .run(RunVersion(attempt: 2, isCompleted: true, updatedAt: start, deliveredAt: start)),
            cid: cid,
            authority: .github,
            seenAt: seenAt,
            runID: id,
            status: "completed",
            labels: [],
            isPrivate: true
        )
    }

    static func jobState(_ id: Int64) -> ObjectState {
        ObjectState(
            id: ObjectID(repository: repository, kind: .job, id: id),
            version: .job(
                JobVersion(
                    isCompleted: false,
                    isRunning: true,
                    status: "in_progress",
                    startedAt: start,
                    completedAt: Timestamp(milliseconds: 0),
                    stepsCompleted: 2,
                    stepsStarted: 3,
                    deploymentUpdatedAt: nil,
                    deliveredAt: start
                )
            ),
            cid: body(Int(id)).cid,
            authority: .webhook,
            seenAt: start,
            runID: 1,
            status: "in_progress",
            labels: ["self-hosted", "a \"quoted\" label"],
            isPrivate: false
        )
    }
}
