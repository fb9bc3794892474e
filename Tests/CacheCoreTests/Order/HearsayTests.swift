import CacheCore
import GitHubCore
import Multiformats
import Testing

@Suite struct HearsayTests {
    private static let start = Timestamp(milliseconds: 1_800_000_000_000)
    private let repository = RepositoryName("octo/hello")!

    private func peer(_ number: UInt8) -> PeerID {
        PeerID(publicKeyMessage: [0x08, 0x01, 0x12, 0x20] + Array(repeating: number, count: 32))
    }

    private func run(
        attempt: Int,
        _ authority: Authority = .peer,
        after seconds: Int,
        id: Int = 7
    ) throws -> WorkflowEvent {
        let body = Body(Array(#"{"id":\#(id),"run_attempt":\#(attempt),"status":"queued"}"#.utf8))
        let run = try #require(WorkflowRun(JSONObject(body.bytes)))
        return WorkflowEvent(
            repository: repository,
            object: .run(run),
            body: body,
            version: ObjectVersion(.run(run)),
            authority: authority,
            source: .peer,
            isPrivate: false,
            asOf: Self.start.advanced(bySeconds: seconds)
        )
    }

    @Test func whoClaimedMoreThanGitHubKnowsWasWrong() throws {
        var hearsay = Hearsay()
        hearsay.heard(try run(attempt: 1, after: 0), from: peer(1), now: Self.start)
        hearsay.heard(try run(attempt: 999, after: 1), from: peer(2), now: Self.start)
        #expect(hearsay.settle(by: try run(attempt: 1, .github, after: 20)) == [peer(2)])
        // Once.
        #expect(hearsay.settle(by: try run(attempt: 1, .github, after: 30)) == [])
    }

    @Test func whatWasSaidJustBeforeTheQuestionMayBeSo() throws {
        var hearsay = Hearsay()
        hearsay.heard(try run(attempt: 2, after: 0), from: peer(1), now: Self.start)
        #expect(hearsay.settle(by: try run(attempt: 1, .github, after: 5)) == [])
        #expect(hearsay.settle(by: try run(attempt: 1, .github, after: 15)) == [peer(1)])
    }

    @Test func theFirstLieCountsHoweverManyFollow() throws {
        var hearsay = Hearsay()
        for number in 0..<1000 {
            hearsay.heard(try run(attempt: 900 + number, after: number), from: peer(1), now: Self.start)
        }
        #expect(hearsay.settle(by: try run(attempt: 1, .github, after: 12)) == [peer(1)])
    }

    @Test func onlyGitHubsAnswerForItAloneSettlesIt() throws {
        var hearsay = Hearsay()
        hearsay.heard(try run(attempt: 2, after: 0), from: peer(1), now: Self.start)
        #expect(hearsay.settle(by: try run(attempt: 1, .list, after: 60)) == [])
        #expect(hearsay.settle(by: try run(attempt: 1, .github, after: 60, id: 8)) == [])
        #expect(hearsay.settle(by: try run(attempt: 1, .github, after: 60)) == [peer(1)])
    }

    @Test func itIsBounded() throws {
        var limits = Hearsay.Limits()
        limits.objects = 2
        var hearsay = Hearsay(limits: limits)
        for id in 1...3 { hearsay.heard(try run(attempt: 2, after: 0, id: id), from: peer(1), now: Self.start) }
        #expect(hearsay.settle(by: try run(attempt: 1, .github, after: 60, id: 3)) == [])
        // What nobody confirms is forgotten in time.
        let later = Self.start.advanced(bySeconds: 4000)
        hearsay.heard(try run(attempt: 2, after: 4000, id: 4), from: peer(1), now: later)
        #expect(hearsay.settle(by: try run(attempt: 1, .github, after: 4060, id: 4)) == [peer(1)])
    }
}
