import ArgumentParser

/// `hookcache runners`: the self-hosted runners of an organisation or a repository, from the cache.
struct Runners: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The self-hosted runners of an organisation or a repository, from the cache.",
        discussion:
            "The node's token must be allowed to: administration on the repository, or runners on the organisation."
    )

    @Argument(help: ArgumentHelp("The organisation, or the repository.", valueName: "owner[/repo]"))
    var scope: Scope

    @OptionGroup var watching: WatchOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    static let columns = [
        Column("ID", "id"), Column("NAME", "name"),
        Column("STATUS", "status", ink: { $0 == "online" ? .green : .red }),
        Column("BUSY", "busy", ink: { $0 == "yes" ? .yellow : .plain }), Column("OS", "os"),
        Column("LABELS", "labels"),
    ]

    func run() async throws {
        let client = try self.settings.client()
        try await self.watching.run(client, following: .scope(self.scope.target)) {
            let answer = try await client.get("runners", [("scope", self.scope.description)])
            answer.warnIfIncomplete("runners")
            return self.output.text(
                rows: answer.rows("runners"),
                columns: Self.columns,
                empty: "\(self.scope) has no self-hosted runners",
                style: Terminal.output.style
            )
        }
    }
}
