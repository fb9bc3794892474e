extension LogBook {
    /// Whether a line was written that contains every one of some words.
    package func tells(_ words: String...) -> Bool { tells(words) }

    /// Waits, as long as the test may take, until a line is written that contains every one of some words.
    package func eventuallyTells(_ words: String...) async throws {
        while !tells(words) { try await Task.sleep(for: .milliseconds(2)) }
    }

    private func tells(_ words: [String]) -> Bool {
        lines.contains { line in words.allSatisfy { line.contains($0) } }
    }
}
