import ArgumentParser
import HookCacheKit

extension Peers {
    /// `hookcache peers id`.
    struct ID: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the node's peer id and addresses, making its key where there is none.",
            discussion: "This needs no running node: other nodes can be told of one before it starts."
        )

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let settings = try self.settings.settings()
            do throws(NodeError) {
                let object = JSONValue.object([
                    "peer_id": .string(try settings.peerID()),
                    "addresses": .array(try settings.peerAddresses().map(JSONValue.string)),
                ])
                self.output.print(object: object, columns: [Column("peer id", "peer_id"), Column("addresses")])
            } catch {
                throw CommandError.failed(error.message)
            }
        }
    }
}
