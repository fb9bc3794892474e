package import Multiformats

/// Answers what other peers ask: from its table, its providers and its records, and never by asking anybody itself.
package struct KademliaServer: Sendable {
    /// What to do with a request.
    package enum Reply: Equatable, Sendable {
        /// Write this.
        case answer(Kademlia.Response)
        /// Say nothing and read on.
        case silence
        /// Reset the stream.
        case refuse
    }

    private let limits: Kademlia.Limits
    private let own: PeerID
    /// The peers near this node.
    package var table: RoutingTable
    /// Who provides what.
    package var providers: ProviderStore
    /// Values stored for others.
    package var records: RecordStore
    private var random: SplitMix64

    /// Makes a server that knows nobody.
    ///
    /// - Parameters:
    ///   - own: This node.
    ///   - seed: Settles what is left to chance.
    ///   - validators: Who judges values, by the namespace of their keys.
    ///   - limits: The bounds.
    package init(
        own: PeerID,
        seed: UInt64,
        validators: [String: RecordStore.Validator] = ["pk": .publicKey],
        limits: Kademlia.Limits = Kademlia.Limits()
    ) {
        self.own = own
        self.limits = limits
        self.random = SplitMix64(seed: seed)
        self.table = RoutingTable(own: own, limits: limits)
        self.providers = ProviderStore(limits: limits)
        self.records = RecordStore(validators: validators, limits: limits)
    }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - peer: Who asks.
    ///   - source: Where it is seen, which says what addresses it can be believed to know of.
    ///   - now: The time.
    ///   - addresses: Where peers are reached.
    /// - Returns: What to do.
    package mutating func answer(
        _ request: Kademlia.Request,
        of peer: PeerID,
        at source: Multiaddr?,
        now: Duration,
        addresses: (PeerID) -> [Multiaddr]
    ) -> Reply {
        switch request {
        case .findNode(let key):
            var closer = self.closer(to: key, for: peer, addresses)
            // Who is asked for by name is told of even where it has no place in the table.
            if let sought = try? PeerID(multihash: key), sought != peer, !closer.contains(where: { $0.peer == sought }),
                let contact = self.contact(sought, addresses)
            {
                closer = [contact] + closer.dropLast(closer.count >= self.limits.replication ? 1 : 0)
            }
            return .answer(Kademlia.Response(closer: closer))
        case .getValue(let key):
            let record = self.records.value(of: key, now: now).map { Kademlia.Record(key: key, value: $0) }
            return .answer(Kademlia.Response(record: record, closer: self.closer(to: key, for: peer, addresses)))
        case .putValue(let record):
            return self.records.put(record, now: now) ? .answer(Kademlia.Response(record: record)) : .refuse
        case .getProviders(let key):
            let providers = self.providers.providers(of: key, now: now, using: &self.random)
                .filter { $0.peer != peer }
                .map { Kademlia.Contact(peer: $0.peer, addresses: $0.addresses + addresses($0.peer)) }
                .map { self.bounded($0) }
            return .answer(
                Kademlia.Response(closer: self.closer(to: key, for: peer, addresses), providers: providers)
            )
        case .addProvider(let key, var provider):
            provider.addresses = provider.addresses.credible(from: source)
            self.providers.add(self.bounded(provider), of: key, now: now)
            return .silence
        case .ping:
            return .answer(Kademlia.Response())
        }
    }

    private func closer(
        to key: [UInt8],
        for peer: PeerID,
        _ addresses: (PeerID) -> [Multiaddr]
    ) -> [Kademlia.Contact] {
        self.table.nearest(to: Kademlia.Key(of: key), count: self.limits.replication, except: peer)
            .compactMap { self.contact($0, addresses) }
    }

    private func contact(_ peer: PeerID, _ addresses: (PeerID) -> [Multiaddr]) -> Kademlia.Contact? {
        let known = addresses(peer)
        return known.isEmpty ? nil : self.bounded(Kademlia.Contact(peer: peer, addresses: known))
    }

    private func bounded(_ contact: Kademlia.Contact) -> Kademlia.Contact {
        var seen: Set<Multiaddr> = []
        let addresses = contact.addresses.filter { seen.insert($0).inserted }.prefix(self.limits.addresses)
        return Kademlia.Contact(peer: contact.peer, addresses: Array(addresses))
    }
}
