import ArgumentParser

extension Cache {
    /// `hookcache cache clear`.
    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Drop stored entries: all, those past their time, or those that match.",
            discussion: "Deliveries that wait, hooks and their secrets stay."
        )

        @Flag(help: "Only entries past their time.")
        var stale = false

        @Argument(help: ArgumentHelp("Only paths that match, such as '/repos/octo-org/*'", valueName: "pattern"))
        var pattern: String?

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let query = [("stale", self.stale ? "true" : nil), ("pattern", self.pattern)]
            let answer = try await self.settings.client().request(.delete, "entries", query).json()
            self.output.print(object: answer, columns: [Column("removed")])
        }
    }
}
