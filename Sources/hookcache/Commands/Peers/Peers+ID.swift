import ArgumentParser
import HookCacheKit

extension Peers {
    /// `hookcache peers id`.
    struct ID: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the node's peer id and addresses, making its key where there is none.",
            discussion: "This needs no running node: other nodes can be told of one before it starts."
        )

        @Flag(help: "Make a new key, and so another peer id, in the place of the node's; it must not run.")
        var newKey = false

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let settings = try self.settings.settings()
            let object = try await self.newKey ? Self.renewed(settings) : self.present(settings)
            self.output.print(
                object: object,
                columns: [Column("peer id", "peer_id"), Column("before", "previous_peer_id"), Column("addresses")]
            )
        }

        /// The identity as it is.
        private func present(_ settings: Settings) async throws -> JSONValue {
            do {
                // A node that runs knows the port that it was given.
                return try await self.settings.client().get("peers").picking(["peer_id", "addresses"])
            } catch let error as CommandError where error.code == .unavailable {
                return try Self.identity(settings)
            }
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

        /// The identity after the key was made anew.
        private static func renewed(_ settings: Settings) throws(CommandError) -> JSONValue {
            let previous: String?
            do {
                previous = try NodeIdentity.renew(inDirectory: settings.storage.directory).old
            } catch {
                throw .failed(error.message)
            }
            guard case .object(var object) = try Self.identity(settings) else { return .null }
            object["previous_peer_id"] = previous.map(JSONValue.string) ?? .null
            return .object(object)
        }
    }
}
