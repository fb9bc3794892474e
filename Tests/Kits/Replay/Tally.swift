import CacheWorld
import GitHubCore
import GitHubSimulator

/// What clients asked, and what GitHub was asked for it.
package struct Tally: Sendable {
    /// Requests of the clients.
    package let requests: Int
    /// Calls that counted against a quota at GitHub.
    package let counted: Int
    /// Calls that were free: 304.
    package let free: Int
    /// Counted calls by what they asked for.
    package let countedByKind: [String: Int]

    init(requests: Int, since before: SimulatedGitHubServer.Statistics, to after: SimulatedGitHubServer.Statistics) {
        self.requests = requests
        counted = after.counted - before.counted
        free = after.notModified - before.notModified
        var kinds: [String: Int] = [:]
        for (path, count) in after.countedByPath {
            let more = count - (before.countedByPath[path] ?? 0)
            if more > 0 { kinds[Self.kind(path), default: 0] += more }
        }
        countedByKind = kinds
    }

    /// Counted calls for a hundred requests.
    package var countedPerHundred: Double { requests == 0 ? 0 : Double(counted) * 100 / Double(requests) }
    /// Free calls for a hundred requests.
    package var freePerHundred: Double { requests == 0 ? 0 : Double(free) * 100 / Double(requests) }

    private static func kind(_ path: String) -> String {
        let parts = path.split(separator: "/")
        let rest = parts.first == "repos" || parts.first == "repositories" ? parts.dropFirst(3) : parts[...]
        let words = rest.filter { Int64($0) == nil && $0 != "octo-tools" }
        return words.isEmpty ? "repository" : words.joined(separator: "/")
    }
}

extension ReplayWorld {
    /// Watches the only run of a life with gh, from some second on until it is over.
    package func watchRun(from second: Int, hasETags: Bool = false) async throws -> Tally {
        var life = Life.longRun(in: "app")
        try await go(to: ReplayWorld.start.advanced(bySeconds: second), &life)
        guard let run = life.runs.first else { throw Failure("no run has started") }
        let before = await github.statistics
        var watch = RunWatch(self, repository: "\(Self.owner)/app", run: run, hasETags: hasETags)
        try await watch.begin()
        repeat {
            try await watch.round()
            try await go(to: clock.now.advanced(bySeconds: Int(RunWatch.interval)), &life)
        } while !watch.isOver
        return Tally(requests: watch.client.requests, since: before, to: await github.statistics)
    }

    /// Polls the queue as KEDA does, for some time, while repositories live.
    package func pollQueue(of life: Life, seconds: Int64, enableETags: Bool = false) async throws -> Tally {
        var life = life
        let before = await github.statistics
        var poll = QueuePoll(self, enableETags: enableETags)
        for second in stride(from: 0, to: seconds, by: Int(QueuePoll.interval)) {
            try await go(to: Self.start.advanced(bySeconds: Int(second)), &life)
            try await poll.poll()
        }
        return Tally(requests: poll.client.requests, since: before, to: await github.statistics)
    }

    /// Moves on to a moment, and lets happen what happens on the way.
    private func go(to moment: Timestamp, _ life: inout Life) async throws {
        while let next = life.next, next <= moment {
            await pass(to: next)
            try await life.happen(in: self)
        }
        await pass(to: moment)
    }
}
