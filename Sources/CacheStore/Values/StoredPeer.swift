package import GitHubCore
package import Multiformats

/// An address at which a peer was once reached.
package struct StoredPeer: Hashable, Sendable {
    /// Who.
    package let peer: PeerID
    /// Where, as a multiaddr's text.
    package let address: String
    /// When it was last reached there.
    package let lastSeen: Timestamp

    /// A row of the address book.
    package init(peer: PeerID, address: String, lastSeen: Timestamp) {
        self.peer = peer
        self.address = address
        self.lastSeen = lastSeen
    }

    /// What names a row.
    struct Key: Hashable, Sendable {
        let peer: PeerID
        let address: String
    }

    var key: Key { Key(peer: peer, address: address) }
}
