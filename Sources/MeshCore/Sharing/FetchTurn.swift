import Crypto
package import Multiformats

/// Who of several peers fetches from GitHub after an event, so that one asks and the others receive (invariant 7).
///
/// The event's author goes first; among several authors of one delivery the lowest hash. After a second of silence the
/// followers of the topic take over one by one, a second apart, in the order of their hashes.
package struct FetchTurn: Sendable {
    /// Of what is to be fetched, before the peer is added.
    private let hash: SHA256
    private let authors: Set<PeerID>

    /// Settles whose turn it is.
    ///
    /// - Parameters:
    ///   - subject: What is to be fetched because of what, such as a delivery's id: peers are ordered anew for each.
    ///   - authors: Who announced it.
    package init(subject: [UInt8], authors: Set<PeerID>) {
        var hash = SHA256()
        hash.update(data: subject)
        self.hash = hash
        self.authors = authors
    }

    /// How long a peer waits for others before it asks GitHub itself.
    ///
    /// - Parameters:
    ///   - peer: The peer, usually this node.
    ///   - followers: The topic's other followers, as this node knows them.
    /// - Returns: Nothing for the first author, and a second more for each peer before.
    package func delay(of peer: PeerID, among followers: Set<PeerID>) -> Duration {
        // Of the authors only the first fetches; the others take over with everyone else.
        let first = authors.map { (rank: rank(of: $0), peer: $0) }.min { $0.rank < $1.rank }
        guard first?.peer != peer else { return .zero }
        let own = rank(of: peer)
        let others = followers.union(authors).subtracting([peer]).filter { $0 != first?.peer }
        return .seconds(1 + others.count { rank(of: $0) < own })
    }

    /// The place of a peer among all, by the first bytes of its hash.
    private func rank(of peer: PeerID) -> Rank {
        var hash = self.hash
        hash.update(data: peer.bytes)
        return Rank(hash.finalize())
    }

    private struct Rank: Comparable {
        private let value: (UInt64, UInt64)

        init(_ hash: SHA256.Digest) {
            value = hash.withUnsafeBytes { bytes in
                (
                    UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
        }

        static func == (lhs: Rank, rhs: Rank) -> Bool { lhs.value == rhs.value }

        static func < (lhs: Rank, rhs: Rank) -> Bool { lhs.value < rhs.value }
    }
}
