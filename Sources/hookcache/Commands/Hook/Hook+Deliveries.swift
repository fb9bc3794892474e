import ArgumentParser

extension Hook {
    /// `hookcache hook deliveries`.
    struct Deliveries: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "GitHub's delivery log of a webhook, beside what became of each delivery here.",
            discussion: """
                Without a scope, what the node's own inbox knows, at no call to GitHub. HERE is done, waiting, failed \
                (set aside, with the reason), missing (it never came: `hookcache hook recover` takes it in), unused or \
                forgotten.
                """
        )

        @OptionGroup var log: LogOptions

        @Flag(help: "Only those that GitHub could not deliver, or that are set aside here.")
        var failed = false

        @Option(help: "How many, the latest first.")
        var limit = 100

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        static let columns = [
            Column("AT", "at"), Column("EVENT", row: Self.event), Column("HERE", "here"), Column("GITHUB", "status"),
            Column("SCOPE", "scope"), Column("DELIVERY", "delivery"), Column("REASON", "reason"),
        ]

        func validate() throws {
            guard self.limit > 0 else { throw ValidationError("--limit must be above 0") }
        }

        func run() async throws {
            let query = [
                ("scope", self.log.scope), ("failed", self.failed ? "true" : nil), ("limit", "\(self.limit)"),
            ]
            let answer = try await self.settings.client().get("hooks/deliveries", query)
            let empty = self.failed ? "no delivery failed" : "no delivery yet"
            self.output.print(rows: answer.rows("deliveries"), columns: Self.columns, empty: empty)
        }

        /// The event with its action.
        private static func event(_ row: JSONValue) -> String {
            [row["event"]?.string, row["action"]?.string].compactMap(\.self).joined(separator: ".")
        }
    }
}
