import CacheCore
import GitHubCore
import Multiformats
import Testing

@Suite struct PrewarmAgendaTests {
    typealias Agenda = PrewarmAgenda

    /// 10:00.
    private let start = Timestamp(seconds: 1_785_578_400)
    private let app: RepositoryName
    private let lib: RepositoryName
    private let me = PeerID(publicKeyMessage: Array(repeating: 1, count: 60))
    private let other = PeerID(publicKeyMessage: Array(repeating: 2, count: 60))

    init() throws {
        app = try #require(RepositoryName("octo/app"))
        lib = try #require(RepositoryName("octo/lib"))
        try #require(start.rfc3339 == "2026-08-01T10:00:00Z")
    }

    private func at(_ seconds: Int) -> Timestamp { start.advanced(bySeconds: seconds) }

    private func job(
        _ name: String = "hourly",
        _ schedule: String? = "@hourly",
        priority: PrewarmJob.Priority = .normal,
        jitter: Int = 0
    ) throws -> PrewarmJob {
        PrewarmJob(
            name: name,
            patterns: [try #require(RepositoryPattern("octo/*"))],
            resources: [.runs],
            trigger: try schedule.map { .schedule(try CronSchedule($0)) } ?? .events([.workflowRun]),
            priority: priority,
            jitter: jitter
        )
    }

    private func agenda(_ jobs: [PrewarmJob], _ records: [PrewarmRecord] = [], at seconds: Int = 0) -> HeldAgenda {
        HeldAgenda(Agenda(jobs, records: records, now: at(seconds)))
    }

    @Test func aNewJobRunsFirstAtItsNextMoment() throws {
        let agenda = agenda([try job()])
        #expect(agenda.nextRun(of: "hourly") == at(3600))
        #expect(agenda.step(now: at(3599), me: nil).isEmpty)
        let directives = agenda.step(now: at(3600), me: nil)
        let begun = try #require(directives.begun.first)
        #expect(directives.begun.count == 1 && begun.slot == at(3600) && begun.repositories == nil)
        #expect(begun.since == at(3600) && begun.place == nil)
        #expect(directives.noted.first?.last?.outcome == .running)
        #expect(directives.noted.first?.open?.slot == at(3600))
        #expect(agenda.step(now: at(3700), me: nil).isEmpty)
        #expect(agenda.isRunning("hourly", at(3600)))
        var cost = PrewarmRecord.Cost()
        cost.counted = 3
        let ending = agenda.ended(.done, of: "hourly", at(3600), cost: cost, now: at(3650))
        let record = try #require(ending.noted.first)
        #expect(record.open == nil && record.settledThrough == at(3600))
        #expect(record.last == .init(startedAt: at(3600), endedAt: at(3650), outcome: .done, cost: cost))
        #expect(agenda.nextRun(of: "hourly") == at(7200))
        #expect(agenda.step(now: at(7199), me: nil).isEmpty)
        #expect(agenda.step(now: at(7200), me: nil).begun.count == 1)
    }

    @Test func whatWasMissedIsMadeUpForOnce() throws {
        let job = try job("often", "*/5 * * * *")
        let record = PrewarmRecord(name: "often", job: job.digest, settledThrough: at(-86_400 * 30))
        let agenda = agenda([job], [record], at: 61)
        let begun = agenda.step(now: at(61), me: nil).begun
        #expect(begun.map(\.slot) == [at(0)])
        _ = agenda.ended(.done, of: "often", at(0), cost: .init(), now: at(62))
        #expect(agenda.step(now: at(299), me: nil).isEmpty)
        #expect(agenda.step(now: at(300), me: nil).begun.map(\.slot) == [at(300)])
    }

    @Test func anotherJobUnderTheSameNameBeginsAnew() throws {
        let record = PrewarmRecord(
            name: "hourly",
            job: CID(hashing: []),
            settledThrough: at(-86_400),
            open: .init(slot: at(-3600), since: at(-3600)),
            last: .init(startedAt: at(-3600), outcome: .running)
        )
        let agenda = agenda([try job()], [record])
        #expect(agenda.step(now: at(1), me: nil).isEmpty)
        #expect(agenda.items["hourly"]?.record.last == record.last)
        #expect(agenda.nextRun(of: "hourly") == at(3600))
    }

    @Test func aClockThatWasPutBackHoldsNothingUp() throws {
        let job = try job()
        let record = PrewarmRecord(name: "hourly", job: job.digest, settledThrough: at(86_400))
        #expect(agenda([job], [record]).nextRun(of: "hourly") == at(3600))
    }

    @Test func aRunThatBrokeOffGoesOnAtTheNextStart() throws {
        let job = try job()
        var cost = PrewarmRecord.Cost()
        cost.counted = 7
        let record = PrewarmRecord(
            name: "hourly",
            job: job.digest,
            settledThrough: at(-3600),
            open: .init(slot: at(0), since: at(2), place: "octo/lib runs"),
            last: .init(startedAt: at(2), outcome: .running, cost: cost)
        )
        let agenda = agenda([job], [record], at: 60)
        let begun = try #require(agenda.step(now: at(60), me: nil).begun.first)
        #expect(begun.slot == at(0) && begun.since == at(2) && begun.place == "octo/lib runs" && begun.cost == cost)
    }

    @Test func whatStopsGoesOnLaterWhereItStopped() throws {
        let agenda = agenda([try job()])
        _ = agenda.step(now: at(3600), me: nil)
        var cost = PrewarmRecord.Cost()
        cost.counted = 5
        let ending = Agenda.Ending.stopped(place: "octo/lib runs", until: at(5000), reason: "reserve")
        let record = try #require(
            agenda.ended(ending, of: "hourly", at(3600), cost: cost, now: at(3610)).noted.first
        )
        #expect(record.last?.outcome == .stopped && record.last?.reason == "reserve")
        #expect(record.open?.resumesAt == at(5000) && record.open?.place == "octo/lib runs")
        #expect(agenda.nextRun(of: "hourly") == at(5000))
        #expect(agenda.step(now: at(4999), me: nil).isEmpty)
        let again = try #require(agenda.step(now: at(5000), me: nil).begun.first)
        #expect(
            again.slot == at(3600) && again.since == at(3600) && again.place == "octo/lib runs" && again.cost == cost
        )
    }

    @Test func whatStoppedIsOneRunWithTheNextMomentAndBeginsWhereItStopped() throws {
        let agenda = agenda([try job()])
        _ = agenda.step(now: at(3600), me: nil)
        let ending = Agenda.Ending.stopped(place: "octo/lib runs", until: at(7300), reason: "reserve")
        _ = agenda.ended(ending, of: "hourly", at(3600), cost: .init(), now: at(3610))
        #expect(agenda.step(now: at(7200), me: nil).isEmpty)
        let again = try #require(agenda.step(now: at(7300), me: nil).begun.first)
        #expect(again.slot == at(7200) && again.since == at(7300) && again.place == "octo/lib runs")
        _ = agenda.ended(.done, of: "hourly", at(7200), cost: .init(), now: at(7310))
        #expect(agenda.nextRun(of: "hourly") == at(10_800))
    }

    @Test func withoutAMomentItGoesOnAfterAPause() throws {
        let agenda = agenda([try job()])
        _ = agenda.step(now: at(3600), me: nil)
        let ending = Agenda.Ending.stopped(place: nil, until: nil, reason: "GitHub is away")
        _ = agenda.ended(ending, of: "hourly", at(3600), cost: .init(), now: at(3610))
        #expect(agenda.nextRun(of: "hourly") == at(3670))
    }

    @Test func whatComesDueDuringARunIsOneRunAfterIt() throws {
        let agenda = agenda([try job("often", "* * * * *")])
        #expect(agenda.step(now: at(60), me: nil).begun.map(\.slot) == [at(60)])
        for second in stride(from: 61, to: 300, by: 13) { #expect(agenda.step(now: at(second), me: nil).isEmpty) }
        _ = agenda.ended(.done, of: "often", at(60), cost: .init(), now: at(301))
        #expect(agenda.step(now: at(301), me: nil).begun.map(\.slot) == [at(300)])
    }

    @Test func eventsOfAFewSecondsAreOneRunForTheirRepositories() throws {
        let agenda = agenda([try job("after", nil)])
        #expect(agenda.nextRun(of: "after") == nil)
        let elsewhere = try #require(RepositoryName("other/app"))
        agenda.heard(.workflowRun, of: app, at: at(1), now: at(1))
        agenda.heard(.workflowRun, of: lib, at: at(4), now: at(9))
        agenda.heard(.workflowRun, of: elsewhere, at: at(2), now: at(2))
        agenda.heard(.push, of: try #require(RepositoryName("octo/x")), at: at(2), now: at(2))
        #expect(agenda.nextRun(of: "after") == at(10))
        #expect(agenda.step(now: at(9), me: nil).isEmpty)
        let begun = try #require(agenda.step(now: at(10), me: nil).begun.first)
        #expect(begun.slot == at(10) && begun.repositories == [app, lib])
        // Those that come meanwhile are the next, even one that a peer's clock puts before.
        agenda.heard(.workflowRun, of: lib, at: at(8), now: at(11))
        #expect(agenda.step(now: at(12), me: nil).isEmpty)
        _ = agenda.ended(.done, of: "after", at(10), cost: .init(), now: at(13))
        #expect(agenda.step(now: at(19), me: nil).isEmpty)
        #expect(agenda.step(now: at(20), me: nil).begun.map(\.repositories) == [[lib]])
        _ = agenda.ended(.done, of: "after", at(20), cost: .init(), now: at(21))
        #expect(agenda.step(now: at(3000), me: nil).isEmpty)
    }

    @Test func afterAStopEventsAreNotForgotten() throws {
        let agenda = agenda([try job("after", nil)])
        agenda.heard(.workflowRun, of: app, at: at(1), now: at(1))
        _ = agenda.step(now: at(10), me: nil)
        let ending = Agenda.Ending.stopped(place: nil, until: at(60), reason: "reserve")
        _ = agenda.ended(ending, of: "after", at(10), cost: .init(), now: at(11))
        agenda.heard(.workflowRun, of: lib, at: at(30), now: at(30))
        #expect(agenda.step(now: at(59), me: nil).isEmpty)
        let begun = try #require(agenda.step(now: at(60), me: nil).begun.first)
        #expect(begun.slot == at(40) && begun.repositories == [app, lib])
    }

    @Test func eventsOfTooManyRepositoriesAreForAll() throws {
        var limits = Agenda.Limits()
        limits.repositories = 1
        let agenda = HeldAgenda(Agenda([try job("after", nil)], records: [], limits: limits, now: start))
        agenda.heard(.workflowRun, of: app, at: at(1), now: at(1))
        agenda.heard(.workflowRun, of: lib, at: at(1), now: at(1))
        #expect(agenda.step(now: at(10), me: nil).begun.map(\.repositories) == [nil])
    }

    @Test func onlyAFewRunAtOnceTheMoreUrgentFirst() throws {
        var limits = Agenda.Limits()
        limits.atOnce = 2
        let jobs = try [
            job("a", priority: .low), job("b", priority: .normal), job("c", priority: .high),
            job("d", priority: .normal),
        ]
        let agenda = HeldAgenda(Agenda(jobs, records: [], limits: limits, now: start))
        #expect(agenda.names == ["c", "b", "d", "a"])
        #expect(agenda.step(now: at(3600), me: nil).begun.map(\.job.name) == ["c", "b"])
        #expect(agenda.step(now: at(3601), me: nil).isEmpty)
        _ = agenda.ended(.done, of: "c", at(3600), cost: .init(), now: at(3602))
        #expect(agenda.step(now: at(3602), me: nil).begun.map(\.job.name) == ["d"])
    }

    @Test func jitterPutsARunOff() throws {
        let job = try job(jitter: 600)
        let agenda = agenda([job])
        let due = job.due(at(3600))
        #expect(agenda.nextRun(of: "hourly") == due)
        #expect(agenda.step(now: due.advanced(byMilliseconds: -1), me: nil).isEmpty)
        #expect(agenda.step(now: due, me: nil).begun.map(\.slot) == [at(3600)])
    }

    @Test func whatSomebodyAsksForRunsNow() throws {
        let agenda = agenda([try job()])
        #expect(!agenda.demand("nightly", now: at(5)))
        #expect(agenda.demand("hourly", now: at(5)))
        let begun = agenda.step(now: at(5), me: me, holders: [try job().digest: [other]]).begun
        #expect(begun.map(\.slot) == [at(5)])
        #expect(!agenda.demand("hourly", now: at(6)))
        _ = agenda.ended(.done, of: "hourly", at(5), cost: .init(), now: at(7))
        #expect(agenda.nextRun(of: "hourly") == at(3600))
    }

    @Test func progressIsRemembered() throws {
        let agenda = agenda([try job()])
        _ = agenda.step(now: at(3600), me: nil)
        var cost = PrewarmRecord.Cost()
        cost.free = 2
        let record = agenda.came(to: "octo/lib runs", in: "hourly", at(3600), cost: cost).noted.first
        #expect(record?.open?.place == "octo/lib runs" && record?.last?.cost == cost)
        #expect(agenda.came(to: nil, in: "hourly", at(7200), cost: cost).isEmpty)
    }
}

/// An agenda that expectations may change.
private final class HeldAgenda {
    private var agenda: PrewarmAgenda

    init(_ agenda: PrewarmAgenda) { self.agenda = agenda }

    var items: [String: PrewarmAgenda.Item] { agenda.items }
    var names: [String] { agenda.names }

    func nextRun(of name: String) -> Timestamp? { agenda.nextRun(of: name) }
    func isRunning(_ name: String, _ slot: Timestamp) -> Bool { agenda.isRunning(name, slot) }
    func demand(_ name: String, now: Timestamp) -> Bool { agenda.demand(name, now: now) }

    func step(now: Timestamp, me: PeerID?, holders: [CID: Set<PeerID>] = [:]) -> [PrewarmAgenda.Directive] {
        agenda.step(now: now, me: me, holders: holders)
    }

    func heard(_ event: EventName, of repository: RepositoryName, at moment: Timestamp, now: Timestamp) {
        agenda.heard(event, of: repository, at: moment, now: now)
    }

    func came(
        to place: String?,
        in name: String,
        _ slot: Timestamp,
        cost: PrewarmRecord.Cost
    ) -> [PrewarmAgenda.Directive] {
        agenda.came(to: place, in: name, slot, cost: cost)
    }

    func ended(
        _ ending: PrewarmAgenda.Ending,
        of name: String,
        _ slot: Timestamp,
        cost: PrewarmRecord.Cost,
        now: Timestamp
    ) -> [PrewarmAgenda.Directive] {
        agenda.ended(ending, of: name, slot, cost: cost, now: now)
    }
}

extension [PrewarmAgenda.Directive] {
    var begun: [PrewarmAgenda.Assignment] {
        compactMap { if case .begin(let assignment) = $0 { assignment } else { nil } }
    }
    var said: [PrewarmWord] { compactMap { if case .say(let word) = $0 { word } else { nil } } }
    var noted: [PrewarmRecord] { compactMap { if case .note(let record) = $0 { record } else { nil } } }
}
