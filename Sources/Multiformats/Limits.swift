/// The bounds of this module.
enum Limits {
    /// The longest text of a CID or a peer id that is looked at.
    static let textLength = 128
    /// The longest binary CID or multihash that is looked at.
    static let identifierBytes = 80
    /// The longest public key that a peer id carries whole; longer ones are hashed.
    static let inlineKeyBytes = 42
    /// The longest multiaddr, as text or bytes.
    static let addressLength = 1024
    /// The most components in one multiaddr.
    static let addressComponents = 16
    /// The longest DNS name.
    static let nameLength = 253
}
