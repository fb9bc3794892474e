import ArgumentParser

extension Hook {
    /// `hookcache hook rotate`.
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give the webhook another secret, without one refused delivery.",
            discussion: """
                The node believes both secrets while GitHub changes over, and the old one no more once nothing comes \
                with it. What is not finished when this returns goes on by itself.
                """
        )

        @Argument(help: ArgumentHelp("The organisation, or the repository.", valueName: "owner[/repo]"))
        var scope: Scope

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try self.settings.client()
            let body = JSONValue.object(["scope": .string(self.scope.description)])
            let answer = try await ProgressBar.during("waiting for the old secret to go") { _ in
                let wait = ControlClient.Limits.longWait
                return try await client.request(.post, "hooks/rotate", body: body, wait: wait).json()
            }
            if self.output.json || !self.output.fields.isEmpty {
                return self.output.print(object: answer, columns: [])
            }
            Terminal.output.write(Self.sentence(answer, of: self.scope))
        }

        /// What came of it, in words.
        static func sentence(_ answer: JSONValue, of scope: Scope) -> String {
            switch answer["status"]?.string {
            case "rotated":
                return "the webhook of \(scope) has a new secret, and the old one is believed no more\n"
            default:
                let until = answer["old_until"]?.string.map { ", at the latest at \($0)" } ?? ""
                return "GitHub has the new secret of the webhook of \(scope); the old one goes by itself\(until)\n"
            }
        }
    }
}
