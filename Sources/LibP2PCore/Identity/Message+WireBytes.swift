import SwiftProtobuf

extension SwiftProtobuf.Message {
    /// The encoded message.
    ///
    /// Encoding fails only where a required field is unset, which the constructors here never leave; an empty message
    /// fails at the peer.
    var wireBytes: [UInt8] {
        (try? self.serializedBytes()) ?? []
    }
}

/// Bytes in the container that generated messages keep them in.
func field<Container: RangeReplaceableCollection>(_ bytes: [UInt8]) -> Container where Container.Element == UInt8 {
    Container(bytes)
}
