import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Simulation
import Testing

/// What becomes of a member's lies: they may be shown for a while, but nothing they say shuts the truth out.
struct LieTests {
    private var truth: Truth
    private var machine: Machine
    private let run: Int64
    private let base = "/repos/\(Truth.repository.canonical)/actions"
    /// What GitHub sent when the run began.
    private let beginning: [Letter]

    init() throws {
        truth = try Truth(seed: 1, lag: 0)
        _ = try truth.hook()
        machine = Machine(now: Truth.start)
        var run: Int64 = 0
        beginning = try truth.act(at: Truth.start) { run = try $0.startRun(.init(Truth.repository), at: Truth.start) }
            .map { Letter($0) }
        self.run = run
        let runs = World.key("\(base)/runs")
        machine.wanted.insert(runs)
        machine.take(
            truth.answer(OriginRequest(runs.representation, validator: nil, priority: .read), at: machine.now),
            to: machine.question(runs, source: .upstream, isRead: true)
        )
    }

    /// A way to lie about a run.
    enum Lie: String, CaseIterable {
        case attempt999, completed, future

        func told(of body: [UInt8]) -> [UInt8] {
            var text = String(decoding: body, as: UTF8.self)
            switch self {
            case .attempt999: text.replace(#""run_attempt":1"#, with: #""run_attempt":999"#)
            case .completed:
                text.replace(#""status":"queued""#, with: #""status":"completed""#)
                text.replace(#""conclusion":null"#, with: #""conclusion":"failure""#)
            case .future:
                text.replace(#""updated_at":"2026"#, with: #""updated_at":"2099"#)
                text.replace(#""status":"queued""#, with: #""status":"in_progress""#)
            }
            return Array(text.utf8)
        }
    }

    private mutating func tell(_ lie: Lie, id: String? = nil) throws {
        let letter = try #require(beginning.first { $0.event == "workflow_run" })
        let honest = try #require(letter.workflowEvent(asOf: machine.now))
        let told = lie.told(of: honest.body.bytes)
        #expect(told != honest.body.bytes)
        let object = SharedObject(
            repository: Truth.repository,
            kind: .run,
            body: Body(told),
            delivery: try #require(DeliveryID(id ?? letter.guid)),
            deploymentUpdatedAt: nil,
            acceptedAt: machine.now
        )
        machine.take(.event(object))
    }

    private func shown(_ path: String) throws -> String {
        String(decoding: try #require(machine.store.answer("\(base)/\(path)")).body.bytes, as: UTF8.self)
    }

    private var isLying: Bool {
        get throws {
            let all = try shown("runs") + shown("runs/\(run)")
            return all.contains("999") || all.contains("\"completed\"") || all.contains("2099")
        }
    }

    /// Lets time pass, and has GitHub answer what is asked.
    private mutating func live(seconds: Int) {
        for _ in 0..<seconds {
            machine.now = machine.now.advanced(bySeconds: 1)
            machine.wake()
            let questions = machine.questions
            machine.questions = []
            for question in questions {
                let validator = question.held.map { Validator(body: question.body, etag: $0.headers.etag) }
                let request = OriginRequest(question.key.representation, validator: validator, priority: .prewarm)
                machine.take(truth.answer(request, at: machine.now), to: question)
            }
        }
    }

    @Test(arguments: Lie.allCases)
    mutating func gitHubsOwnAnswerOverrulesIt(lie: Lie) throws {
        try tell(lie)
        #expect(try isLying)
        machine.now = machine.now.advanced(bySeconds: 1)
        let key = World.key("\(base)/runs/\(run)")
        let request = OriginRequest(key.representation, validator: nil, priority: .read)
        machine.take(truth.answer(request, at: machine.now), to: machine.question(key, source: .upstream, isRead: true))
        // Everything that shows the run is right again, not only what was asked for.
        #expect(try !isLying)
        #expect(machine.store.states.values.first { $0.id.kind == .run }?.authority == .github)
    }

    @Test(arguments: Lie.allCases)
    mutating func aLaterDeliveryHasGitHubAsked(lie: Lie) throws {
        try tell(lie)
        machine.questions = []
        machine.now = machine.now.advanced(bySeconds: 60)
        let now = machine.now
        let begun = try truth.act(at: now) { try $0.advance(run: self.run, at: now) }.map { Letter($0) }
        for letter in begun where letter.event == "workflow_run" {
            machine.take(try #require(letter.workflowEvent(asOf: now)))
        }
        live(seconds: 5)
        #expect(try !isLying)
    }

    @Test(arguments: Lie.allCases)
    mutating func anotherMembersLaterWordHasGitHubAsked(lie: Lie) throws {
        try tell(lie)
        machine.questions = []
        machine.now = machine.now.advanced(bySeconds: 60)
        let now = machine.now
        let begun = try truth.act(at: now) { try $0.advance(run: self.run, at: now) }.map { Letter($0) }
        for letter in begun where letter.event == "workflow_run" {
            let event = try #require(letter.workflowEvent(asOf: now))
            machine.take(
                .event(
                    SharedObject(
                        repository: Truth.repository,
                        kind: .run,
                        body: event.body,
                        delivery: try #require(DeliveryID(letter.guid)),
                        deploymentUpdatedAt: nil,
                        acceptedAt: now
                    )
                )
            )
        }
        live(seconds: 5)
        #expect(try !isLying)
    }

    @Test(arguments: Lie.allCases)
    mutating func aListThatShowsOtherwiseHasGitHubAsked(lie: Lie) throws {
        try tell(lie)
        machine.questions = []
        // Long enough that GitHub's list does not lag behind any more.
        machine.now = machine.now.advanced(bySeconds: 120)
        let key = World.key("\(base)/runs")
        let request = OriginRequest(key.representation, validator: nil, priority: .read)
        machine.take(truth.answer(request, at: machine.now), to: machine.question(key, source: .upstream, isRead: true))
        live(seconds: 5)
        #expect(try !isLying)
    }

    @Test(arguments: Lie.allCases)
    mutating func theSameLieIsNotBelievedAgain(lie: Lie) throws {
        try tell(lie)
        machine.now = machine.now.advanced(bySeconds: 30)
        let key = World.key("\(base)/runs/\(run)")
        let request = OriginRequest(key.representation, validator: nil, priority: .read)
        machine.take(truth.answer(request, at: machine.now), to: machine.question(key, source: .upstream, isRead: true))
        machine.now = machine.now.advanced(bySeconds: 30)
        // It is dated as it was, whenever it is said to have been accepted.
        try tell(lie)
        #expect(try !isLying)
    }

    @Test mutating func wordsAgainstWordsSpendLittleOfTheBudget() throws {
        try tell(.attempt999)
        machine.questions = []
        let letter = try #require(beginning.first { $0.event == "workflow_run" })
        var asked = 0
        for second in 1...100 {
            machine.now = machine.now.advanced(bySeconds: 1)
            // One says this and another that, ten times a second, and GitHub is away.
            for number in 0..<10 {
                let event = try #require(letter.workflowEvent(asOf: machine.now))
                let text = String(decoding: event.body.bytes, as: UTF8.self) + String(repeating: " ", count: number)
                machine.take(
                    .event(
                        SharedObject(
                            repository: Truth.repository,
                            kind: .run,
                            body: Body(Array(text.utf8)),
                            delivery: DeliveryID("opaque-\(second)-\(number)") ?? DeliveryID(letter.guid)!,
                            deploymentUpdatedAt: nil,
                            acceptedAt: machine.now
                        )
                    )
                )
            }
            machine.wake()
            asked += machine.questions.filter { $0.key == World.key("\(base)/runs/\(run)") }.count
            machine.questions = []
        }
        #expect(asked <= 15)
    }

    @Test mutating func anHonestWordThatGitHubRepeatsIsGitHubsOwn() throws {
        let letter = try #require(beginning.first { $0.event == "workflow_run" })
        let event = try #require(letter.workflowEvent(asOf: machine.now))
        let object = SharedObject(
            repository: Truth.repository,
            kind: .run,
            body: event.body,
            delivery: try #require(DeliveryID(letter.guid)),
            deploymentUpdatedAt: nil,
            acceptedAt: machine.now
        )
        machine.take(.event(object))
        let key = World.key("\(base)/runs/\(run)")
        let request = OriginRequest(key.representation, validator: nil, priority: .read)
        machine.now = machine.now.advanced(bySeconds: 1)
        machine.take(truth.answer(request, at: machine.now), to: machine.question(key, source: .upstream, isRead: true))
        let state = try #require(machine.store.states.values.first { $0.id.kind == .run })
        #expect(state.authority == .github)
        #expect(state.version.deliveredAt != nil)
    }
}
