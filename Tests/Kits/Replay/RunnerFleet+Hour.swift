import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import NIOHTTP1

extension RunnerFleet {
    /// An hour of the checks, or its beginning; nothing is stored when it begins.
    package func hour(
        _ way: Way,
        seconds: Int = Self.wholeHour,
        seed: UInt64 = 11,
        listLag: Int64 = 0
    ) async throws -> FleetHour {
        try await ReplayWorld.with(
            way.ofWorld,
            repositories: repositories,
            arePrivate: true,
            events: HookEvents.names(in: .owner(ReplayWorld.owner)),
            listLag: listLag
        ) { world in
            var play = Play(self, way, world, seed: seed)
            return try await play.run(seconds: seconds)
        }
    }

    /// The hour as it goes.
    private struct Play {
        let fleet: RunnerFleet
        let way: Way
        let world: ReplayWorld
        var life: FleetLife
        var cache = LifetimeCache()
        var staleness = Staleness()
        var requests = 0
        /// What GitHub would say of each list.
        var truth: [List: [Staleness.Fact: String]] = [:]
        /// What each runner was told last, where nothing stands between it and GitHub.
        var told: [Int: [List: [Staleness.Fact: String]]] = [:]

        /// How far apart the looks at a node are after a change, in milliseconds, and how many there are.
        private static let look: (pause: Int64, count: Int) = (100, 20)
        /// Reads the truth, and costs nobody anything.
        private static let witness = "a-witness"

        init(_ fleet: RunnerFleet, _ way: Way, _ world: ReplayWorld, seed: UInt64) {
            self.fleet = fleet
            self.way = way
            self.world = world
            life = FleetLife(fleet, seed: seed)
        }

        mutating func run(seconds: Int) async throws -> FleetHour {
            try await prepare()
            let before = await world.github.statistics
            let cold = ReplayWorld.start.advanced(bySeconds: RunnerFleet.interval)
            let end = ReplayWorld.start.advanced(bySeconds: seconds)
            try await go(to: cold)
            let start = Tally(requests: requests, since: before, to: await world.github.statistics)
            try await go(to: end)
            staleness.end(at: end)
            let tally = Tally(requests: requests, since: before, to: await world.github.statistics)
            return FleetHour(tally: tally, start: start, staleness: staleness)
        }

        private mutating func prepare() async throws {
            guard let owner = Scope(ReplayWorld.owner) else { return }
            let tokens = Set((0..<fleet.count).map { fleet.token(of: $0) } + [Self.witness])
            for token in tokens { await world.github.createToken(token, grants: [.init(.admin, to: owner)]) }
            for runner in 0..<fleet.count { try await world.github.createRunner("runner-\(runner)", in: owner) }
            for list in Set((0..<fleet.count).flatMap { fleet.checks(of: $0) }) {
                truth[list] = try await witnessed(list)
            }
        }

        private mutating func go(to end: Timestamp) async throws {
            while let next = life.next, next < end, let act = life.take() {
                if next > world.clock.now { await world.pass(to: next) }
                if case .check(let runner) = act {
                    for list in fleet.checks(of: runner) { try await check(list, by: runner) }
                    try await look(as: way == .direct ? runner : 0)
                } else {
                    let lists = try await life.happen(act, in: world)
                    for list in lists { try await note(list) }
                    try await lookClosely(before: min(life.next ?? end, end))
                }
            }
            if world.clock.now < end { await world.pass(to: end) }
        }

        /// Compares a list with what it was, as GitHub would answer it now.
        private mutating func note(_ list: List) async throws {
            let now = world.clock.now
            let (former, latest) = (truth[list] ?? [:], try await witnessed(list))
            truth[list] = latest
            for fact in Set(former.keys).union(latest.keys) where former[fact] != latest[fact] {
                // Of a runner that comes or goes it is no news that it does nothing.
                if fact.kind == .busy, former[fact] == nil || latest[fact] == nil { continue }
                staleness.change(fact, seenBy: viewers(of: list), at: now)
            }
        }

        private func viewers(of list: List) -> [Int] {
            guard way == .direct else { return [0] }
            return told.keys.filter { fleet.checks(of: $0).contains(list) }
        }

        /// What GitHub would answer now, asked of a copy of it.
        private func witnessed(_ list: List) async throws -> [Staleness.Fact: String] {
            let body = await world.github.perform { (github, now) in
                var copy = github
                copy.configuration.listLag = 0
                return copy.respond(to: .get(list.path, token: Self.witness), at: now).body
            }
            return Staleness.facts(in: body, of: list)
        }

        private mutating func check(_ list: List, by runner: Int) async throws {
            requests += 1
            let token = fleet.token(of: runner)
            if way == .lifetimes, cache.read(list, token: token, now: world.clock.now) != nil { return }
            guard let body = try await ask(list, token: token) else {
                throw ReplayWorld.Failure("runner \(runner) was not answered")
            }
            // Whoever asks has the answer a little later.
            await world.pass(to: world.clock.now.advanced(byMilliseconds: 20))
            if way == .lifetimes { cache.keep(body, of: list, token: token, now: world.clock.now) }
            if way == .direct { told[runner, default: [:]][list] = Staleness.facts(in: body, of: list) }
        }

        private func ask(
            _ list: List,
            token: String,
            headers: [(name: String, value: String)] = []
        ) async throws -> [UInt8]? {
            var client = ReplayClient(
                api: world.api,
                headers: [
                    ("User-Agent", "runner"), ("Accept", "application/vnd.github+json"),
                    ("Accept-Encoding", "identity"), ("Authorization", "Bearer \(token)"),
                ] + headers,
                http: world.http
            )
            let answer = try await client.send(.GET, list.path)
            return answer.status == 200 ? answer.body : nil
        }

        /// Looks at what would be answered, until it is right or nothing but a check can change it.
        private mutating func lookClosely(before end: Timestamp) async throws {
            guard way != .direct else { return }
            try await look(as: 0)
            guard way == .node else { return }
            for _ in 0..<Self.look.count {
                let next = world.clock.now.advanced(byMilliseconds: Self.look.pause)
                guard !staleness.openLists(of: 0).isEmpty, next < end else { return }
                await world.pass(to: next)
                try await look(as: 0)
            }
        }

        /// Looks at what a runner would be told of the lists that changed.
        private mutating func look(as viewer: Int) async throws {
            let open = staleness.openLists(of: viewer)
            guard !open.isEmpty else { return }
            for list in truth.keys where open.contains(list.path) {
                let seen = try await seen(list, by: viewer)
                let truth = truth[list] ?? [:]
                // Where nothing would be served that is stored, the answer would be GitHub's.
                staleness.show(list.path, to: viewer, at: world.clock.now) { fact in
                    seen.map { $0[fact] == truth[fact] } ?? true
                }
            }
        }

        private mutating func seen(_ list: List, by viewer: Int) async throws -> [Staleness.Fact: String]? {
            let token = fleet.token(of: viewer)
            switch way {
            case .direct:
                // What it has in hand.
                return told[viewer]?[list]
            case .lifetimes:
                return cache.peek(list, token: token, now: world.clock.now).map { Staleness.facts(in: $0, of: list) }
            case .node, .nodeWithoutWebhooks:
                // What is stored and would serve, also while GitHub is asked; GitHub is not.
                let wish = [(name: "Cache-Control", value: "only-if-cached, max-stale=30")]
                return try await ask(list, token: token, headers: wish).map { Staleness.facts(in: $0, of: list) }
            }
        }
    }
}

extension RunnerFleet.Way {
    fileprivate var ofWorld: ReplayWorld.Way {
        switch self {
        case .node: .throughNode
        case .nodeWithoutWebhooks: .throughNodeWithoutWebhooks
        case .lifetimes, .direct: .direct
        }
    }
}
