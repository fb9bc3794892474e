extension Outcome {
    /// What the statistics call a read; each is one of the three.
    package enum Tally: String, Hashable, Sendable, CaseIterable {
        /// Answered without GitHub, from bytes that this node fetched or got by webhook.
        case localHit = "local_hit"
        /// Answered without GitHub, from bytes that came from a peer.
        case peerHit = "peer_hit"
        /// GitHub was asked, or there was nothing to answer with.
        case miss
    }

    /// Where the statistics count this read.
    package var tally: Tally {
        switch kind {
        case .hit, .stale: source == .peer ? .peerHit : .localHit
        case .forwarded: .miss
        }
    }
}
