import ArgumentParser

extension Hook {
    /// `hookcache hook recover`.
    struct Recover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take in what GitHub could not deliver, from its delivery log.",
            discussion: """
                The node does so by itself at its start, from time to time and when in doubt. This does it now, and \
                tries again what was set aside.
                """
        )

        @Argument(help: ArgumentHelp("The organisation, or the repository.", valueName: "owner[/repo]"))
        var scope: Scope

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        static let columns = [
            Column("listed", "listed"), Column("recovered", "recovered"), Column("set aside", "set_aside"),
            Column("redelivered", "redelivered"), Column("API calls", "api_calls"), Column("gap", "gap"),
            Column("complete", "complete"), Column("reason", "reason"),
        ]

        func run() async throws {
            let client = try self.settings.client()
            let body = JSONValue.object(["scope": .string(self.scope.description)])
            let answer = try await ProgressBar.during("reading the delivery log") { _ in
                let wait = ControlClient.Limits.longWait
                return try await client.request(.post, "hooks/recover", body: body, wait: wait).json()
            }
            self.output.print(object: answer, columns: Self.columns)
            if case .bool(false)? = answer["complete"] { throw ExitCode.failure }
        }
    }
}
