import CacheCore
import CacheWorld
import GitHubCore
import Testing

/// What becomes of stored answers when a client writes through the node, in virtual time.
struct WriteTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private static let run = "/repos/o/r/actions/runs/7"
    private static let list = "/repos/o/r/actions/runs"

    private func run(_ status: String, id: Int = 7, attempt: Int = 1) -> String {
        #"{"id":\#(id),"status":"\#(status)","run_attempt":\#(attempt),"created_at":"2027-01-15T08:00:00Z","#
            + #""updated_at":"2027-01-15T08:00:00Z"}"#
    }

    private func list(_ runs: String...) -> String {
        #"{"total_count":\#(runs.count),"workflow_runs":[\#(runs.joined(separator: ","))]}"#
    }

    private func key(_ path: String, _ audience: Audience = .public) throws -> ResourceKey {
        ResourceKey(Representation(try #require(Resource(path))), audience: audience)
    }

    /// A machine to which GitHub has told some answers.
    private func machine(_ answers: [(String, String)]) throws -> Machine {
        var machine = Machine(now: Self.start)
        for (path, body) in answers { try answer(&machine, path, body, askedAt: Self.start) }
        machine.now = machine.now.advanced(bySeconds: 1)
        return machine
    }

    private func answer(
        _ machine: inout Machine,
        _ path: String,
        _ body: String,
        audience: Audience = .public,
        askedAt: Timestamp
    ) throws {
        let answer = OriginAnswer(status: 200, headers: EntryHeaders(), body: Body(Array(body.utf8)), askedAt: askedAt)
        let question = Machine.Question(
            key: try key(path, audience),
            held: nil,
            source: .upstream,
            isRead: true
        )
        machine.take(.answer(answer), to: question)
    }

    private func standing(_ machine: Machine, _ path: String) -> Standing? {
        machine.store.answer(path)?.entry.standing
    }

    @Test(arguments: [true, false]) func whatItTouchesIsWrongAtOnceForEveryReader(isDone: Bool) throws {
        var machine = try machine([(Self.run, run("in_progress")), (Self.list, list(run("in_progress")))])
        let own = Audience.credential(CredentialID("c"))
        try answer(&machine, Self.run, run("in_progress"), audience: own, askedAt: Self.start)
        try answer(&machine, "/repos/o/other/actions/runs/7", run("in_progress"), askedAt: Self.start)
        // Without an answer nobody knows whether GitHub did it.
        machine.write("POST", "\(Self.run)/cancel", isDone: isDone)
        #expect(standing(machine, Self.run) == .invalid)
        #expect(standing(machine, Self.list) == .invalid)
        #expect(machine.store.entries[try key(Self.run, own)]?.standing == .invalid)
        #expect(standing(machine, "/repos/o/other/actions/runs/7") == .sound)
    }

    @Test func whatIsWantedIsFetchedALittleLater() throws {
        var machine = try machine([(Self.run, run("in_progress")), (Self.list, list(run("in_progress")))])
        machine.wanted = [try key(Self.run)]
        machine.write("POST", "\(Self.run)/cancel")
        machine.wake()
        #expect(machine.questions.isEmpty)
        machine.now = machine.now.advanced(bySeconds: 1)
        machine.wake()
        #expect(machine.questions.map(\.key) == [try key(Self.run)])
    }

    @Test func anAnswerToAnEarlierQuestionDoesNotPassForALaterOne() throws {
        var machine = try machine([(Self.run, run("in_progress"))])
        let askedBefore = machine.now
        machine.now = machine.now.advanced(byMilliseconds: 10)
        machine.write("POST", "\(Self.run)/cancel")
        machine.now = machine.now.advanced(byMilliseconds: 10)
        try answer(&machine, Self.run, run("in_progress"), askedAt: askedBefore)
        #expect(standing(machine, Self.run) == .invalid)
        try answer(&machine, Self.list, list(run("in_progress")), askedAt: askedBefore)
        #expect(standing(machine, Self.list) == .invalid, "nor where nothing was stored")
        try answer(&machine, Self.run, run("in_progress"), askedAt: machine.now)
        #expect(standing(machine, Self.run) == .sound, "but GitHub's word after it holds")
    }

    @Test func anUnchangedAnswerToAnEarlierQuestionProvesNothing() throws {
        var machine = try machine([(Self.run, run("in_progress"))])
        let held = try #require(machine.store.answer(Self.run)).entry
        let askedBefore = machine.now
        machine.now = machine.now.advanced(byMilliseconds: 10)
        machine.write("POST", "\(Self.run)/cancel")
        let question = Machine.Question(key: try key(Self.run), held: held, source: .upstream, isRead: true)
        machine.take(.unchanged(EntryHeaders(), askedAt: askedBefore), to: question)
        #expect(standing(machine, Self.run) == .invalid)
        machine.now = machine.now.advanced(byMilliseconds: 10)
        machine.take(.unchanged(EntryHeaders(), askedAt: machine.now), to: question)
        #expect(standing(machine, Self.run) == .unconfirmed, "GitHub may be slow to act: it is asked again")
    }

    @Test func anUnchangedListIsNotTrustedBeforeNoListLagsThatLong() throws {
        var machine = try machine([(Self.list, list(run("in_progress")))])
        machine.write("POST", "\(Self.run)/cancel")
        machine.now = machine.now.advanced(bySeconds: 1)
        let written = machine.now
        var asked: [Int64] = []
        var question = machine.question(try key(Self.list), source: .upstream, isRead: true)
        while asked.count < 10, standing(machine, Self.list) != .sound {
            machine.take(.unchanged(EntryHeaders(), askedAt: machine.now), to: question)
            asked.append(machine.now.milliseconds(since: written) / 1000)
            while asked.count < 10, machine.questions.isEmpty, machine.now.milliseconds(since: written) < 600_000 {
                machine.now = machine.now.advanced(bySeconds: 1)
                machine.wake()
            }
            guard let next = machine.questions.first else { break }
            machine.questions.removeAll()
            question = next
        }
        #expect(standing(machine, Self.list) == .sound)
        #expect(asked == [0, 2, 32, 92, 212])
    }

    @Test func aRunThatWasDeletedIsGoneAndNoListLacksIt() throws {
        var machine = try machine([(Self.run, run("completed")), (Self.list, list(run("completed")))])
        machine.write("DELETE", Self.run)
        #expect(machine.store.answer(Self.run) == nil)
        machine.now = machine.now.advanced(bySeconds: 1)
        try answer(&machine, Self.list, list(), askedAt: machine.now)
        let shown = try #require(machine.store.answer(Self.list))
        #expect(shown.entry.standing == .sound)
        #expect(String(decoding: shown.body.bytes, as: UTF8.self) == list())
    }

    @Test func aRunOfWhichGitHubDidNotSaySoIsNotGone() throws {
        var machine = try machine([(Self.run, run("completed")), (Self.list, list(run("completed")))])
        machine.write("DELETE", Self.run, isDone: false)
        #expect(standing(machine, Self.run) == .invalid)
        machine.now = machine.now.advanced(bySeconds: 1)
        try answer(&machine, Self.list, list(), askedAt: machine.now)
        #expect(standing(machine, Self.list) == .unconfirmed, "lists lag")
    }

    @Test func aPeersOlderCopyDoesNotPassForANewerOne() throws {
        var machine = try machine([(Self.run, run("in_progress"))])
        let old = try #require(machine.store.answer(Self.run))
        machine.write("POST", "\(Self.run)/cancel")
        machine.take(Announcement.entry(SharedEntry(entry: old.entry, body: old.body)))
        #expect(standing(machine, Self.run) == .invalid)
    }

    @Test func whatIsRememberedOfWritesIsBounded() throws {
        var limits = Freshness.Limits()
        limits.writes = 2
        var machine = Machine(limits: limits, now: Self.start)
        for run in 1...3 { machine.write("POST", "/repos/o/r\(run)/actions/runs/7/cancel") }
        for (run, standing) in [(1, Standing.sound), (2, .invalid), (3, .invalid)] {
            let path = "/repos/o/r\(run)/actions/runs/7"
            try answer(&machine, path, self.run("queued"), askedAt: Self.start)
            #expect(self.standing(machine, path) == standing)
        }
    }
}
