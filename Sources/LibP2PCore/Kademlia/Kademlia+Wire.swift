package import Multiformats
import SwiftProtobuf

extension Kademlia {
    /// The types of messages, by their numbers on the wire.
    fileprivate enum Kind: Int32 {
        case putValue = 0
        case getValue = 1
        case addProvider = 2
        case getProviders = 3
        case findNode = 4
        case ping = 5
    }

    fileprivate static func open(_ bytes: [UInt8], _ limits: Limits) throws(Failure) -> KademliaWireMessage {
        guard bytes.count <= limits.messageBytes, let wire = try? KademliaWireMessage(serializedBytes: bytes) else {
            throw .malformed
        }
        return wire
    }
}

extension Kademlia.Request {
    /// Reads a request.
    ///
    /// - Parameters:
    ///   - bytes: The message without its length.
    ///   - sender: Who asks: of the providers that it names, only itself counts.
    ///   - limits: The bounds.
    /// - Throws: `Kademlia.Failure.malformed`.
    package init(
        decoding bytes: [UInt8],
        from sender: PeerID,
        limits: Kademlia.Limits = Kademlia.Limits()
    ) throws(Kademlia.Failure) {
        let wire = try Kademlia.open(bytes, limits)
        guard let kind = Kademlia.Kind(rawValue: wire.type) else { throw .malformed }
        let key = Array(wire.key)
        guard key.count <= limits.keyBytes, kind == .ping || !key.isEmpty else { throw .malformed }
        switch kind {
        case .findNode: self = .findNode(key)
        case .getValue: self = .getValue(key)
        case .putValue:
            guard let record = Kademlia.Record(wire.record, in: wire, limits), record.key == key else {
                throw .malformed
            }
            self = .putValue(record)
        case .getProviders: self = .getProviders(key)
        case .addProvider:
            // A key is a multihash, though of functions that nobody here computes.
            let providers = wire.providerPeers.prefix(limits.providersPerAnswer)
            guard
                let provider = providers.lazy.compactMap({ Kademlia.Contact($0, limits) }).first(where: {
                    $0.peer == sender
                })
            else { throw .malformed }
            self = .addProvider(key, provider)
        case .ping: self = .ping
        }
    }

    /// The message, without its length.
    package var encoded: [UInt8] {
        self.message.wireBytes
    }

    fileprivate var message: KademliaWireMessage {
        .with { wire in
            switch self {
            case .findNode(let key): wire.set(.findNode, key)
            case .getValue(let key): wire.set(.getValue, key)
            case .putValue(let record):
                wire.set(.putValue, record.key)
                wire.record = record.wire
            case .getProviders(let key): wire.set(.getProviders, key)
            case .addProvider(let key, let provider):
                wire.set(.addProvider, key)
                wire.providerPeers = [provider.wire]
            case .ping: wire.type = Kademlia.Kind.ping.rawValue
            }
        }
    }
}

extension Kademlia.Response {
    /// Reads the answer to a request.
    ///
    /// - Parameters:
    ///   - bytes: The message without its length.
    ///   - request: What was asked; the answer must be of the same type.
    ///   - limits: The bounds.
    /// - Throws: `Kademlia.Failure.malformed`.
    package init(
        decoding bytes: [UInt8],
        to request: Kademlia.Request,
        limits: Kademlia.Limits = Kademlia.Limits()
    ) throws(Kademlia.Failure) {
        let wire = try Kademlia.open(bytes, limits)
        guard wire.type == request.message.type else { throw .malformed }
        self.record = Kademlia.Record(wire.record, in: wire, limits)
        self.closer = wire.closerPeers.prefix(limits.replication).compactMap { Kademlia.Contact($0, limits) }
        self.providers = wire.providerPeers.prefix(limits.providers).compactMap { Kademlia.Contact($0, limits) }
    }

    /// The message that answers a request, without its length.
    package func encoded(to request: Kademlia.Request) -> [UInt8] {
        // The answer repeats the question, as all stacks have it.
        var wire = request.message
        wire.providerPeers = self.providers.map(\.wire)
        wire.closerPeers = self.closer.map(\.wire)
        if let record = self.record { wire.record = record.wire }
        return wire.wireBytes
    }
}

extension KademliaWireMessage {
    fileprivate mutating func set(_ kind: Kademlia.Kind, _ key: [UInt8]) {
        self.type = kind.rawValue
        self.key = field(key)
    }
}

extension Kademlia.Contact {
    fileprivate init?(_ wire: KademliaWirePeer, _ limits: Kademlia.Limits) {
        guard let peer = try? PeerID(multihash: Array(wire.id)) else { return nil }
        self.init(
            peer: peer,
            addresses: wire.addresses.prefix(limits.addresses).compactMap { try? Multiaddr(bytes: Array($0)) }
                .map(\.withoutPeerID)
        )
    }

    fileprivate var wire: KademliaWirePeer {
        .with { wire in
            wire.id = field(self.peer.bytes)
            wire.addresses = self.addresses.map { field($0.bytes) }
            wire.connection = 0
        }
    }
}

extension Kademlia.Record {
    fileprivate init?(_ wire: KademliaWireRecord, in message: KademliaWireMessage, _ limits: Kademlia.Limits) {
        guard message.hasRecord, wire.key.count <= limits.keyBytes, wire.value.count <= limits.valueBytes else {
            return nil
        }
        self.init(key: Array(wire.key), value: Array(wire.value))
    }

    fileprivate var wire: KademliaWireRecord {
        .with { wire in
            wire.key = field(self.key)
            wire.value = field(self.value)
        }
    }
}
