/// What two peers tell each other right after connecting (libp2p specs, `identify`).
package enum Identify {
    /// The protocol on which the responder writes one message and closes.
    package static let protocolID = "/ipfs/id/1.0.0"
    /// The protocol on which the dialer writes what has changed.
    package static let pushProtocolID = "/ipfs/id/push/1.0.0"
    /// Named among the protocols by who dialled for one question only and soon leaves; nobody speaks it.
    package static let errandProtocolID = "/hookcache/errand/1.0.0"

    /// The bounds of what is taken from a peer.
    package enum Limits {
        /// The longest message, or several of them together.
        package static let messageLength = 64 * 1024
        /// The most addresses.
        package static let addresses = 64
        /// The most protocols.
        package static let protocols = 256
        /// The longest text, in UTF-8 bytes.
        package static let textLength = 256
    }

    /// What can be wrong with a message.
    package enum Failure: Error, Equatable {
        /// It is not well formed or too long.
        case malformed
        /// It describes another peer than the one that is connected.
        case wrongPeer
    }
}
