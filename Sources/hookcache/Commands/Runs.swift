import ArgumentParser

/// `hookcache runs`: a repository's workflow runs, from the cache.
struct Runs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "A repository's workflow runs, fresh, from the cache.")

    @Argument(help: ArgumentHelp("The repository.", valueName: "owner/repo"))
    var repository: Repository

    @Option(help: "Only runs of this status or conclusion: queued, in_progress, completed, success, failure, …")
    var status: String?

    @Option(help: "Only runs of this branch.")
    var branch: String?

    @Option(help: "At most so many, newest first.")
    var limit = 20

    @OptionGroup var watching: WatchOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    static let columns = [
        Column("ID", "id"), Column.state, Column("WORKFLOW", "name"), Column("BRANCH", "branch", "head_branch"),
        Column("EVENT", "event"),
        Column("ATTEMPT", "attempt", "run_attempt"), Column.since("AGE", "created_at"),
        Column("TITLE", "title", "display_title"),
    ]

    func validate() throws {
        guard (1...1000).contains(self.limit) else { throw ValidationError("--limit wants a number from 1 to 1000") }
    }

    func run() async throws {
        let client = try self.settings.client()
        let query: [(String, String?)] = [
            ("repo", self.repository.description), ("status", self.status), ("branch", self.branch),
            ("limit", String(self.limit)),
        ]
        try await self.watching.run(client, following: .repository(self.repository.description)) {
            let answer = try await client.get("runs", query)
            let rows = Array(answer.rows("workflow_runs", "runs").prefix(self.limit))
            return self.output.text(
                rows: rows,
                columns: Self.columns,
                empty: "no runs of \(self.repository) match",
                style: Terminal.output.style
            )
        }
    }
}
