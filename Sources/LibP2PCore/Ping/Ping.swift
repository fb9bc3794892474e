/// Bytes that a peer returns as they are (libp2p specs, `ping`).
package enum Ping {
    /// The protocol's id.
    package static let protocolID = "/ipfs/ping/1.0.0"
    /// The length of one payload, which the asking side draws at random.
    package static let payloadLength = 32

    /// The bounds of serving it.
    package enum Limits {
        /// The most streams of it that one peer may have open; one more is reset.
        package static let inboundStreams = 2
    }
}
