import CacheCore
import CacheWorld
import GitHubCore
import Multiformats
import Testing

/// What becomes of answers that a new state of a run makes wrong, and that were asked for at about the same time.
struct StatesTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private static let list = "/repos/o/r/actions/artifacts"
    private static let author = PeerID(publicKeyMessage: Array(repeating: 1, count: 60))
    private static let other = PeerID(publicKeyMessage: Array(repeating: 2, count: 60))
    private let body = Body(Array(#"{"total_count":0,"artifacts":[]}"#.utf8))

    private func key() throws -> ResourceKey {
        ResourceKey(Representation(try #require(Resource(Self.list))), audience: .public)
    }

    /// The end of a run, as a delivery or a peer tells of it.
    private func end(asOf: Timestamp, by teller: PeerID? = nil) throws -> WorkflowEvent {
        let text =
            #"{"id":7,"status":"completed","conclusion":"success","created_at":"2027-01-15T08:00:00Z","#
            + #""updated_at":"2027-01-15T08:00:00Z"}"#
        let bytes = Array(text.utf8)
        let run = try #require(WorkflowRun(JSONObject(bytes)))
        return WorkflowEvent(
            repository: try #require(RepositoryName("o/r")),
            object: .run(run),
            body: Body(bytes),
            version: ObjectVersion(.run(run), deliveredAt: Self.start),
            authority: teller == nil ? .webhook : .peer,
            source: teller == nil ? .webhook : .peer,
            isPrivate: false,
            asOf: asOf,
            teller: teller
        )
    }

    private func answer(_ machine: inout Machine, askedAt: Timestamp) throws {
        let answer = OriginAnswer(status: 200, headers: EntryHeaders(), body: body, askedAt: askedAt)
        let question = Machine.Question(key: try key(), held: nil, source: .upstream, isRead: true)
        machine.take(.answer(answer), to: question)
    }

    private func give(_ machine: inout Machine, askedAt: Timestamp, by peer: PeerID) throws {
        let entry = Entry(
            key: try key(),
            cid: body.cid,
            size: body.bytes.count,
            validatedAt: askedAt,
            freshUntil: askedAt.advanced(bySeconds: 120),
            source: .peer
        )
        machine.take(Announcement.entry(SharedEntry(entry: entry, body: body)), by: peer)
    }

    private func standing(_ machine: Machine) -> Standing? { machine.store.answer(Self.list)?.entry.standing }

    private func later(_ milliseconds: Int64) -> Timestamp { Self.start.advanced(byMilliseconds: milliseconds) }

    @Test func anAnswerThatAnEventOvertookIsFetchedAgain() throws {
        for (teller, due) in [(nil, 250), (Self.author, 1250)] as [(PeerID?, Int64)] {
            var machine = Machine(now: later(10))
            machine.take(try end(asOf: later(10), by: teller), isOwn: teller == nil)
            machine.now = later(20)
            try answer(&machine, askedAt: Self.start)
            #expect(standing(machine) == .invalid)
            machine.now = later(19 + due)
            machine.wake()
            #expect(machine.questions.isEmpty)
            machine.now = later(20 + due)
            machine.wake()
            #expect(machine.questions.map(\.key) == [try key()])
        }
    }

    @Test func aPeersLaterCopyMakesThatNeedless() throws {
        var machine = Machine(now: later(10))
        machine.take(try end(asOf: later(10), by: Self.author), isOwn: false)
        try answer(&machine, askedAt: Self.start)
        machine.now = later(800)
        try give(&machine, askedAt: later(700), by: Self.other)
        #expect(standing(machine) == .sound)
        machine.now = later(5000)
        machine.wake()
        #expect(machine.questions.isEmpty)
    }

    @Test func aQuestionSinceADeliveryWasAcceptedIsALaterOne() throws {
        // The delivery waited, since many came at once.
        var machine = Machine(now: later(5000))
        machine.take(try end(asOf: Self.start))
        try answer(&machine, askedAt: later(-1))
        #expect(standing(machine) == .invalid)
        try give(&machine, askedAt: later(1), by: Self.other)
        #expect(standing(machine) == .sound)
        var second = Machine(now: later(5000))
        second.take(try end(asOf: Self.start))
        try answer(&second, askedAt: later(1))
        #expect(standing(second) == .sound)
    }

    @Test func aPeersCopyIsHeldAgainstItsOwnWordByItsOwnClock() throws {
        // The author's clock is behind by two seconds, and what it tells takes half a second.
        var machine = Machine(now: later(2500))
        machine.take(try end(asOf: Self.start, by: Self.author), isOwn: false)
        try give(&machine, askedAt: later(-1), by: Self.author)
        #expect(standing(machine) == nil, "it had asked before the event")
        try give(&machine, askedAt: later(300), by: Self.other)
        #expect(standing(machine) == nil, "another clock may be ahead")
        try give(&machine, askedAt: later(300), by: Self.author)
        #expect(standing(machine) == .sound)
    }

    @Test func whatItsAuthorFetchedAfterAnEventIsNotFetchedAgain() throws {
        var machine = Machine(now: Self.start)
        machine.wanted = [try key()]
        try answer(&machine, askedAt: Self.start)
        machine.now = later(2500)
        machine.take(try end(asOf: later(500), by: Self.author), isOwn: false)
        #expect(standing(machine) == .invalid)
        try give(&machine, askedAt: later(800), by: Self.author)
        #expect(standing(machine) == .sound)
        machine.now = later(60_000)
        machine.wake()
        #expect(machine.questions.isEmpty)
    }

    @Test func ofWhatWasSeenLongAgoEveryLaterCopyShows() throws {
        let skew = Freshness.Limits().skew
        var machine = Machine(now: later(60_000))
        machine.take(try end(asOf: Self.start, by: Self.author), audience: nil, isOwn: false)
        try give(&machine, askedAt: later(skew - 1), by: Self.other)
        #expect(standing(machine) == nil)
        try give(&machine, askedAt: later(skew), by: Self.other)
        #expect(standing(machine) == .sound)
    }

    @Test func aStateThatAnotherSawEarlierWasSoThen() throws {
        var machine = Machine(now: later(1000))
        machine.take(try end(asOf: later(1000), by: Self.author), isOwn: false)
        machine.take(try end(asOf: Self.start, by: Self.other), audience: nil, isOwn: false)
        try give(&machine, askedAt: later(500), by: Self.author)
        #expect(standing(machine) == nil)
        try give(&machine, askedAt: later(500), by: Self.other)
        #expect(standing(machine) == .sound)
    }

    @Test func whatIsWrongIsNotReplacedByWhatIsOlder() throws {
        var machine = Machine(now: Self.start)
        try answer(&machine, askedAt: Self.start)
        machine.now = later(2500)
        machine.take(try end(asOf: later(-2000), by: Self.author), isOwn: false)
        try give(&machine, askedAt: later(-1000), by: Self.author)
        #expect(standing(machine) == .invalid)
        #expect(machine.store.answer(Self.list)?.entry.validatedAt == Self.start)
    }

    @Test func thePeersOfWhichTheMomentsAreRememberedAreBounded() throws {
        var limits = Freshness.Limits()
        limits.tellers = 1
        var machine = Machine(limits: limits, now: later(1000))
        machine.take(try end(asOf: Self.start, by: Self.author), isOwn: false)
        machine.take(try end(asOf: Self.start, by: Self.other), isOwn: false)
        try give(&machine, askedAt: later(500), by: Self.other)
        #expect(standing(machine) == nil)
        try give(&machine, askedAt: later(500), by: Self.author)
        #expect(standing(machine) == .sound)
    }
}
