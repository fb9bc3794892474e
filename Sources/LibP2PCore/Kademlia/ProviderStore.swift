import Multiformats

/// Who provides what, as far as this node was told; everything in it expires.
package struct ProviderStore: Sendable {
    private struct Provision: Sendable {
        var contact: Kademlia.Contact
        var subnet: Multiaddr.Subnet?
        var told: Duration
    }

    private let limits: Kademlia.Limits
    private var keys: [[UInt8]: [PeerID: Provision]] = [:]
    /// How many keys each peer provides.
    private var shares: [PeerID: Int] = [:]

    /// Makes an empty store.
    package init(limits: Kademlia.Limits = Kademlia.Limits()) {
        self.limits = limits
    }

    /// The number of keys.
    package var count: Int { self.keys.count }

    /// Notes a provider.
    ///
    /// - Parameters:
    ///   - provider: Who provides, and where it is reached.
    ///   - key: What.
    ///   - now: The time.
    /// - Returns: Whether there is room for it.
    @discardableResult
    package mutating func add(_ provider: Kademlia.Contact, of key: [UInt8], now: Duration) -> Bool {
        let subnet = provider.addresses.lazy.compactMap(\.subnet).first
        let provision = Provision(contact: provider, subnet: subnet, told: now)
        if self.keys[key]?[provider.peer] != nil {
            self.keys[key]?[provider.peer] = provision
            return true
        }
        self.expire(key, now: now)
        guard self.keys[key] != nil || self.makeRoomForKey(now: now) else { return false }
        guard self.shares[provider.peer, default: 0] < self.limits.keysPerProvider else { return false }
        let known = self.keys[key] ?? [:]
        if let subnet {
            guard known.values.count(where: { $0.subnet == subnet }) < self.limits.providersPerSubnet else {
                return false
            }
        }
        if known.count >= self.limits.providers {
            // Who has not said so for the longest time is the least likely to be there.
            guard let oldest = known.min(by: { ($0.value.told, $0.key) < ($1.value.told, $1.key) }) else {
                return false
            }
            self.remove(oldest.key, of: key)
        }
        self.keys[key, default: [:]][provider.peer] = provision
        self.shares[provider.peer, default: 0] += 1
        return true
    }

    /// Some providers of a key: of many, half of them the latest and half of them chance.
    ///
    /// So who asks meets peers that live, and two who ask meet different ones.
    package mutating func providers(
        of key: [UInt8],
        now: Duration,
        using random: inout some RandomNumberGenerator
    ) -> [Kademlia.Contact] {
        self.expire(key, now: now)
        let known = (self.keys[key] ?? [:]).values.sorted { ($1.told, $0.contact.peer) < ($0.told, $1.contact.peer) }
        let most = self.limits.providersPerAnswer
        guard known.count > most else { return known.map(\.contact) }
        let latest = known.prefix(most / 2)
        let others = known.dropFirst(most / 2).shuffled(using: &random).prefix(most - latest.count)
        return (latest + others).map(\.contact)
    }

    /// Forgets what has expired.
    package mutating func expire(now: Duration) {
        for key in Array(self.keys.keys) { self.expire(key, now: now) }
    }

    private mutating func expire(_ key: [UInt8], now: Duration) {
        for (peer, provision) in self.keys[key] ?? [:] where now - provision.told >= self.limits.providerLifetime {
            self.remove(peer, of: key)
        }
    }

    private mutating func makeRoomForKey(now: Duration) -> Bool {
        guard self.keys.count >= self.limits.providedKeys else { return true }
        self.expire(now: now)
        return self.keys.count < self.limits.providedKeys
    }

    private mutating func remove(_ peer: PeerID, of key: [UInt8]) {
        guard self.keys[key]?.removeValue(forKey: peer) != nil else { return }
        if self.keys[key]?.isEmpty == true { self.keys[key] = nil }
        let left = self.shares[peer, default: 1] - 1
        self.shares[peer] = left > 0 ? left : nil
    }
}
