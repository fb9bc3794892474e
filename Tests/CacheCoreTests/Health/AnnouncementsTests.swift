import CacheCore
import GitHubCore
import Multiformats
import Testing

struct AnnouncementsTests {
    private static let repository = RepositoryName("o/r")!
    private static let start = Timestamp(rfc3339: "2026-08-01T10:00:00Z")!
    private static let id = ObjectID(repository: repository, kind: .run, id: 7)

    private static func at(_ seconds: Int) -> Timestamp { start.advanced(bySeconds: seconds) }

    static func run(
        _ status: String,
        attempt: Int = 1,
        conclusion: String? = nil,
        createdAt: Timestamp = at(10),
        updatedAt: Timestamp = at(20)
    ) throws -> WorkflowObject {
        let text = """
            {"id":7,"run_attempt":\(attempt),"status":"\(status)","conclusion":\(conclusion.map { "\"\($0)\"" } ?? "null"),
            "created_at":"\(createdAt.rfc3339)","updated_at":"\(updatedAt.rfc3339)"}
            """
        return .run(try #require(WorkflowRun(JSONObject(Array(text.utf8)))))
    }

    static func job(_ status: String, startedAt: Timestamp = at(20), completedAt: Timestamp? = nil) throws
        -> WorkflowObject
    {
        let text = """
            {"id":9,"run_id":7,"status":"\(status)","created_at":"\(at(10).rfc3339)","started_at":"\(startedAt.rfc3339)",
            "completed_at":\(completedAt.map { "\"\($0.rfc3339)\"" } ?? "null")}
            """
        return .job(try #require(WorkflowJob(JSONObject(Array(text.utf8)))))
    }

    static func state(_ object: WorkflowObject) -> ObjectState {
        ObjectState(
            id: ObjectID(repository: repository, kind: object.kind, id: object.id),
            version: ObjectVersion(object),
            cid: CID(hashing: [1]),
            authority: .webhook,
            seenAt: start,
            runID: 7,
            status: object.status ?? "",
            labels: [],
            isPrivate: false
        )
    }

    private static func isAnnounced(_ object: WorkflowObject, after held: WorkflowObject? = nil, since: Int = 0) -> Bool
    {
        Announcements.isAnnounced(object, held: held.map(state), since: at(since))
    }

    @Test func aStepForwardIsAnnounced() throws {
        let steps = [try Self.run("queued"), try Self.run("in_progress"), try Self.run("completed")]
        for (later, object) in steps.enumerated() {
            #expect(Self.isAnnounced(object))
            for (earlier, held) in steps.enumerated() {
                #expect(Self.isAnnounced(object, after: held) == (later > earlier))
            }
        }
        let jobs = [
            try Self.job("queued"), try Self.job("in_progress"), try Self.job("completed", completedAt: Self.at(30)),
        ]
        for (later, object) in jobs.enumerated() {
            #expect(Self.isAnnounced(object))
            for (earlier, held) in jobs.enumerated() {
                #expect(Self.isAnnounced(object, after: held) == (later > earlier))
            }
        }
    }

    @Test func whatMovesUnannouncedDoesNotCount() throws {
        // Its stamp, what it waits for, and steps.
        let running = try Self.run("in_progress")
        #expect(!Self.isAnnounced(try Self.run("in_progress", updatedAt: Self.at(500)), after: running))
        #expect(!Self.isAnnounced(try Self.run("waiting"), after: running))
        #expect(!Self.isAnnounced(try Self.run("pending"), after: try Self.run("queued")))
        // A run that fails before it starts, and one that is queued once more.
        #expect(!Self.isAnnounced(try Self.run("completed", conclusion: "startup_failure")))
        let over = try Self.run("completed", conclusion: "failure")
        #expect(!Self.isAnnounced(try Self.run("queued", attempt: 2), after: over))
        #expect(Self.isAnnounced(try Self.run("in_progress", attempt: 2), after: over))
        #expect(Self.isAnnounced(try Self.run("completed", attempt: 2), after: over))
        #expect(!Self.isAnnounced(over, after: try Self.run("queued", attempt: 2)))
    }

    @Test func whatChangedBeforeEventsWereExpectedMayHaveBeenToldToNobody() throws {
        #expect(!Self.isAnnounced(try Self.run("queued"), since: 10))
        #expect(Self.isAnnounced(try Self.run("queued"), since: 9))
        #expect(!Self.isAnnounced(try Self.run("completed"), since: 20))
        #expect(Self.isAnnounced(try Self.run("completed"), since: 19))
        #expect(!Self.isAnnounced(try Self.job("in_progress"), since: 20))
        #expect(!Self.isAnnounced(try Self.job("completed", completedAt: Self.at(30)), since: 30))
        #expect(Self.isAnnounced(try Self.job("completed", completedAt: Self.at(30)), since: 29))
    }

    @Test func anEventMayTakeItsTimeAndIsOverdueAfterThat() throws {
        var announcements = Announcements()
        let over = Phase(try Self.run("completed"))
        announcements.saw(Self.id, over, at: Self.start)
        #expect(announcements.isWaiting && !announcements.isOverdue)
        #expect(announcements.lapse(at: Self.at(59)) == false)
        // An earlier one announces only what it tells.
        announcements.announced(Self.id, Phase(try Self.run("in_progress")))
        #expect(announcements.isWaiting)
        #expect(announcements.lapse(at: Self.at(60)) == true)
        #expect(announcements.isOverdue && !announcements.isWaiting)
        #expect(announcements.lapse(at: Self.at(61)) == false)
        // It comes all the same.
        announcements.announced(Self.id, over)
        #expect(!announcements.isOverdue)
    }

    @Test func aLaterStepAnnouncesTheEarlierOnes() throws {
        var announcements = Announcements()
        announcements.saw(Self.id, Phase(try Self.run("in_progress")), at: Self.start)
        announcements.announced(Self.id, Phase(try Self.run("completed")))
        #expect(!announcements.isWaiting)
        // Seen again in a later step, it waits for that, and no longer.
        announcements.saw(Self.id, Phase(try Self.run("in_progress")), at: Self.start)
        announcements.saw(Self.id, Phase(try Self.run("completed")), at: Self.at(30))
        announcements.announced(Self.id, Phase(try Self.run("in_progress")))
        #expect(announcements.isWaiting)
        #expect(announcements.lapse(at: Self.at(60)) == true)
    }

    @Test func theyAreBounded() throws {
        var limits = Announcements.Limits()
        limits.waiting = 2
        var announcements = Announcements(limits: limits)
        let phase = Phase(try Self.run("completed"))
        for number in 1...3 {
            announcements.saw(
                ObjectID(repository: Self.repository, kind: .run, id: Int64(number)),
                phase,
                at: Self.start
            )
        }
        for number in 1...2 {
            announcements.announced(ObjectID(repository: Self.repository, kind: .run, id: Int64(number)), phase)
        }
        #expect(!announcements.isWaiting)
    }
}
