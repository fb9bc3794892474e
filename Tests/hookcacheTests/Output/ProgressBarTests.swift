import Testing

@testable import hookcache

@Suite struct ProgressBarTests {
    @Test func theBarFillsWithTheWork() {
        let line = ProgressBar.line("work", done: 1, total: 4, seconds: 2)
        #expect(line == "work [######..................] 1/4 2s")
        #expect(ProgressBar.line("work", done: 9, total: 4, seconds: 2).contains("[########################]"))
        #expect(ProgressBar.line("work", done: 0, total: nil, seconds: 3) == "work 3s")
    }

    @Test func theWorksResultAndErrorComeThrough() async throws {
        let result = try await ProgressBar.during("work", total: 1) { bar in
            bar.advance()
            return 7
        }
        #expect(result == 7)
        await #expect(throws: CommandError.self) {
            try await ProgressBar.during("work") { _ in throw CommandError.failed("no") }
        }
    }
}
