package import Multiformats

extension GossipRouter {
    /// What whoever drives the router has to do, in this order.
    package enum Directive: Sendable, Equatable {
        /// Send an RPC, which is within the size limit; it may be lost.
        case send(RPC, to: PeerID)
        /// Judge a message that is new, whole and its author's, then come back with `conclude(_:on:now:)`.
        case judge(SignedMessage, from: PeerID)
        /// A peer in good standing named others of a topic, each with a record that it signed itself: they may be dialled.
        case exchange([PeerRecord], from: PeerID)
        /// Close every connection to the peer.
        case disconnect(PeerID, because: Offence)
    }

    /// The verdict on a message.
    package enum Verdict: Sendable, Equatable {
        /// It is good: it is passed on.
        case accept
        /// It is bad, and who passed it on should have known: it counts against that peer.
        case reject
        /// It is not for this node to pass on; nobody's fault.
        case ignore
    }

    /// Why a peer is not kept.
    package enum Offence: String, Sendable, Equatable {
        /// There are as many peers as there may be.
        case tooManyPeers
        /// It passed on too many forged or rejected messages.
        case badMessages
        /// It brought less than a mesh peer should.
        case lateDeliveries
        /// The application reported too much about it.
        case badAnswers
        /// Too many peers share its address.
        case crowdedAddress
        /// It broke the protocol too often: promises not kept, grafts before their time.
        case badManners

        init(_ blame: PeerScore.Blame) {
            switch blame {
            case .badMessages: self = .badMessages
            case .lateDeliveries: self = .lateDeliveries
            case .badAnswers: self = .badAnswers
            case .crowdedAddress: self = .crowdedAddress
            case .badManners: self = .badManners
            }
        }
    }

    /// The protocol that a peer speaks, by its id on the wire.
    package enum Version: String, Sendable, CaseIterable {
        /// Gossipsub 1.2.
        case gossipsub12 = "/meshsub/1.2.0"
        /// Gossipsub 1.1.
        case gossipsub11 = "/meshsub/1.1.0"
        /// Gossipsub 1.0.
        case gossipsub10 = "/meshsub/1.0.0"
        /// Floodsub: no mesh, gets every message of its topics.
        case floodsub = "/floodsub/1.0.0"

        /// The ids to offer, best first.
        package static var protocols: [String] { Self.allCases.map(\.rawValue) }

        /// Whether a PRUNE may tell it a backoff and other peers.
        var knowsBackoff: Bool { self == .gossipsub12 || self == .gossipsub11 }

        /// Whether it listens to IDONTWANT.
        var knowsDontWant: Bool { self == .gossipsub12 }
    }
}
