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
            let object: JSONValue
            do {
                // A node that runs knows the port that it was given.
                object = try await self.settings.client().get("peers").picking(["peer_id", "addresses"])
            } catch let error as CommandError where error.code == .unavailable {
                object = try Self.identity(settings)
            }
            self.output.print(object: object, columns: [Column("peer id", "peer_id"), Column("addresses")])
        }

        private static func identity(_ settings: Settings) throws(CommandError) -> JSONValue {
            do {
                return .object([
                    "peer_id": .string(try settings.peerID()),
                    "addresses": .array(try settings.peerAddresses().map(JSONValue.string)),
                ])
            } catch {
                throw .failed(error.message)
            }
        }
    }
}
