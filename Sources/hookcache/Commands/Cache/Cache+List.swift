import ArgumentParser

extension Cache {
    /// `hookcache cache list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the stored entries.")

        @Argument(help: ArgumentHelp("Only paths that start so, such as /repos/octo-org", valueName: "prefix"))
        var prefix: String?

        @Option(help: "At most so many.")
        var limit = 100

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        static let pageLength = 500
        static let columns = [
            Column("ORIGIN", "origin"), Column.size("SIZE", "size"), Column.duration("AGE", "age"),
            Column.duration("TTL", "ttl"),
            Column("PUBLIC", "public"), Column("CID", row: { String(($0["cid"]?.cell ?? "-").suffix(10)) }),
            Column("PATH", "path"),
        ]

        func validate() throws {
            guard self.limit > 0 else { throw ValidationError("--limit wants a number above 0") }
        }

        func run() async throws {
            let client = try self.settings.client()
            let rows = try await ProgressBar.during("reading") { _ in try await self.rows(from: client) }
            self.output.print(rows: rows, columns: Self.columns, empty: "nothing is stored")
        }

        /// Follows the cursor until there are enough.
        private func rows(from client: ControlClient) async throws -> [JSONValue] {
            var rows: [JSONValue] = []
            var cursor: String?
            repeat {
                let length = min(self.limit - rows.count, Self.pageLength)
                let query = [("prefix", self.prefix), ("limit", String(length)), ("cursor", cursor)]
                let page = try await client.get("entries", query)
                let found = page.rows("entries")
                rows += found
                let next = page["cursor"].flatMap { $0 == .null ? nil : $0.cell }
                if found.isEmpty || next == cursor { break }
                cursor = next
            } while cursor != nil && rows.count < self.limit
            return Array(rows.prefix(self.limit))
        }
    }
}
