package import Foundation
package import LibP2PCore
package import Multiformats

extension Host {
    /// What happens to the host's connections.
    package enum Event: Sendable {
        /// The first connection with a peer is up, or the one of an errand is to be kept.
        case connected(PeerID, Multiaddr, Direction)
        /// A peer has said what it is and serves.
        case identified(PeerID, Identify.Info)
        /// The last connection with a peer is gone, and it was not for an errand of this node.
        case disconnected(PeerID)
        /// Somebody named these peers as worth a connection.
        case introduced([PeerID])
    }

    /// A peer that is connected now.
    package struct ConnectedPeer: Sendable {
        /// The peer.
        package let id: PeerID
        /// Where its connections lead.
        package let addresses: [Multiaddr]
        /// Where it says that it listens.
        package let listenAddresses: [Multiaddr]
        /// The program that it says it is.
        package let agentVersion: String?
        /// The protocols that it says it serves.
        package let protocols: [String]
        /// Who dialled first.
        package let direction: Direction
        /// Since when it is connected.
        package let since: Date
        /// The last measured round trip.
        package let roundTrip: Duration?
    }
}
