import ArgumentParser

extension Peers {
    /// `hookcache peers connect`.
    struct Connect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Dial a peer.",
            discussion: "To dial it at every start, and to make it a member, put it into CACHE_BOOTSTRAP_PEERS."
        )

        @Argument(help: ArgumentHelp("Such as /ip4/192.0.2.7/tcp/9000/p2p/12D3KooW…", valueName: "address"))
        var address: String

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard self.address.hasPrefix("/"), self.address.contains("/p2p/") else {
                throw ValidationError("\(self.address) is no address such as /ip4/192.0.2.7/tcp/9000/p2p/12D3KooW…")
            }
        }

        func run() async throws {
            let body = JSONValue.object(["address": .string(self.address)])
            let answer = try await self.settings.client().request(.post, "peers", body: body).json()
            self.output.print(
                object: answer,
                columns: [Column("connected", "peer_id"), Column("address", "address")]
            )
        }
    }
}
