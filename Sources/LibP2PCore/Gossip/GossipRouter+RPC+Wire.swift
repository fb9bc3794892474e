import SwiftProtobuf

extension GossipRouter.RPC {
    /// Reads an RPC; fields of later protocol versions are skipped.
    ///
    /// - Parameter bytes: The protobuf message, without its length.
    /// - Throws: `GossipError.malformed`, or `.tooManyElements` before any of them was built.
    package init(decoding bytes: [UInt8]) throws(GossipError) {
        guard bytes.count <= GossipRouter.Limits.rpcBytes else { throw .tooLarge }
        try Self.countElements(bytes)
        let wire: PubSubWireRPC
        do {
            wire = try PubSubWireRPC(serializedBytes: bytes)
        } catch {
            throw .malformed
        }
        self.subscriptions = wire.subscriptions.filter(\.hasTopic).map {
            Subscription(isSubscribed: $0.subscribe, topic: $0.topic)
        }
        self.messages = wire.publish.map(Message.init)
        let control = wire.control
        self.haves = control.have.filter(\.hasTopic).map { have in
            Have(topic: have.topic, messages: have.messages.map { MessageID(bytes: Array($0)) })
        }
        self.wants = control.want.flatMap { $0.messages.map { MessageID(bytes: Array($0)) } }
        self.grafts = control.graft.filter(\.hasTopic).map(\.topic)
        self.prunes = control.prune.filter(\.hasTopic).map { prune in
            Prune(
                topic: prune.topic,
                backoff: prune.hasBackoff ? prune.backoff : nil,
                peers: prune.peers.map { candidate in
                    Candidate(
                        peer: Array(candidate.peer),
                        record: candidate.hasRecord ? Array(candidate.record) : nil
                    )
                }
            )
        }
        self.dontWants = control.dontWant.flatMap { $0.messages.map { MessageID(bytes: Array($0)) } }
    }

    /// The protobuf message, without its length.
    package var encoded: [UInt8] {
        var wire = PubSubWireRPC()
        wire.subscriptions = self.subscriptions.map { subscription in
            .with {
                $0.subscribe = subscription.isSubscribed
                $0.topic = subscription.topic
            }
        }
        wire.publish = self.messages.map(\.wire)
        if self.hasControl { wire.control = self.control }
        return wire.bytes
    }

    private var hasControl: Bool {
        !(self.haves.isEmpty && self.wants.isEmpty && self.grafts.isEmpty && self.prunes.isEmpty
            && self.dontWants.isEmpty)
    }

    private var control: PubSubWireControl {
        .with { control in
            control.have = self.haves.map { have in
                .with {
                    $0.topic = have.topic
                    $0.messages = have.messages.map { converted($0.bytes) }
                }
            }
            if !self.wants.isEmpty {
                control.want = [.with { $0.messages = self.wants.map { converted($0.bytes) } }]
            }
            control.graft = self.grafts.map { topic in .with { $0.topic = topic } }
            control.prune = self.prunes.map { prune in
                .with {
                    $0.topic = prune.topic
                    if let backoff = prune.backoff { $0.backoff = backoff }
                    $0.peers = prune.peers.map { candidate in
                        .with {
                            $0.peer = converted(candidate.peer)
                            if let record = candidate.record { $0.record = converted(record) }
                        }
                    }
                }
            }
            if !self.dontWants.isEmpty {
                control.dontWant = [.with { $0.messages = self.dontWants.map { converted($0.bytes) } }]
            }
        }
    }

    /// Two bytes of wire make one element of hundreds in memory, so they are counted before they are built.
    private static func countElements(_ bytes: [UInt8]) throws(GossipError) {
        var room = Room()
        try Self.count(bytes[...], .rpc, &room)
    }

    private struct Room {
        var elements = GossipRouter.Limits.rpcElements
        var controls = GossipRouter.Limits.rpcControls
    }

    private enum Level {
        case rpc
        case control
        /// Inside one IHAVE, IWANT, GRAFT, PRUNE or IDONTWANT: ids above all.
        case part
    }

    private static let controlField: UInt64 = 3

    private static func count(_ bytes: ArraySlice<UInt8>, _ level: Level, _ room: inout Room) throws(GossipError) {
        var rest = bytes
        while !rest.isEmpty {
            if level == .rpc { room.elements -= 1 } else { room.controls -= 1 }
            guard room.elements >= 0, room.controls >= 0 else { throw .tooManyElements }
            guard let tag = read(&rest) else { throw .malformed }
            switch tag & 7 {
            case 0:
                guard read(&rest) != nil else { throw .malformed }
            case 1 where rest.count >= 8: rest.removeFirst(8)
            case 5 where rest.count >= 4: rest.removeFirst(4)
            case 2:
                guard let length = read(&rest), length <= UInt64(rest.count) else { throw .malformed }
                let field = rest.prefix(Int(length))
                switch level {
                case .rpc where tag >> 3 == Self.controlField: try Self.count(field, .control, &room)
                case .control: try Self.count(field, .part, &room)
                case .rpc, .part: break
                }
                rest.removeFirst(Int(length))
            default:
                throw .malformed
            }
        }
    }

    /// A varint as protobuf has it: up to ten bytes, any padding.
    private static func read(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}

extension GossipRouter.RPC.Message {
    fileprivate init(_ wire: PubSubWireMessage) {
        self.author = wire.hasFrom ? Array(wire.from) : nil
        self.data = wire.hasData ? Array(wire.data) : nil
        self.sequence = wire.hasSequence ? Array(wire.sequence) : nil
        self.topic = wire.hasTopic ? wire.topic : nil
        self.signature = wire.hasSignature ? Array(wire.signature) : nil
        self.key = wire.hasKey ? Array(wire.key) : nil
        self.unknownFields = Array(wire.unknownFields.data)
    }

    fileprivate var wire: PubSubWireMessage {
        var wire = PubSubWireMessage()
        if !self.unknownFields.isEmpty, let kept = try? PubSubWireMessage(serializedBytes: self.unknownFields) {
            wire = kept
        }
        if let author { wire.from = converted(author) }
        if let data { wire.data = converted(data) }
        if let sequence { wire.sequence = converted(sequence) }
        if let topic { wire.topic = topic }
        if let signature { wire.signature = converted(signature) }
        if let key { wire.key = converted(key) }
        return wire
    }

    /// The protobuf message in the order of its fields.
    package var encoded: [UInt8] { self.wire.bytes }
}

extension SwiftProtobuf.Message {
    /// The message's bytes; these messages have no required fields and no extensions, so encoding cannot fail.
    fileprivate var bytes: [UInt8] { (try? self.serializedBytes()) ?? [] }
}

/// Copies bytes into the collection that the generated code wants.
private func converted<Bytes: RangeReplaceableCollection>(_ bytes: [UInt8]) -> Bytes where Bytes.Element == UInt8 {
    Bytes(bytes)
}
