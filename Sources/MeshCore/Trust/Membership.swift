package import Multiformats

/// Whose signed word is believed, and who is answered.
package struct Membership: Hashable, Sendable {
    private enum Rule: Hashable, Sendable {
        /// Whoever connects or writes: a private network lets nobody else near.
        case everyone
        /// These alone.
        case only(Set<PeerID>)
    }

    private let rule: Rule

    /// Settles who is a member.
    ///
    /// - Parameters:
    ///   - allowed: `CACHE_ALLOWED_PEERS`; where it is set it decides alone.
    ///   - bootstrap: The peers of `CACHE_BOOTSTRAP_PEERS`, which are the members where there is neither list nor key.
    ///   - hasSwarmKey: Whether the network is private, so that all who are in it have its key.
    package init(allowed: Set<PeerID>?, bootstrap: Set<PeerID>, hasSwarmKey: Bool = false) {
        if let allowed {
            self.rule = .only(allowed)
        } else {
            self.rule = hasSwarmKey ? .everyone : .only(bootstrap)
        }
    }

    /// Whether the peer is a member.
    package func contains(_ peer: PeerID) -> Bool {
        switch self.rule {
        case .everyone: true
        case .only(let members): members.contains(peer)
        }
    }

    /// Whether there are no members at all, so that nothing need be asked or believed.
    package var isEmpty: Bool { self.rule == .only([]) }
}
