import Multiformats
import Testing

struct PeerIDTests {
    /// Key messages of a fixed shape: type Ed25519, 32 bytes.
    private func key(_ byte: UInt8) -> [UInt8] {
        [0x08, 0x01, 0x12, 0x20] + Array(repeating: byte, count: 32)
    }

    @Test func shortKeysAreCarriedWhole() throws {
        let peer = PeerID(publicKeyMessage: key(7))
        #expect(peer.bytes == [0x00, 0x24] + key(7))
        #expect(peer.publicKeyMessage == key(7))
        #expect(peer.description.hasPrefix("12D3KooW"))
    }

    @Test func longKeysAreHashed() throws {
        let peer = PeerID(publicKeyMessage: Array(repeating: 1, count: 43))
        #expect(peer.bytes.prefix(2) == [0x12, 0x20])
        #expect(peer.bytes.count == 34)
        #expect(peer.publicKeyMessage == nil)
        #expect(peer.description.hasPrefix("Qm"))
        #expect(PeerID(publicKeyMessage: Array(repeating: 1, count: 42)).bytes.first == 0)
    }

    @Test func bothTextsAreRead() throws {
        let peer = PeerID(publicKeyMessage: key(9))
        #expect(try PeerID(peer.description) == peer)
        let cid = "b" + Base32.encode([0x01, 0x72] + peer.bytes)
        #expect(try PeerID(cid) == peer)
        #expect(try PeerID(multihash: peer.bytes) == peer)
    }

    @Test func everyTruncationIsRefused() {
        let peer = PeerID(publicKeyMessage: key(9))
        for count in 0..<peer.bytes.count {
            #expect(throws: MultiformatsError.self) { try PeerID(multihash: Array(peer.bytes.prefix(count))) }
        }
    }

    @Test(arguments: ["", "1", "b", "QmShort", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"])
    func otherTextsAreRefused(text: String) {
        #expect(throws: MultiformatsError.self) { try PeerID(text) }
    }

    @Test func ordersByBytes() {
        #expect(PeerID(publicKeyMessage: key(1)) < PeerID(publicKeyMessage: key(2)))
    }
}
