import OrderedCollections
package import Multiformats

extension GossipRouter {
    /// What a peer's behaviour is worth to this node; zero where nothing is known.
    package func score(of peer: PeerID) -> Double { self.scores.value(of: peer) }

    /// The application thinks better or worse of a peer (P5): points of a hundred, forgotten slowly.
    package mutating func credit(_ peer: PeerID, _ points: Double) -> [Directive] {
        self.scores.change(peer) { $0.credit(points, $1) }
        return self.shun(peer)
    }

    var thresholds: PeerScore.Thresholds { self.parameters.score.thresholds }

    /// Whether the peer has at least that score; explicit peers are above every score.
    func hasScore(_ peer: PeerID, _ least: Double) -> Bool {
        self.scores.value(of: peer) >= least || self.parameters.explicitPeers.contains(peer)
    }

    /// Whether nothing that the peer says is read.
    func isGraylisted(_ peer: PeerID) -> Bool { !self.hasScore(peer, self.thresholds.graylist) }

    /// The peer broke the protocol.
    mutating func penalize(_ peer: PeerID, _ count: Double = 1) {
        self.scores.change(peer) { $0.penalize(count, $1) }
    }

    /// Says once that a peer whose score is too low is to be disconnected.
    mutating func shun(_ peer: PeerID) -> [Directive] {
        guard self.peers[peer]?.isLeaving == false, self.isGraylisted(peer) else { return [] }
        self.peers[peer]?.isLeaving = true
        return [.disconnect(peer, because: Offence(self.scores.blame(of: peer)))]
    }
}
