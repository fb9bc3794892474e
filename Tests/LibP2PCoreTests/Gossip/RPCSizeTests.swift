import GossipWorld
import LibP2PCore
import Multiformats
import Testing

/// What the simulation reckons is what travels.
@Suite struct RPCSizeTests {
    @Test func theReckonedSizeIsTheEncodedOne() throws {
        let author = try Author(3)
        let ids = (0..<5).map { MessageID(author: author.id, sequence: $0) }
        let rpc = GossipRouter.RPC.with {
            $0.subscriptions = [.init(isSubscribed: true, topic: "a"), .init(isSubscribed: false, topic: "bb")]
            $0.messages = [try? author.message(String(repeating: "x", count: 300), topic: "t").wire].compactMap { $0 }
            $0.haves = [.init(topic: "a", messages: ids), .init(topic: "b", messages: [ids[0]])]
            $0.wants = ids
            $0.grafts = ["a", "b"]
            $0.prunes = [
                .init(topic: "a", backoff: 600, peers: [.init(peer: author.id.bytes, record: [1, 2, 3])]),
                .init(topic: "b", backoff: nil, peers: [.init(peer: author.id.bytes, record: nil)]),
            ]
            $0.dontWants = ids
        }
        #expect(rpc.messages.count == 1)
        #expect(rpc.size == rpc.encoded.count)
        #expect(GossipRouter.RPC().size == 0)
    }
}
