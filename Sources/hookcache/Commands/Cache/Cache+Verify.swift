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
            Column("bodies", "bodies", "checked", "verified"), Column("damaged", "damaged", "corrupt", "failed"),
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
            ["damaged", "corrupt", "failed"].contains { name in
                switch answer[name] {
                case .integer(let count)?: count > 0
                case .array(let bodies)?: !bodies.isEmpty
                default: false
                }
            }
        }
    }
}
