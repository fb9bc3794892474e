import LibP2PCore
import Multiformats
import Testing

struct KeyTests {
    @Test func keysHaveOneEncoding() throws {
        let pair = try keyPair(1)
        #expect(pair.publicKey.message.prefix(4) == [0x08, 0x01, 0x12, 0x20])
        #expect(pair.message.prefix(4) == [0x08, 0x01, 0x12, 0x40])
        #expect(pair.message.count == 68)
        #expect(try PublicKey(message: pair.publicKey.message) == pair.publicKey)
        #expect(try KeyPair(message: pair.message).peerID == pair.peerID)
        #expect(pair.peerID == PeerID(publicKeyMessage: pair.publicKey.message))
    }

    @Test func theOlderPrivateFormIsRead() throws {
        let pair = try keyPair(1)
        let publicHalf = Array(pair.publicKey.message.suffix(32))
        let older = [0x08, 0x01, 0x12, 0x60] + pair.message.dropFirst(4) + publicHalf
        #expect(try KeyPair(message: older).peerID == pair.peerID)
    }

    @Test func signaturesCoverTheBytes() throws {
        let pair = try keyPair(1)
        let signature = try pair.sign([1, 2, 3])
        try pair.publicKey.verify(signature, over: [1, 2, 3])
        #expect(throws: IdentityError.invalidSignature) { try pair.publicKey.verify(signature, over: [1, 2]) }
        #expect(throws: IdentityError.invalidSignature) {
            try keyPair(2).publicKey.verify(signature, over: [1, 2, 3])
        }
        #expect(throws: IdentityError.invalidSignature) { try pair.publicKey.verify([], over: [1, 2, 3]) }
    }

    @Test func aKeyOfAnotherTypeHasANameButVerifiesNothing() throws {
        // Secp256k1 is type 2.
        let message: [UInt8] = [0x08, 0x02, 0x12, 0x40] + Array(repeating: 7, count: 64)
        let key = try PublicKey(message: message)
        #expect(key.peerID.description.hasPrefix("Qm"))
        #expect(throws: IdentityError.unsupportedKeyType) { try key.verify([], over: []) }
    }

    @Test func signaturesByRSAAreVerified() throws {
        let key = try PublicKey(message: RSAVector.message)
        #expect(key.peerID.description.hasPrefix("Qm"))
        try key.verify(RSAVector.signature, over: RSAVector.signed)
        #expect(throws: IdentityError.invalidSignature) {
            try key.verify(RSAVector.signature, over: RSAVector.signed + [0])
        }
        #expect(throws: IdentityError.invalidSignature) { try key.verify([], over: RSAVector.signed) }
        for count in [0, 1, RSAVector.key.count / 2, RSAVector.key.count - 1] {
            // RSA is type 0, which must stay in the message.
            let cut = [0x08, 0x00, 0x12] + Varint.encode(UInt64(count)) + RSAVector.key.prefix(count)
            #expect(throws: IdentityError.malformed) {
                try PublicKey(message: cut).verify(RSAVector.signature, over: RSAVector.signed)
            }
        }
    }

    @Test func halvesThatDoNotBelongTogetherAreRefused() throws {
        let mixed = try keyPair(1).message.prefix(36) + keyPair(2).message.suffix(32)
        #expect(throws: IdentityError.mismatchedKey) { try KeyPair(message: Array(mixed)) }
    }

    @Test func everyTruncationIsRefused() throws {
        let pair = try keyPair(1)
        for count in 0..<pair.publicKey.message.count {
            #expect(throws: IdentityError.self) { try PublicKey(message: Array(pair.publicKey.message.prefix(count))) }
        }
        for count in 0..<pair.message.count {
            #expect(throws: IdentityError.self) { try KeyPair(message: Array(pair.message.prefix(count))) }
        }
    }

    @Test(
        arguments: [
            [0x12, 0x20] + [UInt8](repeating: 1, count: 32) + [0x08, 0x01],
            [0x08, 0x01, 0x12, 0x21] + [UInt8](repeating: 1, count: 33),
            [0x08, 0x09, 0x12, 0x01, 0x01],
            [0xff, 0xff, 0xff],
        ] as [[UInt8]]
    )
    func otherEncodingsAreRefused(message: [UInt8]) {
        #expect(throws: IdentityError.malformed) { try PublicKey(message: message) }
    }

    @Test(.enabled(if: Vectors.areThere, Vectors.absence))
    func referenceVectors() throws {
        let vectors = try Vectors.load()
        for identity in [vectors.identity_A, vectors.identity_B] {
            let pair = try KeyPair(seed: hex(identity.seed))
            #expect(pair.publicKey.message == hex(identity.public_key_protobuf))
            #expect(pair.message == hex(identity.private_key_protobuf))
            #expect(pair.peerID.description == identity.peer_id)
        }
    }
}
