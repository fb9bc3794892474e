import ArgumentParser

/// `hookcache jobs`: the jobs of a run, from the cache.
struct Jobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The jobs of a workflow run, fresh, from the cache.")

    @Argument(help: ArgumentHelp("The repository.", valueName: "owner/repo"))
    var repository: Repository

    @Argument(help: ArgumentHelp("The run's id, as `hookcache runs` shows it.", valueName: "run"))
    var runID: UInt64

    @OptionGroup var watching: WatchOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    static let columns = [
        Column("ID", "id"), Column.state, Column("NAME", "name"), Column("RUNNER", "runner", "runner_name"),
        Column("LABELS", "labels"),
        Column("TOOK", row: { Humane.between($0["started_at"]?.string, $0["completed_at"]?.string) }),
    ]

    func run() async throws {
        let client = try self.settings.client()
        let query: [(String, String?)] = [("repo", self.repository.description), ("run", String(self.runID))]
        try await self.watching.run(client, following: .repository(self.repository.description)) {
            let rows = try await client.get("jobs", query).rows("jobs")
            return self.output.text(
                rows: rows,
                columns: Self.columns,
                empty: "run \(self.runID) has no jobs",
                style: Terminal.output.style
            )
        }
    }
}
