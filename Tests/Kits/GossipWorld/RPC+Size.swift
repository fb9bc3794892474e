import LibP2PCore

extension GossipRouter.RPC {
    /// The bytes of the protobuf message, reckoned without encoding it.
    package var size: Int {
        var size = 0
        for subscription in self.subscriptions { size += field(2 + field(subscription.topic.utf8.count)) }
        for message in self.messages { size += field(message.size) }
        var control = 0
        for have in self.haves {
            control += field(field(have.topic.utf8.count) + have.messages.reduce(0) { $0 + field($1.bytes.count) })
        }
        if !self.wants.isEmpty { control += field(self.wants.reduce(0) { $0 + field($1.bytes.count) }) }
        for topic in self.grafts { control += field(field(topic.utf8.count)) }
        for prune in self.prunes {
            let peers = prune.peers.reduce(0) { sum, candidate in
                sum + field(field(candidate.peer.count) + (candidate.record.map { field($0.count) } ?? 0))
            }
            let backoff = prune.backoff.map { 1 + varint(Int(clamping: $0)) } ?? 0
            control += field(field(prune.topic.utf8.count) + peers + backoff)
        }
        if !self.dontWants.isEmpty { control += field(self.dontWants.reduce(0) { $0 + field($1.bytes.count) }) }
        return size + (control > 0 ? field(control) : 0)
    }
}

extension GossipRouter.RPC.Message {
    fileprivate var size: Int {
        let fields = [self.author, self.data, self.sequence, self.signature, self.key].compactMap { $0?.count }
        return fields.reduce(0) { $0 + field($1) } + field(self.topic?.utf8.count ?? 0) + self.unknownFields.count
    }
}

/// The size of a field with its tag and length.
private func field(_ length: Int) -> Int { 1 + varint(length) + length }

private func varint(_ value: Int) -> Int {
    var (rest, size) = (value >> 7, 1)
    while rest > 0 { (rest, size) = (rest >> 7, size + 1) }
    return size
}
