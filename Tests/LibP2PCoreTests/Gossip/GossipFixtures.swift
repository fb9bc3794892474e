@testable import LibP2PCore
import Multiformats

/// A key pair whose seed is one byte repeated, as in the reference vectors.
struct Author {
    let keyPair: KeyPair

    init(_ seed: Int) throws {
        self.keyPair = try KeyPair(seed: Array(repeating: UInt8(truncatingIfNeeded: seed), count: 32))
    }

    var id: PeerID { self.keyPair.peerID }

    func message(_ text: String, topic: String = "t", sequence: UInt64 = 1) throws -> SignedMessage {
        try SignedMessage(signing: Array(text.utf8), topic: topic, sequence: sequence, with: self.keyPair)
    }

    func router(
        parameters: GossipRouter.Parameters = .ofTheSpec,
        limits: GossipRouter.Limits = .init()
    ) -> GossipRouter {
        GossipRouter(
            keyPair: self.keyPair,
            firstSequence: 1,
            seed: UInt64(self.id.bytes[20]),
            parameters: parameters,
            limits: limits
        )
    }
}

extension GossipRouter.Parameters {
    /// The degrees of the spec, every own message flooded, none announced.
    static var ofTheSpec: Self {
        var parameters = Self()
        parameters.degree = 6
        parameters.degreeLow = 4
        parameters.degreeHigh = 12
        parameters.degreeScore = 4
        parameters.floodedPeers = .max
        parameters.floodedBytes = .max
        parameters.announcedBytes = .max
        return parameters
    }
}

extension GossipRouter.RPC {
    static func with(_ change: (inout Self) -> Void) -> Self {
        var rpc = Self()
        change(&rpc)
        return rpc
    }

    static func subscribing(_ topics: String...) -> Self {
        .with { $0.subscriptions = topics.map { Subscription(isSubscribed: true, topic: $0) } }
    }

    static func publishing(_ messages: SignedMessage...) -> Self {
        .with { $0.messages = messages.map(\.wire) }
    }
}

extension [GossipRouter.Directive] {
    /// What is sent to a peer, merged.
    func sent(to peer: PeerID) -> [GossipRouter.RPC] {
        self.compactMap { directive in
            guard case .send(let rpc, to: peer) = directive else { return nil }
            return rpc
        }
    }

    var judged: [SignedMessage] {
        self.compactMap { directive in
            guard case .judge(let message, from: _) = directive else { return nil }
            return message
        }
    }

    var recipients: [PeerID] {
        self.compactMap { directive in
            guard case .send(_, to: let peer) = directive else { return nil }
            return peer
        }
    }

    var disconnected: [PeerID] {
        self.compactMap { directive in
            guard case .disconnect(let peer, because: _) = directive else { return nil }
            return peer
        }
    }
}

func bytes(hex: String) -> [UInt8] {
    var result: [UInt8] = []
    var digits = hex.makeIterator()
    while let high = digits.next(), let low = digits.next() {
        result.append(UInt8(String([high, low]), radix: 16) ?? 0)
    }
    return result
}
