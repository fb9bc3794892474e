import Crypto

/// The key of a private network: 32 bytes that all of its nodes share and nobody else has.
package struct SwarmKey: Hashable, Sendable {
    /// How long a key is.
    package static let length = 32

    /// The key itself, for ciphers alone.
    package let bytes: [UInt8]

    /// Takes a key.
    package init(bytes: [UInt8]) throws(Failure) {
        guard bytes.count == Self.length else { throw .length(bytes.count) }
        self.bytes = bytes
    }

    /// A short name of the key, by which people compare two nodes' keys; it tells nothing of the key.
    package var fingerprint: String {
        let label = Array("hookcache swarm key fingerprint".utf8)
        let code = HMAC<SHA256>.authenticationCode(for: label, using: SymmetricKey(data: self.bytes))
        return code.prefix(8).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

// The key must appear in no text.
extension SwarmKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Names the key and does not show it.
    package var description: String { "<swarm key \(self.fingerprint)>" }

    /// Names the key and does not show it.
    package var debugDescription: String { self.description }

    /// Shows nothing to dumps.
    package var customMirror: Mirror { Mirror(self, children: [:] as KeyValuePairs<String, Any>) }
}
