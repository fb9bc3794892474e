import OrderedCollections
import Multiformats

extension GossipRouter {
    /// What one event has to say to each peer, gathered so that each gets one RPC, or several where it is too large.
    struct Outbox {
        private var rpcs: OrderedDictionary<PeerID, RPC> = [:]

        subscript(peer: PeerID) -> RPC {
            get { self.rpcs[peer] ?? RPC() }
            _modify { yield &self.rpcs[peer, default: RPC()] }
        }

        var directives: [Directive] {
            self.rpcs.flatMap { peer, rpc in
                rpc.split(within: Limits.rpcBytes, elements: Limits.rpcElements).map { .send($0, to: peer) }
            }
        }
    }
}
