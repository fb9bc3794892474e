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

        @OptionGroup var log: LogOptions

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        static let columns = [
            Column("listed", "listed"), Column("recovered", "recovered"), Column("set aside", "set_aside"),
            Column("redelivered", "redelivered"), Column("API calls", "api_calls"), Column("gap", "gap"),
            Column("complete", "complete"), Column("reason", "reason"),
        ]

        func validate() throws {
            guard self.log.scope != nil else { throw ValidationError("give OWNER, OWNER/REPO, or --app") }
        }

        func run() async throws {
            let client = try self.settings.client()
            let body = JSONValue.object(["scope": .string(self.log.scope ?? "")])
            let answer = try await ProgressBar.during("reading the delivery log") { _ in
                let wait = ControlClient.Limits.longWait
                return try await client.request(.post, "hooks/recover", body: body, wait: wait).json()
            }
            self.output.print(object: answer, columns: Self.columns)
            if case .bool(false)? = answer["complete"] { throw ExitCode.failure }
        }
    }
}
