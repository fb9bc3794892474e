/// What a caller of the host sees when something does not work.
package struct HostError: Error, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: String, Sendable {
        /// The address is none that this node can dial or listen on.
        case unusableAddress
        /// Another program listens there.
        case addressInUse
        /// The system does not let this node listen there.
        case cannotListen
        /// Nobody has said where the peer is.
        case unknownAddress
        /// Nobody answered at the address.
        case unreachable
        /// The peer does not speak the protocols or broke off.
        case handshakeFailed
        /// The peer is not in this node's private network.
        case otherNetwork
        /// Another peer than the named one answered.
        case wrongPeer
        /// The address leads back to this node.
        case ownAddress
        /// There is no connection to the peer.
        case notConnected
        /// The peer serves none of the protocols.
        case unsupportedProtocol
        /// The peer did not answer in time.
        case timedOut
        /// The connection or the stream broke.
        case connectionLost
        /// A limit of this node is reached.
        case tooMany
        /// The host is not running.
        case notRunning
        /// The caller was cancelled.
        case cancelled
        /// The peer misbehaved and is kept out for a while.
        case banned
        /// The key file cannot be used.
        case identityFile
    }

    /// The kind of failure.
    package let code: Code
    /// What happened, for a person.
    package let message: String
    /// What led to it.
    package let cause: (any Error)?

    /// Describes a failure.
    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, with its cause.
    package var description: String {
        guard let cause else { return self.message }
        return "\(self.message): \(cause)"
    }
}
