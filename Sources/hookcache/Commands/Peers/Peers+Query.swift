import ArgumentParser

extension Peers {
    /// `hookcache peers query`.
    struct Query: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask every connected peer for its copy of a resource, and show who has which version."
        )

        @Argument(help: ArgumentHelp("GitHub's path, such as /repos/octo-org/app/actions/runs", valueName: "path"))
        var path: String

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        static let columns = [
            Column("PEER", "peer"), Column("VERSION", "version"), Column.duration("AGE", "age"),
            Column("LATENCY MS", "latency"), Column("CID", "cid"),
        ]

        func run() async throws {
            let path = self.path.hasPrefix("/") ? self.path : "/" + self.path
            let client = try self.settings.client()
            let rows = try await ProgressBar.during("asking peers") { _ in
                try await client.get("query", [("path", path)]).rows("copies")
            }
            self.output.print(rows: rows, columns: Self.columns, empty: "no connected peer has a copy")
        }
    }
}
