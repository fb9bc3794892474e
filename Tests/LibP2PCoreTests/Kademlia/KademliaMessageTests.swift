import LibP2PCore
import Multiformats
import Testing

struct KademliaMessageTests {
    private let peer: PeerID
    private let contact: Kademlia.Contact

    init() throws {
        var random = Seeded(state: 1)
        self.peer = simulatedPeer(using: &random)
        let addresses = try ["/ip4/10.0.0.1/tcp/9000", "/ip6/2001:db8::1/tcp/1"].map { try Multiaddr($0) }
        self.contact = Kademlia.Contact(peer: self.peer, addresses: addresses)
    }

    private var requests: [Kademlia.Request] {
        [
            .findNode([1]), .getValue([2]), .putValue(Kademlia.Record(key: [3], value: [4, 5])), .getProviders([6]),
            .addProvider([7], self.contact), .ping,
        ]
    }

    @Test func requestsSurviveTheWire() throws {
        for request in self.requests {
            #expect(try Kademlia.Request(decoding: request.encoded, from: self.peer) == request)
        }
    }

    @Test func answersSurviveTheWire() throws {
        let response = Kademlia.Response(
            record: Kademlia.Record(key: [2], value: [9]),
            closer: [self.contact],
            providers: [self.contact]
        )
        for request in self.requests where request != .ping && request.isAnswered {
            var expected = response
            if case .putValue = request { expected.record = Kademlia.Record(key: [2], value: [9]) }
            #expect(try Kademlia.Response(decoding: response.encoded(to: request), to: request) == expected)
        }
    }

    @Test func anAnswerOfAnotherTypeIsRefused() {
        let answer = Kademlia.Response().encoded(to: .findNode([1]))
        #expect(throws: Kademlia.Failure.malformed) { try Kademlia.Response(decoding: answer, to: .getValue([1])) }
    }

    /// As go writes them: a type of 0 is left out.
    @Test func aRequestWithoutATypeStoresAValue() throws {
        let bytes = hex("1201611a060a016112" + "0162")
        #expect(
            try Kademlia.Request(decoding: bytes, from: self.peer)
                == .putValue(Kademlia.Record(key: Array("a".utf8), value: Array("b".utf8)))
        )
    }

    @Test func aValueUnderAnotherKeyIsRefused() {
        let bytes = hex("08001201631a060a016112" + "0162")
        #expect(throws: Kademlia.Failure.malformed) { try Kademlia.Request(decoding: bytes, from: self.peer) }
    }

    @Test func onlyThePeerItselfIsItsProvider() throws {
        var random = Seeded(state: 2)
        let other = simulatedPeer(using: &random)
        let bytes = Kademlia.Request.addProvider([1], self.contact).encoded
        #expect(throws: Kademlia.Failure.malformed) { try Kademlia.Request(decoding: bytes, from: other) }
    }

    @Test func noTruncationTraps() {
        for bytes in self.requests.map(\.encoded) {
            for count in 0..<bytes.count {
                _ = try? Kademlia.Request(decoding: Array(bytes.prefix(count)), from: self.peer)
            }
        }
    }

    @Test func noiseTrapsNothing() {
        var random = Seeded(state: 3)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            _ = try? Kademlia.Request(decoding: bytes, from: self.peer)
            _ = try? Kademlia.Response(decoding: bytes, to: .findNode([1]))
        }
    }

    @Test func whatIsTooLongIsRefused() {
        let long = Array(repeating: UInt8(1), count: 257)
        #expect(throws: Kademlia.Failure.malformed) {
            try Kademlia.Request(decoding: Kademlia.Request.findNode(long).encoded, from: self.peer)
        }
        let huge = [UInt8](repeating: 0, count: Kademlia.Limits().messageBytes + 1)
        #expect(throws: Kademlia.Failure.malformed) { try Kademlia.Request(decoding: huge, from: self.peer) }
    }

    @Test func anAnswerNamesSoManyPeersAndNoMore() throws {
        var random = Seeded(state: 4)
        let crowd = (0..<300).map { _ in Kademlia.Contact(peer: simulatedPeer(using: &random), addresses: []) }
        let request = Kademlia.Request.getProviders([1])
        let bytes = Kademlia.Response(closer: crowd, providers: crowd).encoded(to: request)
        let response = try Kademlia.Response(decoding: bytes, to: request)
        #expect(response.closer.count == 20)
        #expect(response.providers.count == 256)
    }
}
