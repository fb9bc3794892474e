import ArgumentParser

extension Cache {
    /// `hookcache cache verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hash every stored body again and compare it with its CID.",
            discussion: "Exits 1 if a body is damaged; damaged bodies are dropped and fetched again when they are read."
        )

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        static let columns = [
            Column("checked"), Column("corrupt", format: { $0 == .array([]) ? "none" : $0.cell }),
        ]

        func run() async throws {
            let client = try self.settings.client()
            let answer = try await ProgressBar.during("verifying") { _ in
                try await client.request(.post, "entries/verify", wait: ControlClient.Limits.longWait).json()
            }
            self.output.print(object: answer, columns: Self.columns)
            if Self.isDamaged(answer) { throw ExitCode.failure }
        }

        static func isDamaged(_ answer: JSONValue) -> Bool {
            !answer.rows("corrupt").isEmpty
        }
    }
}
