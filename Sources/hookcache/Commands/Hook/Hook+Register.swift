import ArgumentParser

extension Hook {
    /// `hookcache hook register`.
    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the webhook on GitHub, with a secret of its own, or mend it.",
            discussion:
                """
                The secret is stored at the node before GitHub learns of it, and is valid for this scope alone. A hook \
                that is there already, by its URL or made by this node, is set to what it should be, and what differed \
                is shown.
                """
        )

        @Argument(help: ArgumentHelp("The organisation, or the repository.", valueName: "owner[/repo]"))
        var scope: Scope

        @Option(help: "The public URL that GitHub delivers to. (default: CACHE_WEBHOOK_URL)")
        var url: String?

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try self.settings.client()
            var body = ["scope": JSONValue.string(self.scope.description)]
            body["url"] = self.url.map(JSONValue.string)
            let answer = try await client.request(.post, "hooks", body: .object(body)).json()
            self.output.print(object: answer, columns: Hook.registration)
        }
    }
}
