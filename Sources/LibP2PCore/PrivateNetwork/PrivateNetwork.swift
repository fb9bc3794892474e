/// libp2p's private networks (libp2p specs, `pnet`): whoever lacks the key understands not one byte.
///
/// Below everything else, each direction of a socket begins with 24 random bytes in clear, the nonce; all that follows is
/// XORed with one stream of XSalsa20 that runs from the first byte to the last, without frames. There is no
/// authentication on this layer: with another key the first bytes are no greeting, and the connection ends there.
/// `Sender` and `Receiver` are the two directions. The cipher is libsodium's.
package enum PrivateNetwork {
    /// The length of the nonce that opens a direction.
    package static let nonceLength = 24
}
