import CacheCore
import GitHubCore
import Multiformats
import Testing

struct VersionOrderTests {
    private static func at(_ seconds: Int64?) -> Timestamp? { seconds.map { Timestamp(seconds: $0) } }

    private static func run(_ attempt: Int64, _ isCompleted: Bool, _ updated: Int64, _ delivered: Int64? = nil)
        -> ObjectVersion
    {
        .run(
            RunVersion(
                attempt: attempt,
                isCompleted: isCompleted,
                updatedAt: Timestamp(seconds: updated),
                deliveredAt: at(delivered)
            )
        )
    }

    private static func job(_ status: String, _ started: Int64 = 0, deployed: Int64? = nil, delivered: Int64? = nil)
        -> ObjectVersion
    {
        .job(
            JobVersion(
                isCompleted: status == "completed",
                isRunning: status == "in_progress",
                status: status,
                startedAt: Timestamp(seconds: started),
                completedAt: Timestamp(seconds: 0),
                stepsCompleted: 0,
                stepsStarted: 0,
                deploymentUpdatedAt: at(deployed),
                deliveredAt: at(delivered)
            )
        )
    }

    static let rows: [(ObjectVersion, ObjectVersion, VersionOrder)] = [
        (run(1, true, 90), run(2, false, 10), .older),
        (run(1, false, 90), run(1, true, 10), .older),
        (run(1, false, 10), run(1, false, 20), .older),
        (run(1, false, 10, 1), run(1, false, 10, 2), .older),
        (run(1, false, 10, 1), run(1, false, 10, 1), .same),
        (run(1, false, 10), run(1, false, 10, 1), .same),
        (job("queued"), job("in_progress"), .older),
        (job("in_progress", 5), job("completed", 5), .older),
        (job("in_progress", 5), job("in_progress", 6), .older),
        (job("waiting", deployed: 1), job("queued", deployed: 2), .older),
        (job("waiting", deployed: 1, delivered: 1), job("queued", deployed: 1, delivered: 2), .older),
        (job("queued", delivered: 1), job("waiting", delivered: 2), .older),
        (job("waiting"), job("queued"), .ambiguous),
        (job("waiting", delivered: 1), job("queued"), .ambiguous),
        (job("queued"), job("queued"), .same),
        (run(1, true, 1), job("queued"), .ambiguous),
    ]

    @Test(arguments: rows) func twoStatesAreOrdered(one: ObjectVersion, other: ObjectVersion, order: VersionOrder) {
        let reverse: VersionOrder = order == .older ? .newer : order
        #expect(one.order(against: other) == order)
        #expect(other.order(against: one) == reverse)
    }

    @Test func aRunThatAwaitsApprovalIsNotOver() throws {
        let text = #"{"id":1,"status":"completed","conclusion":"action_required","updated_at":"2026-08-01T10:00:00Z"}"#
        let run = try #require(WorkflowRun(JSONObject(Array(text.utf8))))
        #expect(!RunVersion(run, deliveredAt: nil).isCompleted)
    }

    @Test func withinASecondTheStatusTells() {
        let version = Self.run(1, false, 10)
        #expect(version.order(against: version, status: "queued", otherStatus: "in_progress") == .older)
        #expect(version.order(against: version, status: "in_progress", otherStatus: "queued") == .newer)
        #expect(version.order(against: version, status: "waiting", otherStatus: "queued") == .ambiguous)
        #expect(version.order(against: version, status: "queued", otherStatus: "queued") == .same)
        #expect(version.order(against: Self.run(1, false, 20), status: "in_progress", otherStatus: "queued") == .older)
    }

    @Test func gitHubOverrulesPeersOnlyWithALaterAnswer() throws {
        let id = ObjectID(repository: try #require(RepositoryName("o/r")), kind: .run, id: 1)
        let held = ObjectState(
            id: id,
            version: Self.run(1, true, 20),
            cid: CID(hashing: [1]),
            authority: .peer,
            seenAt: Timestamp(seconds: 100),
            runID: 1,
            status: "completed",
            labels: [],
            isPrivate: false
        )
        func claim(_ authority: Authority, at seconds: Int64) -> VersionOrder {
            StateClaim(
                version: Self.run(1, false, 10),
                status: "queued",
                cid: CID(hashing: [2]),
                authority: authority,
                asOf: Timestamp(seconds: seconds)
            ).order(against: held)
        }
        #expect(claim(.github, at: 100) == .newer)
        #expect(claim(.github, at: 99) == .older)
        #expect(claim(.webhook, at: 200) == .older)
        #expect(claim(.list, at: 200) == .older)
    }
}
