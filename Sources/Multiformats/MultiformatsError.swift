/// What can be wrong with a self-describing value.
package enum MultiformatsError: Error, Equatable {
    /// The value ends before it is complete.
    case truncated
    /// Bytes follow where the value should have ended.
    case trailingBytes
    /// A varint is longer than nine bytes or not in its shortest form.
    case invalidVarint
    /// A character does not belong to the base's alphabet.
    case invalidCharacter
    /// The text or the bytes are longer than any valid value.
    case tooLong
    /// The multibase prefix, codec, hash or version is not one that is used here.
    case unsupported
    /// The digest's length does not fit its hash function.
    case invalidDigest
    /// The text is no valid address, name or number for its protocol.
    case invalidAddress
}
