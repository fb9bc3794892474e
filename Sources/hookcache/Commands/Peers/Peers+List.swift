import ArgumentParser

extension Peers {
    /// `hookcache peers list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the connected peers.")

        @OptionGroup var watching: WatchOptions
        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        static let columns = [
            Column("PEER", "peer", "peer_id", "id"), Column("MEMBER", "member"), Column("DIRECTION", "direction"),
            Column("AGENT", "agent"), Column("TOPICS", "topics"), Column("LATENCY MS", "latency_ms", "latency"),
            Column("ADDRESS", "address", "addresses"),
        ]

        func run() async throws {
            let client = try self.settings.client()
            try await self.watching.run {
                let rows = try await client.get("peers").rows("peers")
                return self.output.text(
                    rows: rows,
                    columns: Self.columns,
                    empty: "no peer is connected",
                    style: Terminal.output.style
                )
            }
        }
    }
}
