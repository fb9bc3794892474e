import Foundation
import LibP2P
import LibP2PCore
import Multiformats

extension Node {
    /// Does what a command says with the Kademlia table; keys of providers are multihashes in hexadecimal.
    func askTable(_ command: Command) async throws -> [(String, JSON)] {
        guard let dht = self.dht else { throw Command.Mistake(description: "\(command.op) needs --kad") }
        switch command.op {
        case "kad_provide":
            return [("stored", .integer(await dht.provide(try Self.key(of: command))))]
        case "kad_providers":
            let found = await dht.providers(of: try Self.key(of: command)).providers
            return [("providers", .strings(found.map(\.peer.description)))]
        case "kad_put":
            let value = Array(try command.need(\.data, "data"))
            return [("stored", .integer(await dht.put(Kademlia.Record(key: try Self.key(of: command), value: value))))]
        case "kad_get":
            let value = await dht.value(of: try Self.key(of: command))
            return [("found", .bool(value != nil)), ("data", .optional(value.map { Data($0).base64EncodedString() }))]
        case "kad_find_peer":
            let found = await dht.find(try PeerID(command.need(\.peer, "peer")))
            return [("addrs", .strings(found?.addresses.map(\.description) ?? []))]
        default:
            return [("count", .integer(dht.tableCount))]
        }
    }

    private static func key(of command: Command) throws -> [UInt8] {
        if let text = command.cid, let cid = [UInt8](hexadecimal: text) {
            // Its version and its codec take a byte each.
            return Array(try CID(bytes: cid).bytes.dropFirst(2))
        }
        guard let key = [UInt8](hexadecimal: try command.need(\.key, "key")) else {
            throw Command.Mistake(description: "\(command.op) takes its key in hexadecimal")
        }
        return key
    }
}
