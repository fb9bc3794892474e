package import Multiformats

/// Whose signed word is believed, and who is answered.
package struct Membership: Hashable, Sendable {
    private let members: Set<PeerID>

    /// Settles who is a member.
    ///
    /// - Parameters:
    ///   - allowed: `CACHE_ALLOWED_PEERS`; where it is set it decides alone.
    ///   - bootstrap: The peers of `CACHE_BOOTSTRAP_PEERS`, which are the members otherwise.
    package init(allowed: Set<PeerID>?, bootstrap: Set<PeerID>) {
        self.members = allowed ?? bootstrap
    }

    /// Whether the peer is a member.
    package func contains(_ peer: PeerID) -> Bool { self.members.contains(peer) }

    /// Whether there are no members at all, so that nothing need be asked or believed.
    package var isEmpty: Bool { self.members.isEmpty }
}
