import Foundation
@testable import LibP2PCore
import Multiformats
import SharedData
import Testing

@Suite struct SignedMessageTests {
    @Test func aSignedMessageVerifies() throws {
        let author = try Author(1)
        let signed = try author.message("hello")
        let verified = try SignedMessage(verifying: signed.wire)
        #expect(verified == signed)
        #expect(verified.author == author.id)
        #expect(verified.data == Array("hello".utf8))
        #expect(verified.id.bytes == author.id.bytes + [0, 0, 0, 0, 0, 0, 0, 1])
    }

    @Test func theAuthorsKeyMayBeAttached() throws {
        let author = try Author(1)
        var wire = try author.message("hello").wire
        wire.key = author.keyPair.publicKey.message
        #expect(try SignedMessage(verifying: wire).author == author.id)
    }

    @Test func anothersKeyIsAForgery() throws {
        var wire = try Author(1).message("hello").wire
        wire.key = try Author(2).keyPair.publicKey.message
        #expect(throws: SignedMessage.Flaw.forged) { try SignedMessage(verifying: wire) }
    }

    @Test(arguments: 0..<3)
    func anyChangedFieldIsAForgery(field: Int) throws {
        let fields: [WritableKeyPath<GossipRouter.RPC.Message, [UInt8]?>] = [\.data, \.sequence, \.signature]
        var wire = try Author(1).message("hello").wire
        wire[keyPath: fields[field]]?[0] ^= 1
        #expect(throws: SignedMessage.Flaw.forged) { try SignedMessage(verifying: wire) }
    }

    @Test(arguments: 0..<3)
    func anUnsignedMessageIsIncomplete(field: Int) throws {
        let fields: [WritableKeyPath<GossipRouter.RPC.Message, [UInt8]?>] = [\.author, \.sequence, \.signature]
        var wire = try Author(1).message("hello").wire
        wire[keyPath: fields[field]] = nil
        #expect(throws: SignedMessage.Flaw.incomplete) { try SignedMessage(verifying: wire) }
    }

    @Test func aKeyThatThisNodeCannotCheckIsNobodysFault() throws {
        let secp256k1: [UInt8] = [0x08, 0x02, 0x12, 0x04, 1, 2, 3, 4]
        var wire = try Author(1).message("hello").wire
        wire.author = PeerID(publicKeyMessage: secp256k1).bytes
        wire.key = secp256k1
        #expect(throws: SignedMessage.Flaw.unsupportedKey) { try SignedMessage(verifying: wire) }
    }

    @Test func fieldsOfALaterVersionStaySigned() throws {
        let author = try Author(1)
        var wire = try author.message("hello").wire
        wire.unknownFields = [0x50, 0x07]
        wire.signature = try author.keyPair.sign(SignedMessage.signable(wire))
        let rpc = GossipRouter.RPC.with { $0.messages = [wire] }
        let decoded = try GossipRouter.RPC(decoding: rpc.encoded)
        #expect(decoded.messages == [wire])
        #expect(try SignedMessage(verifying: decoded.messages[0]).author == author.id)
    }

    @Test func anEmptyPayloadKeepsItsPlaceUnderTheSignature() throws {
        let wire = try Author(1).message("").wire
        let rpc = GossipRouter.RPC.with { $0.messages = [wire] }
        #expect(try SignedMessage(verifying: GossipRouter.RPC(decoding: rpc.encoded).messages[0]).data.isEmpty)
    }

    @Test(.enabled(if: SharedData.has("interop/vectors.json"), "no reference vectors beside the checkout"))
    func theReferenceVectorsPass() throws {
        let vectors = try PubSubVectors()
        let author = try Author(1)
        #expect(author.id.bytes == vectors["peer_id_bytes", in: "identity_A"])
        for name in ["message_without_key", "message_with_key"] {
            let encoded = vectors[name]
            let rpc = try GossipRouter.RPC(decoding: [0x12] + Varint.encode(UInt64(encoded.count)) + encoded)
            let message = try SignedMessage(verifying: rpc.messages[0])
            #expect(message.author == author.id)
            #expect(message.id.bytes == vectors["message_id_default"])
            #expect(message.wire.signature == vectors["signature"])
            #expect(SignedMessage.signable(message.wire) == vectors["bytes_to_sign"])
            #expect(message.wire.encoded == encoded)
            let again = try SignedMessage(
                signing: message.data,
                topic: message.topic,
                sequence: message.sequence,
                with: author.keyPair
            )
            #expect(again.wire.encoded == vectors["message_without_key"])
        }
    }
}

/// The pubsub part of the reference vectors.
struct PubSubVectors {
    private let groups: [String: [String: String]]

    init() throws {
        let json = try JSONSerialization.jsonObject(with: Data(SharedData.bytes("interop/vectors.json")))
        self.groups = try #require(json as? [String: Any]).compactMapValues { group in
            (group as? [String: Any])?.compactMapValues { $0 as? String }
        }
    }

    subscript(name: String, in group: String = "pubsub_signed_by_A") -> [UInt8] {
        bytes(hex: self.groups[group]?[name] ?? "")
    }
}
