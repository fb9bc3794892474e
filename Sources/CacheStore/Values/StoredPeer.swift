package import GitHubCore
package import Multiformats

/// An address of a peer: where it was reached, or where it said itself that it is.
package struct StoredPeer: Hashable, Sendable {
    /// Who.
    package let peer: PeerID
    /// Where, as a multiaddr's text.
    package let address: String
    /// When it was last reached there, or said so.
    package let lastSeen: Timestamp
    /// Whether it was reached there.
    package let isReached: Bool
    /// The number of the newest record that it signed and this node read; 0 where there was none.
    package let sequence: Int64

    /// A row of the address book.
    package init(peer: PeerID, address: String, lastSeen: Timestamp, isReached: Bool = true, sequence: Int64 = 0) {
        self.peer = peer
        self.address = address
        self.lastSeen = lastSeen
        self.isReached = isReached
        self.sequence = sequence
    }

    /// What names a row.
    struct Key: Hashable, Sendable {
        let peer: PeerID
        let address: String
    }

    var key: Key { Key(peer: peer, address: address) }
}
