import ArgumentParser

extension Hook {
    /// `hookcache hook ping`.
    struct Ping: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask GitHub to send a ping to the webhook.")

        @Argument(help: ArgumentHelp("The organisation, or the repository.", valueName: "owner[/repo]"))
        var scope: Scope

        @OptionGroup var settings: SettingsOptions

        func run() async throws {
            let body = JSONValue.object(["scope": .string(self.scope.description)])
            _ = try await self.settings.client().request(.post, "hooks/ping", body: body)
            Terminal.output.write("GitHub will ping the webhook of \(self.scope)\n")
        }
    }
}
