import GitHubCore
import Testing

@testable import CacheCore

/// Whether runners work, set in GitHub's own bytes.
struct RunnerEditorTests {
    private static let start = Timestamp(seconds: 1_800_000_000)

    private static func runner(_ id: Int64, _ name: String, busy: Bool, more: String = "") -> String {
        #"{"id":\#(id),"name":"\#(name)","os":"linux","status":"online","busy":\#(busy),"labels":[]\#(more)}"#
    }

    private static func list(_ runners: String...) -> String {
        #"{"total_count":\#(runners.count),"runners":[\#(runners.joined(separator: ","))]}"#
    }

    private func editor(
        _ body: String,
        _ path: String = "/orgs/o/actions/runners",
        askedAt second: Int = 0
    ) throws -> RunnerEditor? {
        let resource = try #require(Resource(path))
        return RunnerEditor(resource, body: Array(body.utf8), listedAt: Self.start.advanced(bySeconds: second))
    }

    private func edit(_ body: String, _ word: RunnerBook.Word, askedAt second: Int = 0) throws -> ListEdit {
        let editor = try editor(body, askedAt: second)
        return try #require(editor).edit(word)
    }

    @Test func aJobThatBeginsAndEndsShowsInItsRunnerAndNowhereElse() throws {
        let idle = Self.list(Self.runner(3, "big", busy: false), Self.runner(4, "small", busy: false))
        let busy = Self.list(Self.runner(3, "big", busy: true), Self.runner(4, "small", busy: false))
        let begun = try RunnerBookTests.word(1, "in_progress", at: 9)
        let ended = try RunnerBookTests.word(1, "completed", at: 30)
        #expect(try edit(idle, begun) == .replaced(Array(busy.utf8)))
        #expect(try edit(busy, begun) == .unchanged)
        #expect(try edit(busy, ended) == .replaced(Array(idle.utf8)))
        #expect(try edit(idle, ended) == .unchanged)
    }

    @Test func oneRunnersOwnAnswerIsSetToo() throws {
        let editor = try editor(Self.runner(3, "big", busy: false), "/repos/o/r/actions/runners/3")
        let busy = Array(Self.runner(3, "big", busy: true).utf8)
        #expect(try editor?.edit(RunnerBookTests.word(1, "in_progress", at: 9)) == .replaced(busy))
    }

    @Test func aRunnerThatIsNotListedIsAskedForWhileItWorks() throws {
        let list = Self.list(Self.runner(4, "small", busy: false))
        #expect(try edit(list, RunnerBookTests.word(1, "in_progress", at: 9)) == .invalid)
        #expect(try edit(list, RunnerBookTests.word(1, "completed", at: 9)) == .unchanged)
        // One of GitHub's own.
        let hosted = try RunnerBookTests.word(1, "in_progress", at: 9, labels: #""ubuntu-latest""#)
        #expect(try edit(list, hosted) == .unchanged)
    }

    @Test func aNumberOfOneOfGitHubsOwnRunnersMeansNoOther() throws {
        let list = Self.list(Self.runner(3, "big", busy: false))
        let hosted = try RunnerBookTests.word(
            1,
            "in_progress",
            at: 9,
            name: "GitHub Actions 3",
            labels: #""ubuntu-latest""#
        )
        #expect(try edit(list, hosted) == .unchanged)
        let nameless = try RunnerBookTests.word(1, "in_progress", at: 9, name: nil)
        #expect(try edit(list, nameless) == .replaced(Array(Self.list(Self.runner(3, "big", busy: true)).utf8)))
    }

    @Test func aRunnerForOneJobIsGoneAfterIt() throws {
        let list = Self.list(Self.runner(3, "big", busy: true, more: #","ephemeral":true"#))
        #expect(try edit(list, RunnerBookTests.word(1, "completed", at: 9)) == .invalid)
        let lasting = Self.list(Self.runner(3, "big", busy: true, more: #","ephemeral":false"#))
        #expect(try edit(lasting, RunnerBookTests.word(1, "completed", at: 9)) != .invalid)
    }

    @Test func whatGitHubWasAskedLaterIsNotUndone() throws {
        let list = Self.list(Self.runner(3, "big", busy: false))
        let word = try RunnerBookTests.word(1, "in_progress", at: 9)
        #expect(try edit(list, word, askedAt: 9) != .unchanged)
        // By its own clock, which may be ahead: only GitHub knows.
        #expect(try edit(list, word, askedAt: 20) == .invalid)
        #expect(try edit(list, word, askedAt: 120) == .unchanged)
    }

    @Test func anAnswerShowsWhatWasToldSinceTheQuestion() throws {
        let list = Self.list(Self.runner(3, "big", busy: false), Self.runner(4, "small", busy: true))
        var book = RunnerBook()
        _ = try book.hear(RunnerBookTests.word(1, "in_progress", at: 9))
        _ = try book.hear(RunnerBookTests.word(2, "completed", at: 5, runner: 4, name: "small"))
        let laid = try editor(list, askedAt: 7)?.laying(book)
        let expected = Self.list(Self.runner(3, "big", busy: true), Self.runner(4, "small", busy: true))
        #expect(laid == Array(expected.utf8))
        let later = try #require(try editor(list, askedAt: 10))
        #expect(later.laying(book) == nil)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"runners":7}"#, #"{"runners":[7,{}]}"#, #"{"runners":[{"id":3,"name":"big"}]}"#,
    ])
    func foreignBytesAreLeftAlone(_ body: String) throws {
        let word = try RunnerBookTests.word(1, "in_progress", at: 9)
        guard let editor = try editor(body) else { return }
        guard case .replaced = editor.edit(word) else { return }
        Issue.record("bytes were edited that show no runner")
    }
}
