import Crypto
package import Multiformats

/// Who of several peers fetches from GitHub after an event, so that one asks and the others receive (invariant 7).
///
/// The event's author goes first; among several authors of one delivery the lowest hash. After a second of silence the
/// followers of the topic take over one by one, a second apart, in the order of their hashes.
package struct FetchTurn: Sendable {
    private let seed: [UInt8]
    private let authors: Set<PeerID>

    /// Settles whose turn it is.
    ///
    /// - Parameters:
    ///   - subject: What is to be fetched because of what, such as a delivery's id: peers are ordered anew for each.
    ///   - authors: Who announced it.
    package init(subject: [UInt8], authors: Set<PeerID>) {
        self.seed = subject
        self.authors = authors
    }

    /// How long a peer waits for others before it asks GitHub itself.
    ///
    /// - Parameters:
    ///   - peer: The peer, usually this node.
    ///   - followers: The topic's other followers, as this node knows them.
    /// - Returns: Nothing for the first author, and a second more for each peer before.
    package func delay(of peer: PeerID, among followers: Set<PeerID>) -> Duration {
        let ordered = followers.union(self.authors).union([peer]).map { ($0, self.rank(of: $0)) }
            .sorted { $0.1.lexicographicallyPrecedes($1.1) }
            .map(\.0)
        let authors = ordered.filter { self.authors.contains($0) }
        // Of the authors only the first fetches; the others take over with everyone else.
        let line = authors.prefix(1) + ordered.filter { $0 != authors.first }
        let place = line.firstIndex(of: peer) ?? line.count
        return .seconds(authors.isEmpty ? place + 1 : place)
    }

    private func rank(of peer: PeerID) -> [UInt8] {
        Array(SHA256.hash(data: self.seed + peer.bytes))
    }
}
