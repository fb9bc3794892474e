import ArgumentParser

extension Hook {
    /// `hookcache hook remove`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove the webhook from GitHub, and its secret from the node."
        )

        @Argument(help: ArgumentHelp("The organisation, or the repository.", valueName: "owner[/repo]"))
        var scope: Scope

        @OptionGroup var settings: SettingsOptions

        func run() async throws {
            _ = try await self.settings.client().request(.delete, "hooks", [("scope", self.scope.description)])
            Terminal.output.write("the webhook of \(self.scope) is removed\n")
        }
    }
}
