package import LibP2PCore
package import Multiformats

extension GossipWorld {
    /// One node.
    package struct Node: Sendable {
        /// Its key.
        package let keyPair: KeyPair
        /// Its router; nil where a test plays the node by hand.
        package var router: GossipRouter?
        /// The nodes that it is connected to.
        package fileprivate(set) var links: Set<Int> = []
        /// Whether it still runs.
        package fileprivate(set) var isAlive = true
        /// What it sent.
        package fileprivate(set) var sent = Traffic()
        /// What it received.
        package fileprivate(set) var received = Traffic()
        /// What came to a node that a test plays, since it was last looked at.
        package var inbox: [(from: Int, rpc: GossipRouter.RPC)] = []

        /// Its name.
        package var id: PeerID { self.keyPair.peerID }

        init(keyPair: KeyPair, router: GossipRouter?) {
            self.keyPair = keyPair
            self.router = router
        }

        mutating func link(_ other: Int) -> Bool { self.links.insert(other).inserted }

        mutating func unlink(_ other: Int) { self.links.remove(other) }

        mutating func die() { self.isAlive = false }

        mutating func sends(_ rpc: GossipRouter.RPC) { self.sent.count(rpc) }

        mutating func receives(_ rpc: GossipRouter.RPC) { self.received.count(rpc) }

        mutating func forget() {
            self.sent = Traffic()
            self.received = Traffic()
        }
    }
}
