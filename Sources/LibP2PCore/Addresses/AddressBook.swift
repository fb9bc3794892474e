package import Multiformats

/// Where peers are: what they say themselves, what others say, and where they were reached.
///
/// A peer's own word, and an address at which it was reached, count more than what others say, and hearsay never takes
/// their place. Everything expires, everything is bounded, and strangers' words are the first to go. Moments are durations
/// since 1970; chance is an argument.
package struct AddressBook: Sendable {
    private let limits: Limits
    private var pages: [PeerID: Page] = [:]
    /// Peers whose page changed in a way that is worth keeping.
    private var changed: Set<PeerID> = []

    /// Opens a book.
    ///
    /// - Parameters:
    ///   - pages: What an earlier run kept.
    ///   - limits: The bounds.
    package init(pages: [Page] = [], limits: Limits = Limits()) {
        self.limits = limits
        let sound = pages.compactMap { Self.sound($0, limits) }
        for page in sound.sorted(by: { $0.moment > $1.moment }).prefix(limits.peers) { self.pages[page.peer] = page }
    }

    /// The number of peers.
    package var count: Int { self.pages.count }

    /// What is known of a peer.
    package subscript(peer: PeerID) -> Page? { self.pages[peer] }

    // MARK: What is heard

    /// Takes a peer's own word on where it is: all of it, in place of what it said before.
    ///
    /// - Parameters:
    ///   - peer: Whose word it is.
    ///   - addresses: Where it says that it is.
    ///   - sequence: The number of the signed record that says so; older ones than the newest read are passed over.
    ///   - now: The moment.
    package mutating func hear(from peer: PeerID, _ addresses: [Multiaddr], sequence: UInt64 = 0, now: Duration) {
        var page = self.pages[peer] ?? Page(of: peer)
        guard sequence == 0 || sequence >= page.sequence else { return }
        page.sequence = max(page.sequence, sequence)
        var places = page.places.filter { $0.source == .reached }
        for address in Self.plain(addresses).prefix(self.limits.addresses) {
            if let known = places.firstIndex(where: { $0.address == address }) {
                places[known].failures = 0
            } else {
                places.append(Place(address: address, source: .peer, moment: now))
            }
        }
        guard !places.isEmpty else { return }
        page.places = places
        // It says so itself, so it lives.
        page.failures = 0
        page.retry = .zero
        self.keep(page, now: now)
    }

    /// Takes what somebody says of another peer; it counts only where nothing better is known.
    package mutating func hear(of peer: PeerID, _ addresses: [Multiaddr], now: Duration) {
        var page = self.pages[peer] ?? Page(of: peer)
        guard page.places.allSatisfy({ $0.source == .hearsay }) else { return }
        // A name makes the one who dials ask others; strangers may not cause that.
        for address in Self.plain(addresses) where !address.isNamed {
            if let known = page.places.firstIndex(where: { $0.address == address }) {
                page.places[known].moment = now
            } else if page.places.count < self.limits.addresses {
                page.places.append(Place(address: address, source: .hearsay, moment: now))
            }
        }
        guard !page.places.isEmpty else { return }
        self.keep(page, now: now)
    }

    /// Notes where a peer was reached.
    package mutating func reached(_ peer: PeerID, at address: Multiaddr, now: Duration) {
        guard address.reach != nil else { return }
        let address = address.withoutPeerID
        var page = self.pages[peer] ?? Page(of: peer)
        page.places.removeAll { $0.address == address }
        page.places.append(Place(address: address, source: .reached, moment: now))
        page.failures = 0
        page.retry = .zero
        self.keep(page, now: now)
    }

    /// Notes that nobody, or somebody else, is at an address.
    package mutating func failed(_ peer: PeerID, at address: Multiaddr) {
        let address = address.withoutPeerID
        guard let place = self.pages[peer]?.places.firstIndex(where: { $0.address == address }) else { return }
        self.pages[peer]?.places[place].failures += 1
    }

    /// Notes that a peer was found at none of its addresses.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - now: The moment.
    ///   - chance: A number from 0 up to 1.
    package mutating func missed(_ peer: PeerID, now: Duration, chance: Double) {
        guard var page = self.pages[peer] else { return }
        let backoff = min(self.limits.initialBackoff * (1 << min(page.failures, 20)), self.limits.maximumBackoff)
        page.failures += 1
        page.retry = now + backoff + backoff * (self.limits.jitter * min(max(chance, 0), 1))
        let patience = page.source == .hearsay ? self.limits.hearsayFailures : self.limits.failures
        if page.failures >= patience {
            self.forget(peer)
        } else {
            self.pages[peer] = page
        }
    }

    /// Forgets a peer.
    package mutating func forget(_ peer: PeerID) {
        if self.pages.removeValue(forKey: peer) != nil { self.changed.insert(peer) }
    }

    // MARK: What is asked

    /// Where to dial a peer, the most promising address first.
    package func addresses(of peer: PeerID) -> [Multiaddr] { self.pages[peer]?.ranked.map(\.address) ?? [] }

    /// What others may be told of where a peer is: no hearsay.
    package func known(of peer: PeerID) -> [Multiaddr] {
        self.pages[peer]?.ranked.filter { $0.source != .hearsay }.map(\.address) ?? []
    }

    /// Peers to dial: those once reached before those who spoke for themselves before hearsay, by chance within each.
    ///
    /// - Parameters:
    ///   - count: The most.
    ///   - now: The moment; who failed lately is not due.
    ///   - passes: Who is not wanted.
    ///   - random: Chance.
    /// - Returns: Whom to dial, the most promising first.
    package func due(
        _ count: Int,
        now: Duration,
        except passes: (PeerID) -> Bool,
        using random: inout some RandomNumberGenerator
    ) -> [PeerID] {
        guard count > 0 else { return [] }
        var bySource: [Source: [PeerID]] = [:]
        for page in self.pages.values where page.retry <= now && !passes(page.peer) {
            bySource[page.source, default: []].append(page.peer)
        }
        // The order within a dictionary is no chance that could be repeated.
        let order = Source.allCases.reversed().flatMap { source in
            (bySource[source] ?? []).sorted().shuffled(using: &random)
        }
        return Array(order.prefix(count))
    }

    /// When somebody is due next whom failures keep back; nil where nobody is.
    package func nextRetry(after now: Duration) -> Duration? {
        self.pages.values.lazy.map(\.retry).filter { $0 > now }.min()
    }

    // MARK: What is kept

    /// The pages that changed since this was last asked: as they are now, nil where they are gone.
    package mutating func takeChanges() -> [PeerID: Page?] {
        defer { self.changed = [] }
        return Dictionary(uniqueKeysWithValues: self.changed.map { ($0, self.pages[$0]) })
    }

    /// Forgets what has expired.
    package mutating func expire(now: Duration) {
        for var page in self.pages.values {
            let count = page.places.count
            page.places.removeAll { now - $0.moment > self.lifetime(of: $0.source) }
            guard page.places.count < count else { continue }
            if page.places.isEmpty { self.forget(page.peer) } else { self.keep(page, now: now) }
        }
    }

    private func lifetime(of source: Source) -> Duration {
        switch source {
        case .hearsay: self.limits.hearsayLifetime
        case .peer: self.limits.wordLifetime
        case .reached: self.limits.reachedLifetime
        }
    }

    private mutating func keep(_ page: Page, now: Duration) {
        var page = page
        if page.places.count > self.limits.addresses {
            page.places = Array(page.ranked.prefix(self.limits.addresses))
        }
        let isNew = self.pages.updateValue(page, forKey: page.peer) == nil
        if page.source > .hearsay { self.changed.insert(page.peer) }
        guard isNew else { return }
        let hearsay = self.pages.values.count { $0.source == .hearsay }
        guard self.pages.count > self.limits.peers || hearsay > self.limits.hearsayPeers else { return }
        // Strangers' words go first, then whoever was not heard of for the longest time.
        let last = self.pages.values.min { ($0.source, $0.moment, $0.peer) < ($1.source, $1.moment, $1.peer) }
        if let last { self.forget(last.peer) }
    }

    /// What an earlier run kept, as far as it can be dialled: it may be damaged, or of a version that knew more.
    ///
    /// Whoever is left without an address is not known: it would be chosen to be dialled again and again.
    private static func sound(_ page: Page, _ limits: Limits) -> Page? {
        var page = page
        var seen: Set<Multiaddr> = []
        let places = page.ranked.filter {
            $0.address.reach != nil && $0.address.peerID == nil && seen.insert($0.address).inserted
        }
        page.places = Array(places.prefix(limits.addresses))
        return page.places.isEmpty ? nil : page
    }

    /// What can be dialled, without repetition.
    private static func plain(_ addresses: [Multiaddr]) -> [Multiaddr] {
        var seen: Set<Multiaddr> = []
        return addresses.map(\.withoutPeerID).filter { $0.reach != nil && seen.insert($0).inserted }
    }
}
