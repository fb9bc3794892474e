extension LogBook {
    /// Whether a line was written that contains every one of some words.
    package func tells(_ words: String...) -> Bool {
        lines.contains { line in words.allSatisfy { line.contains($0) } }
    }
}
