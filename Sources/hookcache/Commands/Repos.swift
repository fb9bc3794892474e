import ArgumentParser

/// `hookcache repos`: an owner's repositories, from the cache.
struct Repos: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "An organisation's or a user's repositories, the last pushed to first, from the cache."
    )

    @Argument(help: ArgumentHelp("The organisation or the user.", valueName: "owner"))
    var owner: Owner

    @Option(
        help: ArgumentHelp("Only repositories that were pushed to or changed in the last days.", valueName: "days")
    )
    var sinceDays: Int?

    @OptionGroup var watching: WatchOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    static let columns = [
        Column("NAME", "full_name"), Column("VISIBILITY", "visibility"), Column.since("PUSHED", "pushed_at"),
        Column.since("CHANGED", "updated_at"), Column("BRANCH", "default_branch"),
        Column("DESCRIPTION", "description"),
    ]

    func validate() throws {
        guard self.sinceDays.map({ (1...36_500).contains($0) }) ?? true else {
            throw ValidationError("--since-days wants a number from 1 to 36500")
        }
    }

    func run() async throws {
        let client = try self.settings.client()
        let query: [(String, String?)] = [
            ("owner", self.owner.description), ("since_days", self.sinceDays.map { "\($0)" }),
        ]
        try await self.watching.run(client, following: .owner(self.owner.description)) {
            let answer = try await client.get("repos", query)
            answer.warnIfIncomplete("repositories")
            return self.output.text(
                rows: answer.rows("repos"),
                columns: Self.columns,
                empty: self.sinceDays.map { "\(self.owner) has no repository that changed in the last \($0) days" }
                    ?? "\(self.owner) has no repository that this node may see",
                style: Terminal.output.style
            )
        }
    }
}
