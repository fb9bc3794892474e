import Foundation
import GRDB
import Multiformats
import Testing

@testable import CacheStore

/// What is read back of rows that are damaged.
@Suite struct StoreDatabaseLoadTests {
    private static let peer = PeerID(publicKeyMessage: [UInt8](repeating: 7, count: 36))
    private static let address = Array("/ip4/127.0.0.1/tcp/1".utf8)

    /// Every end cut off, and every byte turned.
    private static func damaged(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.flatMap { index in
            var turned = bytes
            turned[index] ^= 0xff
            return [Array(bytes.prefix(index)), turned]
        }
    }

    @Test func noRowOfTheAddressBookStopsALoad() async throws {
        try await withDirectory { directory async throws in
            let configuration = CacheStore.Configuration(directory: directory)
            try await withStore(configuration) { store async throws in try await store.flush() }
            let names = [Self.peer.bytes] + Self.damaged(Self.peer.bytes)
            let addresses = [Self.address] + Self.damaged(Self.address)
            try await DatabaseQueue(path: directory + "/" + StoreDirectory.databaseName).write { database in
                for (name, address) in names.map({ ($0, Self.address) }) + addresses.map({ (names[0], $0) }) {
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO peer (peer, address, last_seen) VALUES (?, CAST(? AS TEXT), ?)",
                        arguments: [Data(name), Data(address), Int64.max]
                    )
                }
            }
            try await withStore(configuration) { store async throws in
                let rows = store.peers()
                #expect(rows.contains { $0.peer == Self.peer && $0.address.utf8.elementsEqual(Self.address) })
                for row in rows { #expect(try PeerID(multihash: row.peer.bytes) == row.peer) }
                store.setPeers(Dictionary(uniqueKeysWithValues: Set(rows.map(\.peer)).map { ($0, [StoredPeer]()) }))
                try await store.flush()
                #expect(store.peers().isEmpty)
            }
        }
    }
}
