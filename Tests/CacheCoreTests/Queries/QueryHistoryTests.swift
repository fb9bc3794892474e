import CacheCore
import GitHubCore
import Testing

@Suite struct QueryHistoryTests {
    private static let start = Timestamp(seconds: 1_785_578_400)
    private static let reader = CredentialID("c0ffee")
    private let repository = RepositoryName("Octo/hello")!

    private func lifetime(
        _ history: QueryHistory,
        _ tags: String,
        asked: UInt64? = nil,
        after seconds: Int = 1_000,
        to credential: CredentialID = reader
    ) -> Int? {
        history.lifetime(
            of: GraphQL.Tags(tags)!,
            to: credential,
            asked: asked ?? history.number,
            askedAt: Self.start.advanced(bySeconds: seconds),
            longest: 60
        )
    }

    @Test func whatNothingHappenedToLivesLong() {
        #expect(lifetime(QueryHistory(), "octo/hello") == 60)
        var history = QueryHistory()
        history.note(.repository(repository), at: Self.start)
        #expect(lifetime(history, "octo/other elsewhere") == 60)
        #expect(lifetime(history, "octo/hello") == 60)
    }

    @Test(arguments: ["octo/hello", "octo", "*", "x/y octo/hello"])
    func anAnswerThatWasAskedForBeforeAnEventIsNotKept(tags: String) {
        var history = QueryHistory()
        let asked = history.number
        // In the very millisecond that it was asked, or by a clock that was set back.
        history.note(.repository(repository), at: Self.start.advanced(bySeconds: 1_000))
        #expect(lifetime(history, tags, asked: asked) == nil)
        #expect(lifetime(history, tags) == 1)
    }

    @Test func anAnswerThatTouchesNothingThatHappenedIsKept() {
        var history = QueryHistory()
        history.note(.repository(repository), at: Self.start)
        history.note(CredentialID("beef"), at: Self.start)
        #expect(lifetime(history, "octo/other", asked: 0, after: 0) == 60)
        #expect(lifetime(history, "", asked: 0, after: 0) == 60)
    }

    @Test(arguments: [(0, 1), (1, 1), (7, 7), (59, 59), (60, 60), (3_600, 60), (-5, 1)])
    func anAnswerLivesNoLongerThanItFollowedAnEvent(seconds: Int, expected: Int) {
        var history = QueryHistory()
        history.note(.repository(repository), at: Self.start)
        #expect(lifetime(history, "octo/hello", after: seconds) == expected)
    }

    @Test func whatACredentialDidConcernsNobodyElse() {
        var history = QueryHistory()
        history.note(Self.reader, at: Self.start)
        #expect(lifetime(history, "octo/hello", asked: 0) == nil)
        #expect(lifetime(history, "", asked: 0) == nil)
        #expect(lifetime(history, "", after: 3) == 3)
        #expect(lifetime(history, "octo/hello", asked: 0, to: CredentialID("beef")) == 60)
    }

    @Test func whatHappenedToAnOwnerHappenedToAllItHas() {
        var history = QueryHistory()
        history.note(.owner("octo"), at: Self.start)
        for tags in ["octo/hello", "octo", "*"] { #expect(lifetime(history, tags, asked: 0) == nil) }
        #expect(lifetime(history, "x/octo", asked: 0) == 60)
    }

    @Test func withdrawalsConcernWhomTheyName() {
        let subject = Proof.Subject(.runs(repository), by: Self.reader)
        let own: [Withdrawal] = [
            .everything(of: Self.reader), .scope(.repository(repository), of: Self.reader), .subject(subject),
        ]
        for withdrawal in own {
            var history = QueryHistory()
            history.note(withdrawal, at: Self.start)
            #expect(lifetime(history, "x/y", asked: 0) == nil)
            #expect(lifetime(history, "octo/hello", asked: 0, to: CredentialID("beef")) == 60)
        }
        var history = QueryHistory()
        history.note(.everyone(.repository(repository)), at: Self.start)
        #expect(lifetime(history, "octo/hello", asked: 0, to: CredentialID("beef")) == nil)
        #expect(lifetime(history, "x/y", asked: 0) == 60)
    }

    @Test func whatIsForgottenMayHaveHappenedToAnything() throws {
        var history = QueryHistory()
        let asked = history.number
        for number in 0..<QueryHistory.Limits.marks {
            history.note(.repository(try #require(RepositoryName(owner: "o", name: "r\(number)"))), at: Self.start)
        }
        #expect(lifetime(history, "x/y", asked: asked) == nil)
        #expect(lifetime(history, "x/y") == 60)
        #expect(lifetime(history, "x/y", after: 4) == 4)
    }

    @Test(arguments: [
        (0, nil, true), (90, nil, true), (91, nil, false), (3_000_000, nil, false), (-60, nil, true),
        (3_000_000, 90, true), (3_000_000, 91, false),
    ])
    func whatChangedLongAgoIsInEveryAnswer(seconds: Int, delivered: Int?, mayOutdate: Bool) {
        let now = Self.start.advanced(bySeconds: 1_000)
        let version = RunVersion(
            attempt: 1,
            isCompleted: true,
            updatedAt: now.advanced(bySeconds: -seconds),
            deliveredAt: delivered.map { now.advanced(bySeconds: -$0) }
        )
        #expect(QueryHistory.mayOutdate(state(.run(version)), now: now, longest: 60) == mayOutdate)
    }

    @Test func aStateWithoutATimeMayBeNew() {
        let none = Timestamp(milliseconds: 0)
        let version = RunVersion(attempt: 1, isCompleted: false, updatedAt: none, deliveredAt: nil)
        #expect(QueryHistory.mayOutdate(state(.run(version)), now: Self.start, longest: 60))
    }

    private func state(_ version: ObjectVersion) -> ObjectState {
        ObjectState(
            id: ObjectID(repository: repository, kind: .run, id: 7),
            version: version,
            cid: Body([]).cid,
            authority: .github,
            seenAt: Self.start,
            runID: 7,
            status: "completed",
            labels: [],
            isPrivate: true
        )
    }
}
