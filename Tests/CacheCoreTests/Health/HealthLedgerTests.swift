import CacheCore
import GitHubCore
import Multiformats
import Testing

struct HealthLedgerTests {
    private static let repository = RepositoryName("o/r")!
    private static let other = RepositoryName("o/other")!
    private static let start = Timestamp(rfc3339: "2026-08-01T10:00:00Z")!

    private static func at(_ seconds: Int) -> Timestamp { start.advanced(bySeconds: seconds) }

    /// A ledger whose hooks' logs were read a second after the start.
    private func ledger(
        hooks: [Scope] = [],
        isRead: Bool = true,
        limits adjust: (inout HealthLedger.Limits) -> Void = { _ in }
    ) -> HealthLedger {
        var limits = HealthLedger.Limits()
        adjust(&limits)
        var ledger = HealthLedger(limits: limits, startedAt: Self.start)
        ledger.setHooks(hooks.map { ($0, Self.at(-100)) }, pause: 900_000, at: Self.start)
        for hook in hooks where isRead {
            ledger.take(.read(begunAt: Self.at(1), isLossy: false), of: hook, at: Self.at(1))
        }
        return ledger
    }

    private func state(_ ledger: HealthLedger, _ name: RepositoryName = repository, at second: Int) -> HookHealth.State
    {
        ledger.standing(of: name, at: Self.at(second)).state
    }

    private func id(_ object: WorkflowObject) -> ObjectID {
        ObjectID(repository: Self.repository, kind: object.kind, id: object.id)
    }

    private static func entry(
        _ path: String,
        status: Int = 200,
        validatedAt: Timestamp,
        source: Source = .webhook,
        standing: Standing = .sound
    ) throws -> Entry {
        Entry(
            key: ResourceKey(Representation(try #require(Resource(path))), audience: .public),
            status: status,
            cid: CID(hashing: [1]),
            size: 1,
            validatedAt: validatedAt,
            freshUntil: validatedAt.advanced(bySeconds: 120),
            source: source,
            standing: standing
        )
    }

    @Test func aHookSpeaksForItsRepositoryOrOwnerAlone() {
        let ofOne = ledger(hooks: [.repository(Self.repository)])
        #expect(state(ofOne, at: 2) == .live && state(ofOne, Self.other, at: 2) == .absent)
        let ofAll = ledger(hooks: [.owner("o")])
        #expect(state(ofAll, at: 2) == .live && state(ofAll, Self.other, at: 2) == .live)
        #expect(state(ofAll, RepositoryName("p/r")!, at: 2) == .absent)
    }

    @Test func oneHooksTroubleIsBorneByAnother() {
        var both = ledger(hooks: [.repository(Self.repository), .owner("o")])
        both.take(.missing, of: .owner("o"), at: Self.at(2))
        #expect(state(both, at: 3) == .live && state(both, Self.other, at: 3) == .suspect)
        #expect(both.standing(of: .owner("o"), at: Self.at(3))?.reason == .missing)
        both.setHooks([], pause: 900_000, at: Self.at(4))
        #expect(state(both, at: 5) == .absent && both.standing(of: .owner("o"), at: Self.at(5)) == nil)
    }

    @Test func theSameHookKeepsItsStandingAndAnotherBeginsAnew() {
        var ledger = ledger(hooks: [.owner("o")])
        ledger.setHooks([(.owner("o"), Self.at(-100))], pause: 900_000, at: Self.at(2))
        #expect(state(ledger, at: 3) == .live)
        ledger.setHooks([(.owner("o"), Self.at(2))], pause: 900_000, at: Self.at(2))
        #expect(state(ledger, at: 3) == .suspect)
    }

    @Test func coveredAnswersLiveAnHourWhileTheirRepositoryIsLive() throws {
        let live = ledger(hooks: [.owner("o")])
        let standing = live.standing(of: Self.repository, at: Self.at(2))
        let entry = try Self.entry("/repos/o/r/actions/runs/7", validatedAt: Self.at(2))
        let lived = live.lived(entry, events: [.workflowRun], standing: standing)
        #expect(lived.freshUntil == Self.at(3602))
        var same = lived
        same.freshUntil = entry.freshUntil
        #expect(same == entry)
    }

    @Test func whatIsNotVouchedForKeepsTheTablesLifetime() throws {
        let path = "/repos/o/r/actions/runs/7"
        let live = ledger(hooks: [.owner("o")])
        let standing = live.standing(of: Self.repository, at: Self.at(2))
        let entry = try Self.entry(path, validatedAt: Self.at(2))
        // No events, or others than those that arrive; whose state is in doubt; from before the hook; of a peer.
        #expect(live.lived(entry, events: nil, standing: standing) == entry)
        #expect(live.lived(entry, events: [.ping], standing: standing) == entry)
        for unsure in [
            try Self.entry(path, status: 404, validatedAt: Self.at(2)),
            try Self.entry(path, validatedAt: Self.at(2), standing: .unconfirmed),
            try Self.entry(path, validatedAt: Self.at(2), standing: .invalid),
            try Self.entry(path, validatedAt: Self.at(-101)),
            try Self.entry(path, validatedAt: Self.at(2), source: .peer),
        ] {
            #expect(live.lived(unsure, events: [.workflowRun], standing: standing) == unsure)
        }
        let unread = ledger(hooks: [.owner("o")], isRead: false)
        let suspect = unread.standing(of: Self.repository, at: Self.at(2))
        #expect(unread.lived(entry, events: [.workflowRun], standing: suspect) == entry)
    }

    @Test func whatNoEventAnnouncesInTimeIsFound() throws {
        var ledger = ledger(hooks: [.owner("o")])
        let run = try AnnouncementsTests.run("completed")
        ledger.saw(run, of: Self.repository, held: nil, at: Self.at(30))
        ledger.answered(Self.repository, askedAt: Self.at(30), at: Self.at(30))
        #expect(ledger.lapse(at: Self.at(89)).isEmpty && state(ledger, at: 89) == .live)
        #expect(ledger.lapse(at: Self.at(90)) == [Self.repository])
        #expect(state(ledger, at: 90) == .suspect && state(ledger, Self.other, at: 90) == .live)
        #expect(ledger.audits.found == 1 && ledger.audits.clean == 0)
        #expect(ledger.lapse(at: Self.at(200)).isEmpty)
        ledger.delivered(
            .workflowRun,
            of: Self.repository,
            object: (id(run), Phase(run)),
            isLogged: true,
            at: Self.at(201)
        )
        #expect(state(ledger, at: 201) == .live)
        #expect(ledger.lastSigns(of: Self.repository).deliveredAt == Self.at(201))
    }

    @Test func anAnswerIsCleanOnceAllThatItShowedIsAnnounced() throws {
        var ledger = ledger()
        let first = try AnnouncementsTests.run("queued", createdAt: Self.at(1))
        let id = id(first)
        ledger.delivered(.workflowRun, of: Self.repository, object: (id, Phase(first)), isLogged: false, at: Self.at(2))
        let over = try AnnouncementsTests.run("completed", updatedAt: Self.at(20))
        ledger.saw(over, of: Self.repository, held: AnnouncementsTests.state(first), at: Self.at(21))
        ledger.answered(Self.repository, askedAt: Self.at(21), at: Self.at(21))
        #expect(state(ledger, at: 22) == .suspect && ledger.audits.clean == 0)
        ledger.delivered(.workflowRun, of: Self.repository, object: (id, Phase(over)), isLogged: false, at: Self.at(23))
        #expect(state(ledger, at: 23) == .live && ledger.audits.clean == 1)
        #expect(ledger.standing(of: Self.repository, at: Self.at(23)).vouchedSince == Self.at(21))
    }

    @Test func eventsThatAHookDoesNotSendAreNotMissed() throws {
        var ledger = ledger()
        let job = try AnnouncementsTests.job("queued")
        ledger.delivered(.workflowJob, of: Self.repository, object: nil, isLogged: false, at: Self.at(2))
        ledger.saw(try AnnouncementsTests.run("completed"), of: Self.repository, held: nil, at: Self.at(21))
        #expect(ledger.lapse(at: Self.at(200)).isEmpty)
        ledger.saw(job, of: Self.repository, held: nil, at: Self.at(21))
        #expect(ledger.lapse(at: Self.at(200)) == [Self.repository])
        // Nor is anything of a repository without a hook.
        ledger.saw(job, of: Self.other, held: nil, at: Self.at(21))
        #expect(ledger.lapse(at: Self.at(400)).isEmpty)
    }

    @Test func whatIsLostForGoodIsForgivenOnceDeliveriesComeAgain() throws {
        var ledger = ledger(hooks: [.owner("o")])
        ledger.saw(try AnnouncementsTests.run("completed"), of: Self.repository, held: nil, at: Self.at(30))
        _ = ledger.lapse(at: Self.at(90))
        ledger.answered(Self.repository, askedAt: Self.at(100), at: Self.at(100))
        #expect(state(ledger, at: 100) == .suspect)
        ledger.delivered(.workflowJob, of: Self.repository, object: nil, isLogged: true, at: Self.at(110))
        #expect(state(ledger, at: 110) == .suspect)
        ledger.answered(Self.repository, askedAt: Self.at(120), at: Self.at(120))
        #expect(state(ledger, at: 120) == .live)
        #expect(ledger.lapse(at: Self.at(300)).isEmpty && state(ledger, at: 300) == .live)
        // Seen once more, it is still only what is known.
        ledger.saw(try AnnouncementsTests.run("completed"), of: Self.repository, held: nil, at: Self.at(310))
        #expect(ledger.lapse(at: Self.at(400)).isEmpty && state(ledger, at: 400) == .live)
    }

    @Test func aRefusalThatNamesAHookCountsOnceInAWhile() {
        var ledger = ledger(hooks: [.owner("o")])
        #expect(ledger.refused(of: .owner("p"), at: Self.at(2)) == false)
        #expect(ledger.refused(of: .owner("o"), at: Self.at(2)) == true)
        #expect(state(ledger, at: 3) == .suspect)
        ledger.take(.read(begunAt: Self.at(20), isLossy: false), of: .owner("o"), at: Self.at(20))
        #expect(ledger.refused(of: .owner("o"), at: Self.at(30)) == false)
        #expect(state(ledger, at: 30) == .live)
        #expect(ledger.refused(of: .owner("o"), at: Self.at(700)) == true)
    }

    @Test func aFullInboxIsDoubtAboutAll() {
        var ledger = ledger(hooks: [.owner("o")])
        let unlogged = RepositoryName("p/r")!
        ledger.delivered(.workflowRun, of: unlogged, object: nil, isLogged: false, at: Self.at(1))
        ledger.answered(unlogged, askedAt: Self.at(2), at: Self.at(2))
        #expect(state(ledger, unlogged, at: 3) == .live)
        ledger.refused(at: Self.at(4))
        #expect(state(ledger, at: 5) == .suspect && state(ledger, unlogged, at: 5) == .suspect)
        ledger.answered(unlogged, askedAt: Self.at(6), at: Self.at(6))
        #expect(state(ledger, at: 7) == .suspect && state(ledger, unlogged, at: 7) == .live)
    }

    @Test func onlyWhereThereIsAHookSomethingIsAudited() {
        var ledger = ledger(hooks: [.repository(Self.repository)])
        let both = [Self.repository, Self.other]
        var audited: Set<RepositoryName> = []
        for second in 0..<3600 {
            if let name = ledger.nextAudit(among: both, at: Self.at(second), chance: { 0.5 }) { audited.insert(name) }
        }
        #expect(audited == [Self.repository])
    }

    @Test func theRepositoriesAreBounded() {
        var ledger = ledger { $0.repositories = 2 }
        for number in 0..<5 {
            guard let name = RepositoryName("o/r\(number)") else { continue }
            ledger.delivered(.workflowRun, of: name, object: nil, isLogged: false, at: Self.at(1))
        }
        #expect(ledger.repositories.count == 2)
    }
}
