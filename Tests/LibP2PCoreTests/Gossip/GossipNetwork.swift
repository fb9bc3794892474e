import LibP2PCore
import Multiformats

/// Many routers, joined by links with latency and loss, in virtual time; one seed decides the whole course.
struct GossipNetwork {
    private struct Letter {
        let from: Int
        let to: Int
        let rpc: GossipRouter.RPC
    }

    private(set) var routers: [GossipRouter]
    private(set) var links: [Set<Int>]
    /// Who got which messages, and how often.
    private(set) var delivered: [[MessageID: Int]]
    private(set) var disconnections = 0
    private(set) var now: Duration = .zero
    /// The share of RPCs that never arrive.
    var loss = 0.0
    private let indices: [PeerID: Int]
    private var random: SplitMix64
    /// What is on its way, by the millisecond of its arrival.
    private var letters: [Duration: [Letter]] = [:]

    init(count: Int, linksEach: Int, seed: UInt64, parameters: GossipRouter.Parameters = .init()) throws {
        self.routers = try (0..<count).map { try Author($0 + 1).router(parameters: parameters) }
        self.indices = Dictionary(uniqueKeysWithValues: self.routers.enumerated().map { ($1.identity, $0) })
        self.links = Array(repeating: [], count: count)
        self.delivered = Array(repeating: [:], count: count)
        self.random = SplitMix64(seed: seed)
        for dialer in 0..<count {
            // The neighbour in a ring keeps the network in one piece; the others are chance.
            self.connect(dialer, (dialer + 1) % count)
            for _ in 1..<linksEach { self.connect(dialer, Int.random(in: 0..<count, using: &self.random)) }
        }
    }

    mutating func connect(_ dialer: Int, _ listener: Int) {
        guard dialer != listener, self.links[dialer].insert(listener).inserted else { return }
        self.links[listener].insert(dialer)
        let ids = (self.routers[dialer].identity, self.routers[listener].identity)
        self.perform(self.routers[dialer].add(ids.1, speaking: .gossipsub11, isOutbound: true), at: dialer)
        self.perform(self.routers[listener].add(ids.0, speaking: .gossipsub11, isOutbound: false), at: listener)
    }

    mutating func disconnect(_ one: Int, _ other: Int) {
        self.links[one].remove(other)
        self.links[other].remove(one)
        self.routers[one].remove(self.routers[other].identity)
        self.routers[other].remove(self.routers[one].identity)
    }

    mutating func subscribe(_ index: Int, _ topic: String) throws {
        self.perform(try self.routers[index].subscribe(topic, now: self.now), at: index)
    }

    mutating func unsubscribe(_ index: Int, _ topic: String) {
        self.perform(self.routers[index].unsubscribe(topic, now: self.now), at: index)
    }

    mutating func publish(_ index: Int, _ text: String, _ topic: String) throws -> MessageID {
        let (id, directives) = try self.routers[index].publish(Array(text.utf8), to: topic, now: self.now)
        self.delivered[index][id] = 1
        self.perform(directives, at: index)
        return id
    }

    /// Lets time pass, a heartbeat of every router each second.
    mutating func run(seconds: Int) {
        for _ in 0..<seconds {
            let end = self.now + .seconds(1)
            self.deliver(until: end)
            for index in self.routers.indices { self.perform(self.routers[index].heartbeat(now: end), at: index) }
        }
    }

    private mutating func deliver(until end: Duration) {
        while self.now < end {
            for letter in self.letters.removeValue(forKey: self.now) ?? []
            where self.links[letter.to].contains(letter.from) {
                let from = self.routers[letter.from].identity
                self.perform(self.routers[letter.to].receive(letter.rpc, from: from, now: self.now), at: letter.to)
            }
            self.now += .milliseconds(1)
        }
    }

    private mutating func perform(_ directives: [GossipRouter.Directive], at index: Int) {
        for directive in directives {
            switch directive {
            case .send(let rpc, let peer):
                guard let to = self.indices[peer] else { continue }
                // Subscriptions travel once and on a reliable stream; what queues drop is the rest.
                let isLost = rpc.subscriptions.isEmpty && Double.random(in: 0..<1, using: &self.random) < self.loss
                guard !isLost else { continue }
                // Streams keep their order: one latency for each pair.
                let arrival = self.now + .milliseconds(5 + (index * 31 + to * 17) % 40)
                self.letters[arrival, default: []].append(Letter(from: index, to: to, rpc: rpc))
            case .judge(let message, from: _):
                self.delivered[index][message.id, default: 0] += 1
                self.perform(self.routers[index].conclude(.accept, on: message.id), at: index)
            case .disconnect(let peer, because: _):
                self.disconnections += 1
                if let other = self.indices[peer] { self.disconnect(index, other) }
            }
        }
    }
}
