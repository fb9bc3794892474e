import CacheCore
import GitHubCore
import Testing

/// Which stored answers are asked for again to see whether events tell everything.
struct AuditSampleTests {
    private static let base = "/repos/o/r/actions"

    private static func entry(
        _ path: String,
        status: Int = 200,
        standing: Standing = .sound,
        body: String = "{}"
    ) throws -> (Entry, Body) {
        let stored = Body(Array(body.utf8))
        let entry = Entry(
            key: ResourceKey(Representation(try #require(Resource("\(base)/\(path)"))), audience: .public),
            status: status,
            cid: stored.cid,
            size: stored.bytes.count,
            validatedAt: Timestamp(seconds: 0),
            freshUntil: Timestamp(seconds: 60),
            source: .upstream,
            standing: standing
        )
        return (entry, stored)
    }

    private static func paths(_ sample: AuditSample) -> [String] {
        sample.candidates.map { String($0.key.resource.path.dropFirst(base.count + 1)) }
    }

    @Test func aListOfRunsIsTakenWhereThereIsOne() throws {
        let entries = try ["runs/7", "runs", "workflows/1/runs", "jobs/9", "workflows"].map { try Self.entry($0).0 }
        #expect(Set(Self.paths(AuditSample(of: entries, chance: 0, atMost: 16))) == ["runs", "workflows/1/runs"])
        let list = try Self.entry("runs").0
        #expect(AuditSample.tells(list, nil), "a list shows every run, whatever it says")
    }

    @Test func withoutAListWhatEventsAloneChangeIsTaken() throws {
        let entries = try ["workflows", "runs/7", "jobs/9", "runs/7/artifacts"].map { try Self.entry($0).0 }
        #expect(Set(Self.paths(AuditSample(of: entries, chance: 0, atMost: 16))) == ["runs/7", "jobs/9"])
    }

    @Test func whatMovesUnannouncedShowsNothing() throws {
        let (running, steps) = try Self.entry("jobs/9", body: #"{"id":9,"status":"in_progress"}"#)
        #expect(!AuditSample.tells(running, steps))
        let (queued, waits) = try Self.entry("jobs/9", body: #"{"id":9,"status":"queued"}"#)
        #expect(AuditSample.tells(queued, waits))
        #expect(!AuditSample.tells(queued, nil), "nor what cannot be read")
    }

    @Test func whatIsInDoubtAnywayIsNoSample() throws {
        let entries = [
            try Self.entry("runs", standing: .unconfirmed).0, try Self.entry("runs?page=2", standing: .invalid).0,
            try Self.entry("runs?page=3", status: 404).0,
        ]
        #expect(AuditSample(of: entries, chance: 0.5, atMost: 16).candidates.isEmpty)
        #expect(AuditSample(of: [], chance: 0.5, atMost: 16).candidates.isEmpty)
    }

    @Test func chanceSettlesWhichComesFirst() throws {
        let entries = try (1...4).map { try Self.entry("runs?page=\($0)").0 }
        let first = [0, 0.3, 0.6, 0.99, 1].map { Self.paths(AuditSample(of: entries, chance: $0, atMost: 2)) }
        let pages = Self.paths(AuditSample(of: entries, chance: 0, atMost: 4))
        #expect(pages.count == 4)
        #expect(first == [0, 1, 2, 3, 3].map { [pages[$0], pages[($0 + 1) % 4]] })
    }
}
