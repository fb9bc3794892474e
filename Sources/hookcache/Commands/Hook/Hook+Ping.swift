import ArgumentParser

extension Hook {
    /// `hookcache hook ping`.
    struct Ping: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have GitHub ping the webhook, and wait for the ping to arrive."
        )

        @Argument(help: ArgumentHelp("The organisation, or the repository.", valueName: "owner[/repo]"))
        var scope: Scope

        @OptionGroup var settings: SettingsOptions

        func run() async throws {
            let body = JSONValue.object(["scope": .string(self.scope.description)])
            _ = try await self.settings.client().request(.post, "hooks/ping", body: body)
            Terminal.output.write("GitHub pinged the webhook of \(self.scope), and the ping arrived\n")
        }
    }
}
