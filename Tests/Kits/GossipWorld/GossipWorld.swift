package import LibP2PCore
package import Multiformats

/// Many real routers, joined by links with latency and loss, in virtual time; one seed decides the whole course.
///
/// Nodes have numbers. Some may be played by the test itself: `addPuppet` makes one without a router, `send` speaks for
/// it, its `inbox` holds what it heard. Time passes in `run(milliseconds:)` alone, one millisecond after the other.
package struct GossipWorld: Sendable {
    enum Event: Sendable {
        case letter(from: Int, to: Int, GossipRouter.RPC)
        case heartbeat(Int)
        case verdict(Int, MessageID, GossipRouter.Verdict)
        case dial(Int, PeerID)
    }

    /// A node closed its connections with another.
    package struct Parting: Sendable, Equatable {
        /// Who closed them.
        package let node: Int
        /// With whom.
        package let peer: Int
        /// Why.
        package let offence: GossipRouter.Offence
        /// When, in milliseconds.
        package let moment: Int
    }

    /// The laws.
    package let settings: Settings
    /// The nodes.
    package internal(set) var nodes: [Node] = []
    /// What became of each message.
    package internal(set) var courses: [MessageID: Course] = [:]
    /// Who was thrown out.
    package internal(set) var partings: [Parting] = []
    /// Milliseconds since the world began.
    package internal(set) var clock = 0
    /// The share of RPCs that never arrive.
    package var loss: Double
    /// What settles the choices of the world and of the test that plays in it.
    package var random: SplitMix64

    var indices: [PeerID: Int] = [:]
    var agenda: [Int: [Event]] = [:]
    private let heartbeat: Int

    /// Makes a world without nodes.
    package init(_ settings: Settings = Settings()) {
        self.settings = settings
        self.loss = settings.loss
        self.random = SplitMix64(seed: settings.seed)
        self.heartbeat = max(1, settings.parameters.heartbeat.milliseconds)
    }

    /// Makes a world of nodes that follow a topic, each of which dials some others at random.
    package init(_ settings: Settings = Settings(), count: Int, dialling links: Int, following topic: String) throws {
        self.init(settings)
        for _ in 0..<count { try self.addNode() }
        self.connectAtRandom(links)
        for node in 0..<count { try self.subscribe(node, topic) }
    }

    var now: Duration { .milliseconds(self.clock) }

    // MARK: Nodes

    /// Adds a node with a router.
    @discardableResult
    package mutating func addNode() throws -> Int {
        let keyPair = try self.makeKey()
        let router = GossipRouter(
            keyPair: keyPair,
            firstSequence: 1,
            seed: self.random.next(),
            parameters: self.settings.parameters,
            limits: self.settings.limits,
            proofs: self.settings.checksSignatures ? .strict : .assumed
        )
        let index = self.add(Node(keyPair: keyPair, router: router))
        self.schedule(.heartbeat(index), in: Int.random(in: 1...self.heartbeat, using: &self.random))
        return index
    }

    /// Adds a node that the test plays.
    package mutating func addPuppet() throws -> Int {
        self.add(Node(keyPair: try self.makeKey(), router: nil))
    }

    private mutating func makeKey() throws -> KeyPair {
        let seed = (0..<KeyPair.seedLength / 8).flatMap { _ in
            withUnsafeBytes(of: self.random.next()) { Array($0) }
        }
        return try KeyPair(seed: seed)
    }

    private mutating func add(_ node: Node) -> Int {
        self.indices[node.id] = self.nodes.count
        self.nodes.append(node)
        return self.nodes.count - 1
    }

    /// The number of the node of that name.
    package func index(of peer: PeerID) -> Int? { self.indices[peer] }

    /// The nodes with a router that still run.
    package var living: [Int] { self.nodes.indices.filter { self.nodes[$0].isAlive && self.nodes[$0].router != nil } }

    // MARK: Links

    /// Each node dials the next one, so that the world is in one piece, and some others at random.
    package mutating func connectAtRandom(_ links: Int) {
        let count = self.nodes.count
        guard count > 1 else { return }
        for dialer in 0..<count {
            self.connect(dialer, (dialer + 1) % count)
            for _ in 1..<max(1, links) { self.connect(dialer, Int.random(in: 0..<count, using: &self.random)) }
        }
    }

    /// One node dials another.
    package mutating func connect(_ dialer: Int, _ listener: Int) {
        guard dialer != listener, self.nodes[dialer].isAlive, self.nodes[listener].isAlive,
            self.nodes[dialer].link(listener)
        else { return }
        _ = self.nodes[listener].link(dialer)
        self.meet(dialer, listener, isOutbound: true)
        self.meet(listener, dialer, isOutbound: false)
    }

    private mutating func meet(_ node: Int, _ other: Int, isOutbound: Bool) {
        let peer = self.nodes[other].id
        let said = self.nodes[node].router?.add(peer, speaking: .gossipsub12, isOutbound: isOutbound)
        self.perform(said ?? [], at: node)
        // Where signatures are assumed, a peer record is nothing but the peer's id.
        let record = PeerRecord(peer: peer, sequence: 0, addresses: [])
        let key = self.nodes[other].keyPair
        let envelope = self.settings.checksSignatures ? try? record.sealed(with: key) : peer.bytes
        if let envelope { self.nodes[node].router?.learn(envelope, of: peer) }
    }

    /// The connections of two nodes are gone.
    package mutating func disconnect(_ one: Int, _ other: Int) {
        guard self.nodes[one].links.contains(other) else { return }
        let (first, second) = (self.nodes[one].id, self.nodes[other].id)
        self.nodes[one].unlink(other)
        self.nodes[other].unlink(one)
        let now = self.now
        self.perform(self.nodes[one].router?.remove(second, now: now) ?? [], at: one)
        self.perform(self.nodes[other].router?.remove(first, now: now) ?? [], at: other)
    }

    /// A node is gone for good, without a word.
    package mutating func kill(_ node: Int) {
        self.nodes[node].die()
        for other in self.nodes[node].links.sorted() { self.disconnect(node, other) }
    }

    // MARK: Acts

    /// A node follows a topic.
    package mutating func subscribe(_ node: Int, _ topic: String) throws {
        let now = self.now
        self.perform(try self.nodes[node].router?.subscribe(topic, now: now) ?? [], at: node)
    }

    /// A node leaves a topic.
    package mutating func unsubscribe(_ node: Int, _ topic: String) {
        let now = self.now
        self.perform(self.nodes[node].router?.unsubscribe(topic, now: now) ?? [], at: node)
    }

    /// A node with a router publishes.
    @discardableResult
    package mutating func publish(_ node: Int, _ data: [UInt8], to topic: String) throws -> MessageID {
        let now = self.now
        guard let published = try self.nodes[node].router?.publish(data, to: topic, now: now) else {
            throw GossipError.unsignable
        }
        if self.settings.notesArrivals {
            self.courses[published.id] = Course(author: node, topic: topic, start: self.clock)
        }
        self.perform(published.directives, at: node)
        return published.id
    }

    /// A node says something; what a test's own node says, too, needs a link.
    package mutating func send(_ rpc: GossipRouter.RPC, from node: Int, to other: Int) {
        guard self.nodes[node].links.contains(other) else { return }
        self.nodes[node].sends(rpc)
        let isLost =
            self.loss > 0 && rpc.subscriptions.isEmpty && Double.random(in: 0..<1, using: &self.random) < self.loss
        if !isLost { self.schedule(.letter(from: node, to: other, rpc), in: self.latency(node, other)) }
    }

    /// The messages that a message's followers among the living lack.
    package func missing(_ id: MessageID) -> [Int] {
        guard let course = self.courses[id] else { return self.living }
        return self.living.filter { node in
            node != course.author && course.arrivals[node] == nil
                && self.nodes[node].router?.topics.contains(course.topic) == true
        }
    }

    /// Starts the counters of traffic anew.
    package mutating func resetTraffic() {
        for node in self.nodes.indices { self.nodes[node].forget() }
    }

    // MARK: Time

    /// Lets time pass.
    package mutating func run(milliseconds: Int) {
        let end = self.clock + milliseconds
        while self.clock < end {
            self.clock += 1
            for event in self.agenda.removeValue(forKey: self.clock) ?? [] { self.happen(event) }
        }
    }

    private mutating func happen(_ event: Event) {
        let now = self.now
        switch event {
        case .letter(let from, let to, let rpc):
            guard self.nodes[to].links.contains(from) else { return }
            self.nodes[to].receives(rpc)
            guard self.nodes[to].router != nil else { return self.nodes[to].inbox.append((from, rpc)) }
            self.note(rpc)
            let peer = self.nodes[from].id
            self.perform(self.nodes[to].router?.receive(rpc, from: peer, now: now) ?? [], at: to)
        case .heartbeat(let node):
            guard self.nodes[node].isAlive else { return }
            self.perform(self.nodes[node].router?.heartbeat(now: now) ?? [], at: node)
            self.schedule(.heartbeat(node), in: self.heartbeat)
        case .verdict(let node, let id, let verdict):
            guard self.nodes[node].isAlive else { return }
            self.perform(self.nodes[node].router?.conclude(verdict, on: id, now: now) ?? [], at: node)
        case .dial(let node, let peer):
            guard let other = self.indices[peer] else { return }
            self.connect(node, other)
        }
    }

    private mutating func note(_ rpc: GossipRouter.RPC) {
        guard self.settings.notesArrivals else { return }
        for message in rpc.messages {
            self.courses[MessageID(bytes: (message.author ?? []) + (message.sequence ?? []))]?.arrived()
        }
    }

    mutating func schedule(_ event: Event, in milliseconds: Int) {
        self.agenda[self.clock + max(1, milliseconds), default: []].append(event)
    }

    private func latency(_ one: Int, _ other: Int) -> Int {
        let (low, high) = (min(one, other), max(one, other))
        return self.settings.latency.lowerBound + (low &* 31 &+ high &* 17) % self.settings.latency.count
    }

    private mutating func perform(_ directives: [GossipRouter.Directive], at node: Int) {
        for directive in directives {
            switch directive {
            case .send(let rpc, let peer):
                if let other = self.indices[peer] { self.send(rpc, from: node, to: other) }
            case .judge(let message, from: _):
                self.courses[message.id]?.reached(node, at: self.clock)
                let verdict = self.settings.verdict(node, message)
                self.schedule(.verdict(node, message.id, verdict), in: self.settings.judging)
            case .exchange(let records, from: _):
                guard self.settings.dialsNamed else { continue }
                for record in records where self.nodes[node].links.count < self.settings.links {
                    self.schedule(.dial(node, record.peer), in: self.settings.latency.upperBound)
                }
            case .disconnect(let peer, let offence):
                guard let other = self.indices[peer] else { continue }
                self.partings.append(Parting(node: node, peer: other, offence: offence, moment: self.clock))
                self.disconnect(node, other)
            }
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = self.components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
