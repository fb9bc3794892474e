/// What can be wrong with a message between nodes.
package enum MeshError: Error, Equatable {
    /// The bytes are no message of this kind.
    case malformed
    /// The message, or what it announces, is over its limit.
    case tooLarge
    /// A needed field is absent or cannot be read.
    case missing(String)
    /// A body does not have the CID that it was announced under.
    case wrongCID
}
