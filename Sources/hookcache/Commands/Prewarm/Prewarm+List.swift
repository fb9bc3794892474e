import ArgumentParser

extension Prewarm {
    /// `hookcache prewarm list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the declared jobs: their last run, what it cost, and the next.",
            discussion: "The jobs are those of the file that CACHE_PREWARM_FILE names."
        )

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        static let columns = [
            Column("JOB", "name"), Column("WHEN", row: Self.trigger), Column("LAST RUN", row: Self.lastRun),
            Column("OUTCOME", "outcome", ink: Self.ink),
            Column("CALLS", row: Self.cost), Column("NEXT RUN", row: Self.nextRun), Column("RUNNER", row: Self.runner),
        ]

        func run() async throws {
            let answer = try await self.settings.client().get("prewarm")
            let empty = "no job is declared: CACHE_PREWARM_FILE names a file of them"
            self.output.print(rows: answer.rows("prewarm", "jobs"), columns: Self.columns, empty: empty)
        }

        @Sendable private static func ink(_ outcome: String) -> Style.Ink {
            switch outcome {
            case "done": .green
            case "stopped": .yellow
            default: .plain
            }
        }

        @Sendable private static func trigger(_ row: JSONValue) -> String {
            if let schedule = row["schedule"]?.string { return schedule }
            return "on " + (row["on"]?.cell ?? "-")
        }

        @Sendable private static func lastRun(_ row: JSONValue) -> String {
            row["last_run"]?.string.map { "\(Humane.since($0)) ago" } ?? "-"
        }

        @Sendable private static func cost(_ row: JSONValue) -> String {
            guard let counted = row["api_calls"]?.double, let free = row["api_calls_free"]?.double else { return "-" }
            return free > 0 ? "\(Int(counted)), \(Int(free)) free" : "\(Int(counted))"
        }

        @Sendable private static func nextRun(_ row: JSONValue) -> String {
            if row["running"]?.string != nil { return "running" }
            return row["next_run"]?.string.map { "in \(Humane.until($0))" } ?? "-"
        }

        @Sendable private static func runner(_ row: JSONValue) -> String {
            row["running"]?.string ?? row["runner"]?.string ?? "-"
        }
    }
}
