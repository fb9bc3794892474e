import CacheStore
import GitHubCore
import LibP2P
import LibP2PCore
import Multiformats
import Testing

@testable import CacheMesh

/// The address book in the store.
struct AddressStorageTests {
    private static let moments: [Int64] = [.min, -1, 0, 1_800_000_000_000, .max]
    private static let addresses = [
        "/ip4/10.0.0.1/tcp/1", "/ip6/::1/tcp/65535", "/ip6/0:0:0:0:0:0:0:1/tcp/65535", "/dns4/example.com/tcp/443",
        "/ip4/10.0.0.1/udp/1", "/unix/run/peer", "/ip4/0.0.0.0/tcp/0", "/tcp/1", "/", "",
    ]

    /// A row that an earlier run may have left, or that is damaged.
    private func row(of peer: PeerID, using random: inout SplitMix64) -> StoredPeer {
        var address = Array((Self.addresses.randomElement(using: &random) ?? "").utf8)
        if !address.isEmpty, Int.random(in: 0..<3, using: &random) == 0 {
            address[.random(in: address.indices, using: &random)] = .random(in: 1...127, using: &random)
        }
        return StoredPeer(
            peer: peer,
            address: String(decoding: address, as: UTF8.self),
            lastSeen: Timestamp(milliseconds: Self.moments.randomElement(using: &random) ?? 0),
            isReached: .random(using: &random),
            sequence: Self.moments.randomElement(using: &random) ?? 0
        )
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func whatIsTakenFromRowsIsKeptAsItIs(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let peers = (0..<8).map { PeerID(publicKeyMessage: Array(repeating: $0, count: 36)) }
        let rows = peers.map { peer in (peer, (0..<12).map { _ in row(of: peer, using: &random) }) }
        let store = try CacheStore(configuration: .init(directory: nil), logger: quiet, now: { Sample.now })
        store.setPeers(Dictionary(uniqueKeysWithValues: rows))
        let storage = Host.AddressStorage(store)
        var book = AddressBook(pages: storage.load())
        #expect(book.count > 0)

        // Nobody is known who cannot be dialled.
        let due = book.due(100, now: .zero, except: { _ in false }, using: &random)
        #expect(due.count == book.count)
        #expect(due.allSatisfy { book.addresses(of: $0).contains { $0.reach != nil } })

        storage.save(Dictionary(uniqueKeysWithValues: peers.map { ($0, book[$0]) }))
        let again = AddressBook(pages: storage.load())
        #expect(again.count == book.count)
        for peer in peers { #expect(again[peer] == book[peer]) }

        // Whatever the moments say, the book goes on.
        for peer in due { book.missed(peer, now: Sample.now.sinceEpoch, chance: 0.5) }
        book.expire(now: Sample.now.sinceEpoch)
        book.hear(from: peers[0], [try Multiaddr(Self.addresses[0])], now: Sample.now.sinceEpoch)
        #expect(book[peers[0]] != nil)
    }
}

extension Timestamp {
    fileprivate var sinceEpoch: Duration { .milliseconds(self.milliseconds) }
}
