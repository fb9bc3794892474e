import LibP2P
import LibP2PCore
import Multiformats

extension Mesh {
    /// Holds something against a peer: it loses standing in gossip, and what is too much costs it its connections.
    func blame(_ peer: PeerID, _ fault: Conduct.Fault, because reason: String) {
        self.host.fault(fault, of: peer, because: reason)
        let points =
            switch fault {
            case .sluggish: 1.0
            case .wrong: 10.0
            case .lie: 15.0
            }
        self.pubSub.credit(peer, -points)
    }
}
