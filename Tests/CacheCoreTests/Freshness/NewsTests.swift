import CacheCore
import CacheWorld
import GitHubCore
import Testing

/// What becomes of stored answers when an event comes that carries no run or job, in virtual time.
struct NewsTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private static let checks = "/repos/o/r/commits/main/check-runs"
    private static let list = "/repos/o/r/actions/runs"
    private static let push = #""ref":"refs/heads/main","before":"0","after":"1","commits":[]"#

    private static func delivery(_ event: EventName, _ members: String) throws -> Delivery {
        let rest = #""repository":{"id":5,"full_name":"o/r","private":false,"default_branch":"main"}"#
        return try Delivery(event: event, body: Array("{\(members),\(rest)}".utf8))
    }

    private static func pullRequest(_ action: String, branch: String) throws -> Delivery {
        try delivery(
            .pullRequest,
            #""action":"\#(action)","pull_request":{"id":8,"head":{"ref":"\#(branch)","sha":"abc"}}"#
        )
    }

    private func run(_ id: Int, branch: String = "main", status: String = "queued") -> String {
        #"{"id":\#(id),"status":"\#(status)","head_branch":"\#(branch)","head_sha":"\#(id)","#
            + #""created_at":"2027-01-15T08:00:00Z","updated_at":"2027-01-15T08:00:00Z"}"#
    }

    private func list(_ runs: String...) -> String {
        #"{"total_count":\#(runs.count),"workflow_runs":[\#(runs.joined(separator: ","))]}"#
    }

    private func key(_ path: String, _ audience: Audience = .public) throws -> ResourceKey {
        ResourceKey(Representation(try #require(Resource(path))), audience: audience)
    }

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
        let question = Machine.Question(key: try key(path, audience), held: nil, source: .upstream, isRead: true)
        machine.take(.answer(answer), to: question)
    }

    private func standing(_ machine: Machine, _ path: String) -> Standing? {
        machine.store.answer(path)?.entry.standing
    }

    @Test func whatItTouchesIsWrongAtOnceForEveryReader() throws {
        var machine = try machine([(Self.checks, "{}"), (Self.list, list()), ("/repos/o/other/readme", "{}")])
        let own = Audience.credential(CredentialID("c"))
        try answer(&machine, Self.checks, "{}", audience: own, askedAt: Self.start)
        machine.take(try Self.delivery(.push, Self.push))
        #expect(standing(machine, Self.checks) == .invalid)
        #expect(machine.store.entries[try key(Self.checks, own)]?.standing == .invalid)
        #expect(standing(machine, Self.list) == .sound)
        #expect(standing(machine, "/repos/o/other/readme") == .sound)
    }

    @Test func aBurstIsOneFetchOfWhatIsWanted() throws {
        var machine = try machine([(Self.checks, "{}"), ("/repos/o/r/readme", "{}")])
        machine.wanted = [try key(Self.checks)]
        for _ in 1...5 {
            machine.take(try Self.delivery(.push, Self.push))
            machine.now = machine.now.advanced(byMilliseconds: 100)
            machine.wake()
            #expect(machine.questions.isEmpty)
        }
        machine.now = machine.now.advanced(byMilliseconds: 250)
        machine.wake()
        #expect(machine.questions.map(\.key) == [try key(Self.checks)])
    }

    @Test func anAnswerToAnEarlierQuestionDoesNotPassForALaterOne() throws {
        var machine = try machine([(Self.checks, "{}")])
        let askedBefore = machine.now
        machine.now = machine.now.advanced(byMilliseconds: 10)
        machine.take(try Self.delivery(.push, Self.push))
        machine.now = machine.now.advanced(byMilliseconds: 10)
        try answer(&machine, Self.checks, "{}", askedAt: askedBefore)
        #expect(standing(machine, Self.checks) == .invalid)
        try answer(&machine, "/repos/o/r/readme", "{}", askedAt: askedBefore)
        #expect(standing(machine, "/repos/o/r/readme") == .invalid, "nor where nothing was stored")
        try answer(&machine, Self.checks, "{}", askedAt: machine.now)
        #expect(standing(machine, Self.checks) == .sound)
    }

    @Test func aQuestionSinceADeliveryWasAcceptedIsALaterOne() throws {
        var machine = try machine([])
        let accepted = machine.now
        machine.now = accepted.advanced(bySeconds: 5)
        machine.take(try Self.delivery(.push, Self.push), acceptedAt: accepted)
        try answer(&machine, Self.checks, "{}", askedAt: accepted.advanced(byMilliseconds: 1))
        #expect(standing(machine, Self.checks) == .sound)
        try answer(&machine, "/repos/o/r/readme", "{}", askedAt: accepted)
        #expect(standing(machine, "/repos/o/r/readme") == .invalid)
        // Another one of the same kind that was accepted before and is taken in after it.
        machine.take(try Self.delivery(.push, Self.push), acceptedAt: accepted.advanced(bySeconds: -9))
        try answer(&machine, "/repos/o/r/readme", "{}", askedAt: accepted)
        #expect(standing(machine, "/repos/o/r/readme") == .invalid)
    }

    @Test(arguments: ["opened", "closed", "synchronize"])
    func aPullRequestTouchesWhatShowsItsHead(action: String) throws {
        let one = "/repos/o/r/actions/runs/7"
        let two = "/repos/o/r/actions/runs/8"
        let ofMain = "\(Self.list)?branch=main"
        var machine = try machine([
            (one, run(7, branch: "topic")), (two, run(8)), (Self.list, list(run(8), run(7, branch: "topic"))),
            (ofMain, list(run(8))), ("\(Self.list)?exclude_pull_requests=true", list(run(8), run(7, branch: "topic"))),
        ])
        machine.take(try Self.pullRequest(action, branch: "topic"))
        #expect(standing(machine, one) == .invalid)
        #expect(standing(machine, Self.list) == .invalid)
        #expect(standing(machine, two) == .sound)
        #expect(standing(machine, ofMain) == .sound)
        #expect(standing(machine, "\(Self.list)?exclude_pull_requests=true") == .sound)
    }

    @Test func aDispatchIsWaitedForAndItsRunMakesTheFetchNeedless() throws {
        for comes in [true, false] {
            var machine = try machine([(Self.list, list())])
            machine.wanted = [try key(Self.list)]
            machine.take(try Self.delivery(.workflowDispatch, #""workflow":"w","ref":"r","inputs":null"#))
            #expect(standing(machine, Self.list) == .sound)
            machine.now = machine.now.advanced(bySeconds: 1)
            machine.wake()
            #expect(machine.questions.isEmpty)
            if comes {
                let body = #""action":"requested","workflow_run":\#(run(9))"#
                let delivery = try Self.delivery(.workflowRun, body)
                let object = try #require(delivery.object)
                machine.take(
                    WorkflowEvent(
                        repository: try #require(delivery.repository),
                        object: object,
                        body: Body(delivery.objectBytes),
                        version: ObjectVersion(object),
                        authority: .webhook,
                        source: .webhook,
                        isPrivate: false,
                        asOf: machine.now
                    )
                )
            }
            machine.now = machine.now.advanced(bySeconds: 10)
            machine.wake()
            #expect(machine.questions.map(\.key) == (comes ? [] : [try key(Self.list)]))
        }
    }

    @Test func whatIsRememberedIsBounded() throws {
        var limits = Freshness.Limits()
        limits.news = 2
        var machine = Machine(limits: limits, now: Self.start)
        func sha(_ number: Int) -> String { String(repeating: "\(number)", count: 40) }
        for number in 1...3 {
            machine.take(try Self.delivery(.status, #""sha":"\#(sha(number))","state":"success","context":"ci""#))
        }
        machine.now = machine.now.advanced(bySeconds: 1)
        for (number, standing) in [(1, Standing.sound), (2, .invalid), (3, .invalid)] {
            let path = "/repos/o/r/commits/\(sha(number))/status"
            try answer(&machine, path, "{}", askedAt: Self.start)
            #expect(self.standing(machine, path) == standing)
        }
        machine.now = machine.now.advanced(bySeconds: 200)
        machine.take(try Self.delivery(.push, Self.push))
        let path = "/repos/o/r/commits/\(sha(3))/status"
        try answer(&machine, path, "{}", askedAt: Self.start)
        #expect(standing(machine, path) == .sound, "no answer is under way for so long")
    }

    @Test func aFormerNamesStatesAreRememberedUnderThePresentOne() throws {
        var machine = try machine([(Self.list, list(run(7, status: "in_progress"))), ("/repos/o/r/readme", "{}")])
        let changes = #""changes":{"repository":{"name":{"from":"r"}}}"#
        let body = #"{"action":"renamed",\#(changes),"repository":{"id":5,"full_name":"o/new","private":false}}"#
        machine.take(try Delivery(event: .repository, body: Array(body.utf8)))
        let new = try #require(RepositoryName("o/new"))
        #expect(machine.store.entries.isEmpty)
        #expect(machine.store.states.keys.map(\.repository) == [new])
        // A list that lags does not show an earlier state.
        machine.now = machine.now.advanced(bySeconds: 1)
        try answer(&machine, "/repos/o/new/actions/runs", list(run(7)), askedAt: machine.now)
        let shown = try #require(machine.store.answer("/repos/o/new/actions/runs"))
        #expect(String(decoding: shown.body.bytes, as: UTF8.self).contains("in_progress"))
        #expect(shown.entry.standing == .unconfirmed)
    }
}
