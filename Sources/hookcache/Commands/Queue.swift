import ArgumentParser

/// `hookcache queue`: how many jobs wait and run.
struct Queue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How many jobs wait and run, in all and by the labels they ask for."
    )

    @Argument(help: ArgumentHelp("The owner, or the repository.", valueName: "owner[/repo]"))
    var scope: Scope

    @Option(help: ArgumentHelp("Only jobs that ask for all of these labels, comma-separated.", valueName: "a,b"))
    var labels: String?

    @OptionGroup var watching: WatchOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    static let columns = [Column("QUEUED", "queued"), Column("IN PROGRESS", "in_progress"), Column("LABELS", "labels")]

    func run() async throws {
        let client = try self.settings.client()
        try await self.watching.run(client, following: .scope(self.scope.target)) {
            let answer = try await client.get(
                "queue",
                [self.scope.queryItem, ("labels", self.labels)].map { ($0.0, $0.1) }
            )
            return self.text(answer, style: Terminal.output.style)
        }
    }

    /// The whole as a first row over those of its labels.
    func text(_ answer: JSONValue, style: Style) -> String {
        if self.output.json || !self.output.fields.isEmpty {
            return self.output.text(object: answer, columns: Self.columns, style: style)
        }
        let all = JSONValue.object([
            "queued": answer["queued"] ?? .null, "in_progress": answer["in_progress"] ?? .null,
            "labels": .string("(all)"),
        ])
        return Table(columns: Self.columns, rows: [all] + answer.rows("by_labels")).text(style)
    }
}
