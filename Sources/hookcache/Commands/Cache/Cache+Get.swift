import ArgumentParser

extension Cache {
    /// `hookcache cache get`.
    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a stored body as GitHub sent it.",
            discussion: "What is not stored is not fetched: read it through the proxy for that."
        )

        @Argument(help: ArgumentHelp("GitHub's path, such as /repos/octo-org/app/actions/runs", valueName: "path"))
        var path: String

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let path = self.path.hasPrefix("/") ? self.path : "/" + self.path
            let answer = try await self.settings.client().request(.get, "entries/body", [("path", path)])
            if !self.output.json, self.output.fields.isEmpty {
                Terminal.output.write(answer.bytes)
                if Terminal.output.isInteractive, answer.bytes.last != UInt8(ascii: "\n") {
                    Terminal.output.write("\n")
                }
                return
            }
            let json = try answer.json()
            self.output.print(object: json, columns: [])
        }
    }
}
