import GossipWorld
import LibP2PCore
import Multiformats

/// A fleet of runners and the repositories that they follow, in virtual time and with real routers.
package struct FleetModel: Sendable {
    /// How many repositories there are.
    package var repositories = 1000
    /// How many of them a node follows: as many nodes follow the first number as follow the last.
    package var follows = [1, 2, 4, 8, 16]
    /// How many other followers of each of its repositories a node dials.
    package var dials = 3
    /// Seconds between a repository's events.
    package var pause = 10
    /// Bytes of an event: those of a job, and then those of a run.
    package var sizes = [3_000, 15_000]
    /// Seconds until meshes have formed.
    package var settling = 20
    /// Seconds that are measured.
    package var measured = 40
    /// What settles every choice.
    package var seed: UInt64 = 1
    /// The size of the fleet.
    package let nodes: Int

    /// What a node with so many repositories sees in a second.
    package struct Cost: Sendable {
        /// How many nodes have so many.
        package fileprivate(set) var nodes = 0
        /// Its connections.
        package fileprivate(set) var connections = 0.0
        /// Bytes that it received.
        package fileprivate(set) var received = 0.0
        /// Bytes that it sent.
        package fileprivate(set) var sent = 0.0
        /// Messages that it received, each copy counted.
        package fileprivate(set) var messages = 0.0
    }

    /// What came of it.
    package struct Result: Sendable, CustomStringConvertible {
        /// The size of the fleet.
        package let nodes: Int
        /// By the number of repositories that are followed.
        package fileprivate(set) var costs: [Int: Cost] = [:]
        /// Copies of a message that a follower received, on average.
        package fileprivate(set) var copies = 0.0
        /// What happened.
        package fileprivate(set) var events = 0
        /// Followers that an event did not reach.
        package fileprivate(set) var missed = 0
        /// Milliseconds from an event to its follower, in the median.
        package fileprivate(set) var median = 0
        /// The most milliseconds from an event to its follower.
        package fileprivate(set) var slowest = 0

        package var description: String {
            let rounded = (self.copies * 100).rounded() / 100
            return "\(self.events) events, \(self.missed) followers missed one, \(rounded) copies of each, "
                + "there after \(self.median) ms (median) and \(self.slowest) ms (most)"
        }
    }

    /// A fleet of so many nodes.
    package init(nodes: Int) {
        self.nodes = nodes
    }

    /// Lets the fleet live, and tells what it cost.
    package func run() throws -> Result {
        var settings = GossipWorld.Settings()
        settings.seed = self.seed
        var world = GossipWorld(settings)
        var random = SplitMix64(seed: self.seed &+ 7)
        for _ in 0..<self.nodes { try world.addNode() }
        let followed = (0..<self.nodes).map { node in
            let count = self.follows[node % self.follows.count]
            return Set((0..<self.repositories).shuffled(using: &random).prefix(count))
        }
        var followers = [[Int]](repeating: [], count: self.repositories)
        for (node, repositories) in followed.enumerated() {
            for repository in repositories { followers[repository].append(node) }
        }
        for (node, repositories) in followed.enumerated() {
            for repository in repositories.sorted() { try world.subscribe(node, Self.topic(repository)) }
        }
        for (node, repositories) in followed.enumerated() {
            for repository in repositories.sorted() {
                let others = followers[repository].filter { $0 != node }
                for other in others.shuffled(using: &random).prefix(self.dials) { world.connect(node, other) }
            }
        }
        world.run(milliseconds: self.settling * 1000)
        world.resetTraffic()
        var published: [MessageID] = []
        for second in 0..<self.measured {
            for repository in stride(from: second % self.pause, to: self.repositories, by: self.pause) {
                guard let author = followers[repository].first else { continue }
                let size = self.sizes[second / self.pause % self.sizes.count]
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
        for count in self.follows {
            var cost = Cost()
            for (index, node) in world.nodes.enumerated() where followed[index].count == count {
                cost.nodes += 1
                cost.connections += Double(node.links.count)
                cost.received += Double(node.received.bytes)
                cost.sent += Double(node.sent.bytes)
                cost.messages += Double(node.received.messages)
            }
            let nodes = Double(max(1, cost.nodes))
            let time = nodes * Double(self.measured)
            cost.connections /= nodes
            cost.received /= time
            cost.sent /= time
            cost.messages /= time
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
