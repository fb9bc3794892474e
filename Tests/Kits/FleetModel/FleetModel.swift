import GossipWorld
import LibP2PCore
import Multiformats

/// A fleet of runners and the repositories that they follow.
struct FleetModel {
    /// How many repositories there are.
    static let repositories = 1000
    /// How many of them a node follows: as many nodes follow the first number as follow the last.
    static let follows = [1, 2, 4, 8, 16, 32]
    /// How many other followers of each of its repositories a node dials.
    static let dials = 3
    /// Seconds between a repository's events.
    static let pause = 10
    /// Bytes of an event: a job, and then a run.
    static let sizes = [3_000, 15_000]
    /// Seconds until meshes have formed, and seconds that are measured.
    static let (settling, measured) = (30, 60)

    /// What a node with so many repositories sees in a second.
    struct Cost {
        var nodes = 0
        var connections = 0.0
        var received = 0.0
        var sent = 0.0
        var messages = 0.0
        var control = 0.0
    }

    /// What came of it.
    struct Result: CustomStringConvertible {
        let nodes: Int
        /// By the number of repositories that are followed.
        var costs: [Int: Cost] = [:]
        /// Copies of a message that a follower received, on average.
        var copies = 0.0
        /// Events, and followers that one did not reach.
        var events = 0
        var missed = 0
        /// Milliseconds from an event to its follower.
        var median = 0
        var slowest = 0

        var description: String {
            let rounded = (self.copies * 100).rounded() / 100
            return "\(self.events) events, \(self.missed) followers missed one, \(rounded) copies of each, "
                + "there after \(self.median) ms (median) and \(self.slowest) ms (most)"
        }
    }

    let nodes: Int
    let seed: UInt64

    init(nodes: Int, seed: UInt64 = 1) {
        self.nodes = nodes
        self.seed = seed
    }

    func run() throws -> Result {
        var settings = GossipWorld.Settings()
        settings.seed = self.seed
        var world = GossipWorld(settings)
        var random = SplitMix64(seed: self.seed &+ 7)
        for _ in 0..<self.nodes { try world.addNode() }
        let followed = (0..<self.nodes).map { node in
            let count = Self.follows[node % Self.follows.count]
            return Set((0..<Self.repositories).shuffled(using: &random).prefix(count))
        }
        var followers = [[Int]](repeating: [], count: Self.repositories)
        for (node, repositories) in followed.enumerated() {
            for repository in repositories { followers[repository].append(node) }
        }
        for (node, repositories) in followed.enumerated() {
            for repository in repositories.sorted() { try world.subscribe(node, Self.topic(repository)) }
        }
        for (node, repositories) in followed.enumerated() {
            for repository in repositories.sorted() {
                let others = followers[repository].filter { $0 != node }
                for other in others.shuffled(using: &random).prefix(Self.dials) { world.connect(node, other) }
            }
        }
        world.run(milliseconds: Self.settling * 1000)
        world.resetTraffic()
        var published: [MessageID] = []
        for second in 0..<Self.measured {
            for repository in stride(from: second % Self.pause, to: Self.repositories, by: Self.pause) {
                guard let author = followers[repository].first else { continue }
                let size = Self.sizes[second / Self.pause % Self.sizes.count]
                let data = [UInt8](repeating: UInt8(truncatingIfNeeded: second), count: size)
                published.append(try world.publish(author, data, to: Self.topic(repository)))
            }
            world.run(milliseconds: 1000)
        }
        var result = self.costs(in: world, followed: followed)
        // What is on its way may come; it is no part of what was measured.
        world.run(milliseconds: 5000)
        self.count(published, in: world, followers, into: &result)
        return result
    }

    private static func topic(_ repository: Int) -> String {
        // As long as the name of a real topic.
        "/hookcache/1/" + String(repeating: "x", count: 48) + "\(1000 + repository)"
    }

    private func costs(in world: GossipWorld, followed: [Set<Int>]) -> Result {
        var result = Result(nodes: self.nodes)
        for count in Self.follows {
            var cost = Cost()
            for (index, node) in world.nodes.enumerated() where followed[index].count == count {
                cost.nodes += 1
                cost.connections += Double(node.links.count)
                cost.received += Double(node.received.bytes)
                cost.sent += Double(node.sent.bytes)
                cost.messages += Double(node.received.messages)
                cost.control += Double(node.received.bytes - node.received.payloadBytes)
            }
            let nodes = Double(max(1, cost.nodes))
            let time = nodes * Double(Self.measured)
            cost.connections /= nodes
            cost.received /= time
            cost.sent /= time
            cost.messages /= time
            cost.control /= time
            result.costs[count] = cost
        }
        return result
    }

    private func count(
        _ published: [MessageID],
        in world: GossipWorld,
        _ followers: [[Int]],
        into result: inout Result
    ) {
        var delays: [Int] = []
        var copies = 0
        for id in published {
            guard let course = world.courses[id] else { continue }
            result.missed += world.missing(id).count
            copies += course.copies
            delays += course.arrivals.values.map { $0 - course.start }
        }
        delays.sort()
        result.events = published.count
        result.copies = Double(copies) / Double(max(1, delays.count))
        result.median = delays.isEmpty ? 0 : delays[delays.count / 2]
        result.slowest = delays.last ?? 0
    }
}
