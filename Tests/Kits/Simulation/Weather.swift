package import GitHubCore

/// What goes wrong in between: how late and how often deliveries come, what breaks down, and when.
package struct Weather: Sendable {
    /// How far GitHub's filtered lists lag, in milliseconds.
    package var lag: Int64 = 0
    /// How late a delivery may come, in milliseconds.
    package var lateness = 1
    /// Chances in a hundred that a delivery comes twice.
    package var doubling = 0
    /// …that it is never sent, and the log knows nothing of it.
    package var loss = 0
    /// …that it is refused, and the log says so.
    package var refusal = 0
    /// …that it is taken, and the answer to it lost.
    package var deafness = 0
    /// …that the node dies between taking it and making use of it.
    package var sudden = 0
    /// …that GitHub fails a question.
    package var hiccups = 0
    /// …that it takes long over one.
    package var slowness = 0
    /// …that a message does not reach the peer.
    package var silence = 0
    /// When no delivery reaches the node.
    package var unreachable: [Range<Timestamp>] = []
    /// When GitHub answers nothing.
    package var outages: [Range<Timestamp>] = []
    /// When which node breaks down, and for how long, in milliseconds.
    package var crashes: [(at: Timestamp, node: Int, lasting: Int64)] = []
    /// Whether there is a node without the webhook that hears of its events from the first.
    package var hasPeer = false
    /// Whether that one hears everything.
    package var isPeerTold = false
    /// Whether the list of runs is polled.
    package var isWatched = false
    /// How long answers live, in seconds, where not the default.
    package var lifetime: Int?

    /// The weather of a story that lasts from one moment to another.
    package init(_ chance: inout Chance, from start: Timestamp, to end: Timestamp) {
        lag = chance.pick([0, 0, 2_000, 20_000, 120_000])
        lateness = chance.pick([1, 400, 3_000, 90_000, 600_000])
        doubling = chance.pick([0, 0, 25])
        loss = chance.pick([0, 0, 0, 10])
        refusal = chance.pick([0, 0, 20])
        deafness = chance.pick([0, 0, 10])
        sudden = chance.pick([0, 0, 0, 5])
        hiccups = chance.pick([0, 0, 10])
        slowness = chance.pick([0, 0, 10])
        silence = chance.pick([0, 20])
        hasPeer = chance.happens(25)
        isWatched = chance.happens(25)
        lifetime = chance.pick([nil, isWatched ? nil : 10, 86_400])
        let length = Int(end.milliseconds(since: start))
        func moment(_ chance: inout Chance) -> Timestamp {
            start.advanced(byMilliseconds: Int64(chance.below(length + 1)))
        }
        let pauses: [Int64] = [500, 20_000, 300_000]
        for _ in 0..<chance.pick([0, 0, 1, 2]) {
            let from = moment(&chance)
            unreachable.append(from..<from.advanced(byMilliseconds: chance.pick(pauses)))
        }
        for _ in 0..<chance.pick([0, 0, 1, 2]) {
            let from = moment(&chance)
            outages.append(from..<from.advanced(byMilliseconds: chance.pick(pauses)))
        }
        for _ in 0..<chance.pick([0, 0, 1, 3]) {
            // Now and then for longer than GitHub's log remembers.
            let lasting =
                !isWatched && chance.happens(3)
                ? 4 * 86_400_000 : chance.pick([1, 2_000, 60_000, 3_600_000] as [Int64])
            crashes.append((moment(&chance), hasPeer ? chance.below(2) : 0, lasting))
        }
        isPeerTold = silence == 0 && !crashes.contains { $0.node == 1 }
    }

    /// Whether deliveries reach the node.
    func isReachable(at now: Timestamp) -> Bool { !unreachable.contains { $0.contains(now) } }

    /// Whether GitHub answers.
    func isGitHubThere(at now: Timestamp) -> Bool { !outages.contains { $0.contains(now) } }

    /// When all of it is over.
    package var end: Timestamp {
        let crashed = crashes.map { $0.at.advanced(byMilliseconds: $0.lasting) }
        return (unreachable.map(\.upperBound) + outages.map(\.upperBound) + crashed).max() ?? Timestamp(seconds: 0)
    }

    /// The weather clears.
    mutating func clear() {
        (doubling, loss, refusal, deafness, sudden, hiccups, slowness, silence) = (0, 0, 0, 0, 0, 0, 0, 0)
        (unreachable, outages, crashes) = ([], [], [])
    }
}
