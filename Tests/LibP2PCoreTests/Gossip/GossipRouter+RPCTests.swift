@testable import LibP2PCore
import Multiformats
import SharedData
import Testing

@Suite struct GossipRPCTests {
    static func everything() throws -> GossipRouter.RPC {
        .with {
            $0.subscriptions = [.init(isSubscribed: true, topic: "a"), .init(isSubscribed: false, topic: "b")]
            $0.haves = [.init(topic: "a", messages: [MessageID(bytes: [1, 2]), MessageID(bytes: [3])])]
            $0.wants = [MessageID(bytes: [4]), MessageID(bytes: [5])]
            $0.grafts = ["a", "c"]
            $0.prunes = [.init(topic: "b", backoff: 60), .init(topic: "d", backoff: nil)]
        }
    }

    @Test func anRPCSurvivesTheWire() throws {
        var rpc = try Self.everything()
        rpc.messages = [try Author(1).message("hello").wire, .init()]
        #expect(try GossipRouter.RPC(decoding: rpc.encoded) == rpc)
    }

    @Test func noCutOfAnRPCTraps() throws {
        var rpc = try Self.everything()
        rpc.messages = [try Author(1).message("hello").wire]
        let encoded = rpc.encoded
        for count in encoded.indices {
            #expect((try? GossipRouter.RPC(decoding: Array(encoded.prefix(count)))) != rpc)
        }
    }

    @Test func noChangedByteTraps() throws {
        let encoded = try Self.everything().encoded
        for index in encoded.indices {
            for bit in 0..<8 {
                var changed = encoded
                changed[index] ^= 1 << bit
                _ = try? GossipRouter.RPC(decoding: changed)
            }
        }
    }

    @Test func fieldsOfLaterVersionsAreSkipped() throws {
        let record: [UInt8] = [0x22, 0x03, 9, 9, 9]
        let rpc = try Self.everything()
        #expect(try GossipRouter.RPC(decoding: rpc.encoded + record) == rpc)
    }

    @Test func tooManyElementsAreRefusedBeforeTheyAreBuilt() {
        let flood = Array(repeating: [0x12, 0x00] as [UInt8], count: GossipRouter.Limits.rpcElements + 1).flatMap(
            \.self
        )
        #expect(throws: GossipError.tooManyElements) { try GossipRouter.RPC(decoding: flood) }
    }

    @Test func anOversizedRPCIsRefused() {
        let bytes = [UInt8](repeating: 0, count: GossipRouter.Limits.rpcBytes + 1)
        #expect(throws: GossipError.tooLarge) { try GossipRouter.RPC(decoding: bytes) }
    }

    @Test func splittingKeepsEverythingAndEachPartWithinTheLimit() throws {
        var rpc = try Self.everything()
        let author = try Author(1)
        rpc.messages = try (1...40).map { try author.message(String(repeating: "x", count: 500), sequence: $0).wire }
        rpc.haves = (0..<5).map { topic in
            .init(topic: "topic\(topic)", messages: (0..<100).map { MessageID(author: author.id, sequence: $0) })
        }
        let parts = rpc.split(within: 4000, elements: 5)
        #expect(parts.count > 8)
        #expect(parts.allSatisfy { $0.encoded.count <= 4000 && $0.messages.count <= 5 })
        #expect(parts.flatMap(\.messages) == rpc.messages)
        #expect(parts.flatMap(\.subscriptions) == rpc.subscriptions)
        #expect(parts.flatMap(\.grafts) == rpc.grafts)
        #expect(parts.flatMap(\.prunes) == rpc.prunes)
        #expect(parts.flatMap(\.wants) == rpc.wants)
        for have in rpc.haves {
            #expect(parts.flatMap(\.haves).filter { $0.topic == have.topic }.flatMap(\.messages) == have.messages)
        }
    }

    @Test func aSmallRPCStaysWholeAndAnEmptyOneIsNotSent() throws {
        let rpc = try Self.everything()
        #expect(rpc.split(within: 1 << 20, elements: 100) == [rpc])
        #expect(GossipRouter.RPC().split(within: 1 << 20, elements: 100).isEmpty)
    }

    @Test(.enabled(if: SharedData.has("interop/vectors.json"), "no reference vectors beside the checkout"))
    func theReferenceVectorsPass() throws {
        let vectors = try PubSubVectors()
        let publish = try GossipRouter.RPC(decoding: self.unframed(vectors["rpc_publish_framed"]))
        #expect(try SignedMessage(verifying: publish.messages[0]).id.bytes == vectors["message_id_default"])
        #expect(try publish.encoded == self.unframed(vectors["rpc_publish_framed"]))
        let subscribe = try GossipRouter.RPC(decoding: self.unframed(vectors["rpc_subscribe_framed"]))
        #expect(subscribe == .subscribing("ghcache/v1"))
        #expect(try subscribe.encoded == self.unframed(vectors["rpc_subscribe_framed"]))
        let control = try GossipRouter.RPC(decoding: self.unframed(vectors["rpc_control_framed"]))
        #expect(control.haves.count == 1 && control.wants.count == 1 && control.grafts.count == 1)
        #expect(control.prunes == [.init(topic: "other", backoff: 60)])
        #expect(try control.encoded == self.unframed(vectors["rpc_control_framed"]))
    }

    private func unframed(_ bytes: [UInt8]) throws -> [UInt8] {
        let length = try #require(try Varint.decode(bytes))
        return Array(bytes.dropFirst(length.length))
    }
}
