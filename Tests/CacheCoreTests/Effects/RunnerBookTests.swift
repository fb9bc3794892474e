import CacheCore
import GitHubCore
import Testing

/// What jobs tell of their runners, in whatever order they come.
struct RunnerBookTests {
    /// A job's word; its seconds count from some minute.
    static func word(
        _ job: Int64,
        _ status: String,
        at second: Int,
        runner: Int64 = 3,
        name: String? = "big",
        labels: String = #""self-hosted""#
    ) throws -> RunnerBook.Word {
        try #require(RunnerBook.Word(read(job, status, at: second, runner: runner, name: name, labels: labels)))
    }

    private static func read(
        _ job: Int64,
        _ status: String,
        at second: Int,
        runner: Int64? = 3,
        name: String? = "big",
        labels: String = #""self-hosted""#
    ) throws -> WorkflowJob {
        let stamp = Timestamp(seconds: 1_800_000_000 + Int64(second)).rfc3339
        let (began, ended) = status == "completed" ? ("null", "\"\(stamp)\"") : ("\"\(stamp)\"", "null")
        let text =
            #"{"id":\#(job),"run_id":7,"status":"\#(status)","started_at":\#(began),"completed_at":\#(ended),"#
            + #""runner_id":\#(runner.map { "\($0)" } ?? "null"),"runner_name":\#(name.map { "\"\($0)\"" } ?? "null"),"#
            + #""labels":[\#(labels)]}"#
        return try #require(WorkflowJob(JSONObject(Array(text.utf8))))
    }

    @Test func onlyAJobThatARunnerHasTellsOfOne() throws {
        #expect(try RunnerBook.Word(Self.read(1, "queued", at: 0)) == nil)
        #expect(try RunnerBook.Word(Self.read(1, "completed", at: 0, runner: nil)) == nil)
        #expect(try RunnerBook.Word(Self.read(1, "completed", at: 0, runner: 0)) == nil)
        #expect(try Self.word(1, "in_progress", at: 0).isBusy)
        #expect(try !Self.word(1, "completed", at: 9).isBusy)
    }

    /// Whether each of some words is news to a book that hears them in this order.
    private func heard(_ words: RunnerBook.Word...) -> [Bool] {
        var book = RunnerBook()
        return words.map { book.hear($0) }
    }

    @Test func lateNewsOfAnEarlierJobIsNone() throws {
        let news = try heard(
            Self.word(1, "in_progress", at: 0),
            Self.word(2, "in_progress", at: 20),
            Self.word(1, "completed", at: 19),
            Self.word(1, "in_progress", at: 0),
            Self.word(2, "completed", at: 30)
        )
        #expect(news == [true, true, false, false, true])
    }

    @Test func theSameWordTwiceStands() throws {
        let word = try Self.word(1, "in_progress", at: 0)
        #expect(heard(word, word) == [true, true])
    }

    @Test func withinASecondAJobEndsAfterItBeganAndBeforeTheNextBegins() throws {
        let begun = try Self.word(1, "in_progress", at: 5)
        let ended = try Self.word(1, "completed", at: 5)
        let next = try Self.word(2, "in_progress", at: 5)
        #expect(heard(begun, ended, next, ended) == [true, true, true, false])
        #expect(heard(ended, begun) == [true, false])
    }

    @Test func eachRunnerIsItsOwn() throws {
        let one = try Self.word(1, "in_progress", at: 20)
        let other = try Self.word(2, "in_progress", at: 10, runner: 4)
        #expect(heard(one, other) == [true, true])
    }

    @Test func beyondItsBoundItForgetsTheRunnerHeardOfLongestAgo() throws {
        var book = RunnerBook()
        for runner in 0...RunnerBook.Limits.runners {
            _ = try book.hear(Self.word(1, "in_progress", at: 10 + runner, runner: Int64(runner) + 1))
        }
        // Its first word is forgotten, so an earlier one is news.
        let first = try book.hear(Self.word(1, "completed", at: 5, runner: 1))
        let latest = try book.hear(Self.word(1, "completed", at: 5, runner: Int64(RunnerBook.Limits.runners)))
        #expect(first && !latest)
    }
}
