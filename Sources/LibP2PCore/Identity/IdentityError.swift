/// What can be wrong with a key, a signature or a signed record.
package enum IdentityError: Error, Equatable {
    /// The message is not well formed or carries a key of the wrong length.
    case malformed
    /// The key is of a type that this node cannot verify.
    case unsupportedKeyType
    /// The halves of a private key do not belong together.
    case mismatchedKey
    /// The signature is not the key's.
    case invalidSignature
    /// The record is signed by another peer than it describes, or is of another type.
    case wrongSubject
    /// The cryptography library refused to work.
    case cryptography
}
