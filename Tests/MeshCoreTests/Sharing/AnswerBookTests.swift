import CacheCore
import GitHubCore
import MeshCore
import Multiformats
import Testing

@Suite struct AnswerBookTests {
    private let fast = peer(1)
    private let slow = peer(2)
    private let silent = peer(3)
    private let new = peer(4)

    @Test func whoAnswersFastIsAskedFirst() {
        var book = AnswerBook()
        for _ in 0..<10 {
            book.note(self.fast, took: .milliseconds(1))
            book.note(self.slow, took: .milliseconds(80))
            book.note(self.silent, took: nil)
        }
        let peers = [self.silent, self.slow, self.new, self.fast]
        #expect(book.ranked(peers) == [self.fast, self.new, self.slow, self.silent])
        // And again once it does.
        for _ in 0..<60 { book.note(self.silent, took: .milliseconds(1)) }
        #expect(book.ranked([self.slow, self.silent]) == [self.silent, self.slow])
    }

    @Test func whatNobodyHadIsNotAskedForAgainForAWhile() throws {
        var book = AnswerBook()
        let runs = try Sample.entry().key.representation
        let other = try Sample.entry("/repos/octo/other/actions/runs").key.representation
        book.noteAbsence(of: runs, isFollowed: true, now: .seconds(1))
        book.noteAbsence(of: other, isFollowed: true, now: .seconds(1))
        #expect(book.isAbsent(runs, now: .seconds(2)))
        #expect(!book.isAbsent(runs, now: .seconds(3)))
        // News of the repository: somebody may have it now.
        book.heard(of: try Sample.repository())
        #expect(!book.isAbsent(runs, now: .seconds(2)))
        #expect(book.isAbsent(other, now: .seconds(2)))
    }

    @Test func ofARepositoryThatNobodyFollowsNobodyHasAnything() throws {
        var book = AnswerBook()
        let runs = try Sample.entry().key.representation
        let run = try Sample.entry("/repos/octo/hello/actions/runs/7").key.representation
        book.noteAbsence(of: runs, isFollowed: false, now: .zero)
        #expect(book.isAbsent(run, now: .seconds(1)))
        #expect(!book.isAbsent(try Sample.entry("/repos/octo/other").key.representation, now: .seconds(1)))
        book.heard(of: try Sample.repository())
        #expect(!book.isAbsent(run, now: .seconds(1)))
    }

    @Test func whatIsRememberedIsBounded() throws {
        var limits = AnswerBook.Limits()
        limits.absences = 3
        var book = AnswerBook(limits: limits)
        let all = try (1...10).map { try Sample.entry("/repos/octo/hello/actions/runs/\($0)").key.representation }
        for one in all { book.noteAbsence(of: one, isFollowed: true, now: .zero) }
        #expect(all.count { book.isAbsent($0, now: .milliseconds(1)) } <= 3)
        #expect(all.last.map { book.isAbsent($0, now: .milliseconds(1)) } == true)
    }
}
