import ArgumentParser

extension Hook {
    /// `hookcache hook list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the webhooks that the node knows.")

        @Argument(help: ArgumentHelp("Only of this organisation or repository.", valueName: "owner[/repo]"))
        var scope: Scope?

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let answer = try await self.settings.client().get("hooks", [("scope", self.scope?.description)])
            let empty = "no webhook yet: `hookcache hook register OWNER/REPO` makes one"
            self.output.print(rows: answer.rows("hooks"), columns: Hook.columns, empty: empty)
        }
    }
}
