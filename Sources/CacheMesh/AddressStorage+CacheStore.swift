import CacheStore
import GitHubCore
import LibP2P
import LibP2PCore
import Multiformats

extension Host.AddressStorage {
    /// The address book in the store, so that a node finds the others again when its bootstrap peers are gone.
    init(_ store: CacheStore) {
        self.init(
            load: { Self.pages(store.peers()) },
            save: { changes in store.setPeers(changes.mapValues { page in page.map(Self.rows) ?? [] }) }
        )
    }

    /// The attoseconds of a millisecond.
    private static let perMillisecond: Int128 = 1_000_000_000_000_000

    private static func pages(_ rows: [StoredPeer]) -> [AddressBook.Page] {
        Dictionary(grouping: rows, by: \.peer).map { peer, rows in
            var page = AddressBook.Page(of: peer)
            page.sequence = UInt64(clamping: rows.map(\.sequence).max() ?? 0)
            page.places = rows.compactMap { row in
                guard let address = try? Multiaddr(row.address) else { return nil }
                return AddressBook.Place(
                    address: address,
                    source: row.isReached ? .reached : .peer,
                    moment: .milliseconds(row.lastSeen.milliseconds)
                )
            }
            return page
        }
    }

    private static func rows(_ page: AddressBook.Page) -> [StoredPeer] {
        page.places.filter { $0.source != .hearsay }.map { place in
            StoredPeer(
                peer: page.peer,
                address: place.address.description,
                lastSeen: Timestamp(milliseconds: Int64(clamping: place.moment.attoseconds / Self.perMillisecond)),
                isReached: place.source == .reached,
                sequence: Int64(clamping: page.sequence)
            )
        }
    }
}
