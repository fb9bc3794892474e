import ArgumentParser

extension Peers {
    /// `hookcache peers list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the connected peers.")

        @OptionGroup var watching: WatchOptions
        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        static let columns = [
            Column("PEER", "peer_id"), Column("MEMBER", "member"),
            Column("DIRECTION", row: { $0["inbound"] == .bool(true) ? "in" : "out" }), Column("AGENT", "agent"),
            Column("ROUND TRIP MS", "round_trip_ms"), Column("ADDRESS", "address"),
        ]

        func run() async throws {
            let client = try self.settings.client()
            try await self.watching.run(client, following: .peers) {
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
