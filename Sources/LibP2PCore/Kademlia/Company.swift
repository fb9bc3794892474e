package import Multiformats

/// Decides whom a node gets to know: how many peers it lacks, what it looks for, and whom it dials.
///
/// Nodes of one network meet under its key, and those that follow a topic under the topic's. A node that has peers enough
/// dials nobody. Whoever is being dialled counts as if it were there, and once a node has chosen half of its peers itself,
/// it gives others time to choose it: so nodes that start at once do not end with more peers than they want. Peers that
/// were found by chance among all of a network are dialled before those of the address book, of which the ones that keep
/// the network's key for everybody would be known to everybody.
package struct Company: Sendable {
    /// How many peers are wanted, and the pace.
    package struct Limits: Sendable {
        /// The peers that a node wants.
        package var peers = 16
        /// How many of them it wants to have chosen itself, so that others cannot choose all of them for it.
        package var outbound = 6
        /// The peers that it wants of each topic: enough for a mesh of it, and some to choose from.
        package var followers = 8
        /// How long a node that dialled half of the peers that it wants waits for others to dial it, and how long it
        /// takes those whom it dialled for a topic to say that they follow it.
        package var patience = Duration.seconds(5)
        /// Dials under way.
        package var dials = 8
        /// Introduced peers that are remembered until there is something to dial for.
        package var introductions = 4
        /// How often whom to dial is looked at anew while peers are missing, and how long the address book waits for a
        /// search.
        package var interval = Duration.seconds(2)
        /// How often while none are.
        package var rest = Duration.seconds(60)
        /// How long a topic is followed before this node says so: who reads one repository after the other has more to do.
        package var gathering = Duration.seconds(1)
        /// The pace of searches.
        package var pace = Rendezvous.Limits()

        /// The defaults.
        package init() {}
    }

    /// Whom a node has, of those that it wants: who is connected for more than an errand.
    package struct Census: Sendable {
        /// All of them.
        package var peers: Int
        /// Those that it dialled.
        package var outbound: Int
        /// Those that follow a topic, by topic.
        package var followers: [String: Int]
        /// Whether there is anybody to ask.
        package var hasTable: Bool

        /// Counts them.
        package init(peers: Int, outbound: Int, followers: [String: Int] = [:], hasTable: Bool) {
            self.peers = peers
            self.outbound = outbound
            self.followers = followers
            self.hasTable = hasTable
        }
    }

    /// What to do now.
    package struct Step: Equatable, Sendable {
        /// Searches to make; each ends with `found`.
        package var errands: [Rendezvous.Errand] = []
        /// Peers to dial; each ends with `dialled`.
        package var dials: [PeerID] = []
        /// How many more to choose from the address book and to dial; `choose` is told of them.
        package var draws = 0
        /// When to ask again, if nothing happens before.
        package var pause: Duration
    }

    /// A search that found somebody.
    private struct Search: Sendable {
        let errand: Rendezvous.Errand
        let isAnswered: Bool
        let found: [PeerID]
        /// Who is still to be dialled, if need be.
        var waiting: [PeerID]
    }

    private let limits: Limits
    private let secret: [UInt8]?
    private let networkKey: [UInt8]
    private var rendezvous: Rendezvous
    /// The topic that each key stands for; the network's own stands for none.
    private var topics: [[UInt8]: String] = [:]
    private var searches: [[UInt8]: Search] = [:]
    /// Who is being dialled, and for which key; nil for none in particular.
    private var dialling: [PeerID: [UInt8]?] = [:]
    /// When peers were reached for the sake of a topic that have perhaps not said yet that they follow it.
    private var reached: [[UInt8]: [Duration]] = [:]
    private var introduced: [PeerID] = []
    private var peers = 0
    private var hadTable = false
    /// Since when the network's peers are being looked for.
    private var searchingSince: Duration?
    /// Since when others have had the time to dial this node.
    private var waitingSince: Duration?
    /// How many peers there were when a search found nobody of the network who was not connected.
    private var everybody: Int?

    /// A node that knows nobody.
    ///
    /// - Parameters:
    ///   - secret: The private network's key: with it, nobody else can name the places where its nodes meet.
    ///   - limits: How many peers it wants.
    package init(secret: [UInt8]?, limits: Limits = Limits()) {
        self.limits = limits
        self.secret = secret
        self.networkKey = Rendezvous.key(of: "network", secret: secret)
        self.rendezvous = Rendezvous(limits: limits.pace)
        self.rendezvous.follow([self.networkKey], now: .zero)
    }

    /// The topics that are followed.
    package var followed: [String] { Array(self.topics.values) }

    // MARK: What happens

    /// Wants peers that follow these topics from now on.
    package mutating func follow(_ wanted: Set<String>, now: Duration) {
        let known = Dictionary(uniqueKeysWithValues: self.topics.map { ($0.value, $0.key) })
        let keys = wanted.sorted().map { (known[$0] ?? Rendezvous.key(of: "topic/\($0)", secret: self.secret), $0) }
        self.topics = Dictionary(uniqueKeysWithValues: keys)
        self.searches = self.searches.filter { $0.key == self.networkKey || self.topics[$0.key] != nil }
        self.reached = self.reached.filter { self.topics[$0.key] != nil }
        self.rendezvous.follow([self.networkKey] + keys.map(\.0), now: now, pause: self.limits.gathering)
    }

    /// A peer is gone.
    package mutating func lost(_ census: Census, now: Duration) {
        defer { self.peers = census.peers }
        // Who came for an errand only is no loss.
        guard census.peers < self.peers, self.lack(of: self.networkKey, census) > 0 else { return }
        self.rendezvous.hurry(now: now)
    }

    /// Somebody named these peers as worth a connection.
    package mutating func introduce(_ peers: [PeerID]) {
        self.introduced += peers.prefix(max(0, self.limits.introductions - self.introduced.count))
    }

    /// A search is over; whom it found is dialled as far as peers are missing.
    ///
    /// - Parameters:
    ///   - peers: Who was found, in the order in which they may be dialled.
    ///   - errand: The search.
    ///   - isAnswered: Whether anybody was there to ask.
    package mutating func found(_ peers: [PeerID], by errand: Rendezvous.Errand, isAnswered: Bool) {
        guard errand.key == self.networkKey || self.topics[errand.key] != nil else { return }
        self.searches[errand.key] = Search(errand: errand, isAnswered: isAnswered, found: peers, waiting: peers)
    }

    /// These were chosen from the address book, and are being dialled.
    package mutating func choose(_ peers: [PeerID]) {
        for peer in peers { self.dialling[peer] = .some(nil) }
    }

    /// A dial is over.
    ///
    /// - Parameters:
    ///   - peer: Who was dialled.
    ///   - isReached: Whether it is there.
    ///   - now: The time.
    package mutating func dialled(_ peer: PeerID, isReached: Bool, now: Duration) {
        guard let key = self.dialling.removeValue(forKey: peer), let key, self.topics[key] != nil, isReached else {
            return
        }
        self.reached[key, default: []].append(now)
    }

    /// Whether a peer is being dialled.
    package func isDialling(_ peer: PeerID) -> Bool { self.dialling[peer] != nil }

    // MARK: What to do

    /// Decides what to do now; it counts as under way from here on.
    ///
    /// - Parameters:
    ///   - census: Whom the node has.
    ///   - now: The time.
    ///   - chance: A number from 0 up to 1.
    ///   - isWanted: Whether a peer may be dialled: it is welcome, and not connected for more than an errand.
    /// - Returns: What to do.
    package mutating func next(
        _ census: Census,
        now: Duration,
        chance: Double,
        isWanted: (PeerID) -> Bool
    ) -> Step {
        var step = Step(pause: .zero)
        self.peers = census.peers
        self.reached = self.reached.mapValues { $0.filter { now - $0 < self.limits.patience } }
        self.wait(census, now: now)
        step.dials = self.dials(census, now: now, isWanted)
        self.conclude(census, now: now, chance: chance, isWanted)
        step.errands = self.errands(census, now: now)
        step.draws = self.draws(census, now: now)
        step.pause = self.pause(census, now: now)
        return step
    }

    /// Notes since when there is nothing to do but to wait for others.
    private mutating func wait(_ census: Census, now: Duration) {
        let hasChosen = census.outbound + self.dialling.count >= self.share
        let waits = hasChosen && self.lack(of: self.networkKey, census) > 0
        self.waitingSince = waits ? self.waitingSince ?? now : nil
    }

    private mutating func dials(
        _ census: Census,
        now: Duration,
        _ isWanted: (PeerID) -> Bool
    ) -> [PeerID] {
        // Who follows a topic is one of the network's, too.
        let keys = self.topics.keys.sorted { $0.lexicographicallyPrecedes($1) } + [self.networkKey]
        let lacking = keys.filter { self.lack(of: $0, census) > 0 }
        guard let most = lacking.map({ self.lack(of: $0, census) }).max() else { return [] }
        let introduced = self.introduced
        self.introduced = []
        var chosen: [PeerID] = []
        func take(_ peer: PeerID, for key: [UInt8]?) {
            guard self.dialling[peer] == nil, isWanted(peer) else { return }
            self.dialling[peer] = .some(key)
            chosen.append(peer)
        }
        for peer in introduced where self.room > 0 && self.dialling.count < most { take(peer, for: nil) }
        for key in lacking {
            while self.need(of: key, census, now: now) > 0, self.room > 0,
                let peer = self.searches[key]?.waiting.popLast()
            {
                take(peer, for: key)
            }
        }
        return chosen
    }

    /// Ends the searches whose finds are of no more use.
    private mutating func conclude(_ census: Census, now: Duration, chance: Double, _ isWanted: (PeerID) -> Bool) {
        for (key, search) in self.searches {
            let lack = self.lack(of: key, census)
            guard lack == 0 || (search.waiting.isEmpty && !self.dialling.values.contains(key)) else { continue }
            self.searches[key] = nil
            if key == self.networkKey {
                self.searchingSince = nil
                let isWhole = search.isAnswered && !search.found.contains(where: isWanted)
                self.everybody = isWhole ? census.peers : nil
            }
            self.rendezvous.finished(
                search.errand,
                succeeded: search.isAnswered,
                lacks: lack > 0,
                now: now,
                chance: chance
            )
        }
    }

    private func draws(_ census: Census, now: Duration) -> Int {
        // Whom a search finds comes first, if it does not take too long.
        if let searchingSince, now - searchingSince < self.limits.interval { return 0 }
        return max(0, min(self.need(of: self.networkKey, census, now: now), self.room))
    }

    private mutating func errands(_ census: Census, now: Duration) -> [Rendezvous.Errand] {
        guard census.hasTable else {
            self.hadTable = false
            return []
        }
        // The first peer to ask is here: what failed without one is not to wait.
        if !self.hadTable { self.rendezvous.hurry(now: now) }
        self.hadTable = true
        let lacking = self.lacking(census)
        let errands = self.rendezvous.due(now: now) { lacking.contains($0) }
        if errands.contains(where: { $0.key == self.networkKey }) { self.searchingSince = now }
        return errands
    }

    private func pause(_ census: Census, now: Duration) -> Duration {
        let lacking = self.lacking(census)
        let next = self.rendezvous.nextDue { lacking.contains($0) } ?? now + self.limits.rest
        // Without anybody to ask, what is due waits until there is.
        let due = census.hasTable ? max(next - now, .milliseconds(10)) : self.limits.interval
        return min(due, lacking.isEmpty ? self.limits.rest : self.limits.interval)
    }

    // MARK: What is missing

    /// How many more dials there may be.
    private var room: Int { self.limits.dials - self.dialling.count }

    /// How many peers of a key are missing.
    private func lack(of key: [UInt8], _ census: Census) -> Int {
        guard key != self.networkKey else {
            return max(self.limits.peers - census.peers, self.limits.outbound - census.outbound, 0)
        }
        guard let topic = self.topics[key], !self.hasEverybody(census) else { return 0 }
        return max(0, self.limits.followers - census.followers[topic, default: 0])
    }

    /// Whether everybody who is known to be of the network is connected, so that no topic can have more.
    ///
    /// Who has peers enough does not look for others of the network, and so cannot tell once some have come by themselves.
    private func hasEverybody(_ census: Census) -> Bool {
        guard let everybody = self.everybody else { return false }
        return census.peers <= everybody || self.lack(of: self.networkKey, census) > 0
    }

    /// How many are missing that nobody is being dialled for.
    private func need(of key: [UInt8], _ census: Census, now: Duration) -> Int {
        let lack = self.lack(of: key, census)
        guard key == self.networkKey else {
            return lack - (self.reached[key]?.count ?? 0) - self.dialling.values.count { $0 == key }
        }
        if let waitingSince, now - waitingSince >= self.limits.patience { return lack - self.dialling.count }
        return min(lack, self.share - census.outbound) - self.dialling.count
    }

    /// The peers of its own choice that it need not wait for.
    private var share: Int { max(self.limits.outbound, (self.limits.peers + 1) / 2) }

    private func lacking(_ census: Census) -> Set<[UInt8]> {
        Set(([self.networkKey] + self.topics.keys).filter { self.lack(of: $0, census) > 0 })
    }
}
