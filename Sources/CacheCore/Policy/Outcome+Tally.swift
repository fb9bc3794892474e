extension Outcome {
    /// What the statistics call a read.
    package enum Tally: String, Hashable, Sendable, CaseIterable {
        /// Answered without GitHub, from bytes that this node fetched or got by webhook.
        case localHit = "local_hit"
        /// Answered without GitHub, from bytes that came from a peer.
        case peerHit = "peer_hit"
        /// GitHub was asked, or there was nothing to answer with.
        case miss
    }

    /// Where the statistics count this read; nil for what is none of this cache's.
    ///
    /// What was handed on is none. Who wanted only what is stored, and is told that it is not, asked nothing of GitHub and
    /// got nothing from here: neither a hit nor a miss.
    package var tally: Tally? {
        switch kind {
        case .hit, .stale: source == .peer ? .peerHit : .localHit
        case .forwarded(.bypass, _), .forwarded(.method, _), .refused: nil
        case .forwarded, .failed: .miss
        }
    }

    /// Whether a call was saved: the read was answered, and GitHub counted none for it.
    package var savesCall: Bool {
        switch kind {
        case .failed: false
        default: tally != nil && !isCounted
        }
    }
}
