import Crypto
package import Multiformats

extension Kademlia {
    /// A place in the space of keys: the SHA-256 of a key or of a peer's name.
    package struct Key: Hashable, Sendable {
        /// The number of bits.
        package static let bitCount = 256

        /// The digest, most significant word first.
        let words: SIMD4<UInt64>

        /// The place of a key.
        package init(of key: [UInt8]) {
            let digest = Array(SHA256.hash(data: key))
            var words = SIMD4<UInt64>()
            for index in 0..<4 {
                words[index] = digest[(index * 8)..<(index * 8 + 8)].reduce(0) { $0 << 8 | UInt64($1) }
            }
            self.words = words
        }

        /// The place of a peer.
        package init(of peer: PeerID) {
            self.init(of: peer.bytes)
        }

        /// How far two places are apart.
        package func distance(to other: Key) -> Distance { Distance(words: self.words ^ other.words) }
    }

    /// How far two keys are apart: their bits where they differ.
    package struct Distance: Comparable, Hashable, Sendable {
        let words: SIMD4<UInt64>

        /// The number of leading bits that both keys have in common.
        package var sharedBits: Int {
            for index in 0..<4 where self.words[index] != 0 {
                return index * 64 + self.words[index].leadingZeroBitCount
            }
            return Key.bitCount
        }

        /// Orders by the number that the bits are.
        package static func < (lhs: Distance, rhs: Distance) -> Bool {
            for index in 0..<4 where lhs.words[index] != rhs.words[index] {
                return lhs.words[index] < rhs.words[index]
            }
            return false
        }
    }
}
