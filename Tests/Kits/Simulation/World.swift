package import CacheCore
import CacheWorld
package import GitHubCore
import GitHubSimulatorCore
import Multiformats

/// A story of one seed in virtual time: what is true at GitHub, the nodes, their readers, and the weather between them.
///
/// Everything is a value and happens one after the other; the same seed is the same story.
package struct World: Sendable {
    /// The shape of a story.
    package struct Limits: Sendable {
        /// Things that happen at GitHub.
        package var acts = 14
        /// Reads in between.
        package var reads = 40
        /// Runs, at most.
        package var runs = 3
        /// Steps before the machines count as restless.
        package var steps = 50_000

        /// The defaults.
        package init() {}
    }

    /// What is wrong with what happened.
    package enum Fault: Error, Hashable, CustomStringConvertible {
        /// Time ran backwards for a reader.
        case stepBack(String)
        /// After all was quiet, something that is served is not what GitHub says.
        case lie(String)
        /// A delivery that GitHub's log tells of was never taken.
        case missed(String)
        /// The machines do not come to rest.
        case restless

        package var description: String {
            switch self {
            case .stepBack(let why): "a step back: \(why)"
            case .lie(let why): "a lie after quiet: \(why)"
            case .missed(let what): "missed: \(what)"
            case .restless: "no rest"
            }
        }
    }

    enum Event: Sendable {
        case act
        case arrive(SimulatedGitHub.OutgoingDelivery)
        case read(node: Int, luck: UInt64)
        case ask(Errand, askedAt: Timestamp)
        case answer(Errand, OriginResult)
        case lookAtLast(ResourceKey, node: Int, life: Int)
        case tell(Announcement)
        case save(node: Int)
        case crash(node: Int, lasting: Int64)
        case start(node: Int)
        case search(life: Int)
        case fetch(Search)
    }

    /// A question to GitHub on its way.
    struct Errand: Sendable {
        let node: Int
        let life: Int
        let number: Int
        let question: Machine.Question
    }

    /// What is true.
    package internal(set) var truth: Truth
    /// The nodes: the first has the webhook.
    package internal(set) var nodes: [Station]
    /// What goes wrong.
    package internal(set) var weather: Weather
    /// The moment.
    package internal(set) var now = Truth.start
    /// What happened, where it is to be told.
    package internal(set) var diary: [String] = []

    var chance: Chance
    var agenda = Agenda<Event>()
    var plot: Plot
    /// Deliveries that GitHub sent, or at least knows of.
    var sent: [SimulatedGitHub.OutgoingDelivery] = []
    var count = 0
    /// Whether the storm is over.
    var isQuiet = false
    /// Whether the node was away for longer than GitHub's log remembers.
    var hadGap = false
    let isTold: Bool
    let limits: Limits
    let hookID: Int64
    /// What bodies show, read once.
    private var shown: [CID: [Sight]] = [:]

    /// The story of a seed.
    package init(seed: UInt64, isTold: Bool = false, limits: Limits = Limits()) throws {
        chance = Chance(seed: seed)
        self.isTold = isTold
        self.limits = limits
        let pauses = chance.pick([[1, 3, 40, 400, 900], [3, 400, 1_500, 7_000], [900, 7_000, 61_000, 400_000]])
        var moments: [Timestamp] = []
        var moment = Truth.start
        for _ in 0..<limits.acts {
            moment = moment.advanced(byMilliseconds: Int64(chance.pick(pauses)))
            moments.append(moment)
        }
        weather = Weather(&chance, from: Truth.start, to: moment)
        let events = ["workflow_run", "workflow_job"] + (chance.happens(25) ? ["check_run", "push"] : [])
        truth = try Truth(seed: seed, lag: weather.lag)
        hookID = try truth.hook(events: events).id
        let ttl = weather.lifetime.map { TTLPolicy(runs: $0, queue: $0, other: $0) } ?? TTLPolicy()
        nodes = Array(repeating: Station(ttl: ttl, now: Truth.start), count: weather.hasPeer ? 2 : 1)
        plot = Plot(Chance(seed: chance.next()), runs: limits.runs)
        for moment in moments { agenda.add(.act, at: moment) }
        let length = Int(moment.milliseconds(since: Truth.start)) + weather.lateness
        for _ in 0..<limits.reads {
            let at = Truth.start.advanced(byMilliseconds: Int64(chance.below(length + 1)))
            agenda.add(.read(node: chance.below(nodes.count), luck: chance.next()), at: at)
        }
        for node in nodes.indices {
            for _ in 0..<chance.pick([1, 4, 16]) {
                let at = Truth.start.advanced(byMilliseconds: Int64(chance.below(length + 1)))
                agenda.add(.save(node: node), at: at)
            }
        }
        for crash in weather.crashes { agenda.add(.crash(node: crash.node, lasting: crash.lasting), at: crash.at) }
        if weather.isWatched { watch(true) }
        let forecast = "the weather: \(weather)"
        tell(forecast)
    }

    /// Plays it: the storm, then quiet in which everything settles, then a day on which everything is asked for again.
    package mutating func play() throws(Fault) {
        let last = agenda.last ?? now
        agenda.add(.search(life: 0), at: now.advanced(bySeconds: 900))
        try run(until: max(last, weather.end).advanced(byMilliseconds: Int64(weather.lateness) + 1))
        tell("the weather clears")
        weather.clear()
        isQuiet = true
        watch(false)
        agenda.add(.search(life: nodes[0].life), at: now.advanced(bySeconds: 1))
        try rest()
        try checkDeliveries()
        for node in nodes.indices { try check(node, asksAll: false) }
        now = now.advanced(bySeconds: 90_000)
        for node in nodes.indices {
            for path in truth.paths { read(Self.key(path), of: node) }
            try flush()
        }
        try rest()
        for node in nodes.indices { try check(node, asksAll: true) }
    }

    private mutating func watch(_ isOn: Bool) {
        let key = Self.key("/repos/\(Truth.repository.canonical)/actions/runs")
        for node in nodes.indices { nodes[node].machine.watch(isOn ? [key] : []) }
    }

    /// The key of a path for everyone.
    package static func key(_ path: String) -> ResourceKey {
        guard let resource = Resource(path) else { preconditionFailure("\(path) names nothing") }
        return ResourceKey(Representation(resource), audience: .public)
    }

    /// Runs until a moment.
    private mutating func run(until end: Timestamp) throws(Fault) {
        var steps = 0
        while let next = nextMoment, next <= end {
            steps += 1
            guard steps < limits.steps else { throw .restless }
            try step(at: next)
        }
        now = max(now, end)
    }

    /// Runs until nothing is to happen any more.
    private mutating func rest() throws(Fault) {
        var steps = 0
        while let next = nextMoment {
            steps += 1
            guard steps < limits.steps else { throw .restless }
            try step(at: next)
        }
    }

    private var nextMoment: Timestamp? {
        let wakes = nodes.filter(\.isUp).compactMap(\.machine.freshness.wakeAt)
        return ([agenda.next].compactMap(\.self) + wakes).min()
    }

    private mutating func step(at moment: Timestamp) throws(Fault) {
        now = max(now, moment)
        for node in nodes.indices where nodes[node].isUp {
            nodes[node].machine.now = now
            nodes[node].machine.wake()
        }
        if let next = agenda.next, next <= now, let event = agenda.take()?.item { perform(event) }
        try flush()
    }

    /// Sends what the machines ask for, and looks for complaints.
    private mutating func flush() throws(Fault) {
        for node in nodes.indices {
            send(from: node)
            if let complaint = nodes[node].readers.complaint { throw .stepBack("node \(node): \(complaint)") }
        }
    }

    private mutating func perform(_ event: Event) {
        switch event {
        case .act:
            let (what, sent) = plot.goOn(&truth, at: now)
            tell("GitHub: \(what)")
            for delivery in sent { post(delivery) }
        case .arrive(let delivery): arrive(delivery)
        case .read(let node, let luck):
            let paths = truth.paths
            read(Self.key(paths[Int(luck % UInt64(paths.count))]), of: node)
        case .ask(let errand, let askedAt): ask(errand, askedAt: askedAt)
        case .answer(let errand, let result): take(result, of: errand)
        case .lookAtLast(let key, let node, let life):
            guard nodes[node].isUp, nodes[node].life == life, nodes[node].flights[key] != nil else { return }
            if let entry = nodes[node].machine.store.entries[key], entry.standing != .invalid {
                look(at: key, of: node)
            }
        case .tell(let announcement):
            if nodes[1].isUp { nodes[1].machine.take(announcement) }
        case .save(let node):
            if nodes[node].isUp { nodes[node].save() }
        case .crash(let node, let lasting): crash(node, lasting: lasting)
        case .start(let node):
            tell("node \(node) starts again")
            nodes[node].start(truth, at: now)
            if weather.isWatched, !isQuiet { watch(true) }
            if node == 0 { agenda.add(.search(life: nodes[0].life), at: now) }
        case .search(let life): search(life: life)
        case .fetch(let search): fetch(search)
        }
    }

    mutating func crash(_ node: Int, lasting: Int64) {
        guard nodes[node].isUp else { return }
        tell("node \(node) breaks down")
        nodes[node].crash(truth)
        agenda.add(.start(node: node), at: now.advanced(byMilliseconds: lasting))
    }

    /// A reader sees what is served for a key.
    mutating func look(at key: ResourceKey, of node: Int) {
        let store = nodes[node].machine.store
        guard let entry = store.entries[key], entry.status == 200, let body = store.bodies[entry.cid] else { return }
        let sights = shown[body.cid] ?? Sight.all(in: body.bytes, of: key.resource)
        shown[body.cid] = sights
        let words = isTold ? told(sights) : ""
        tell("node \(node) serves \(key.resource.path) (\(entry.standing), from \(entry.source)): \(words)")
        for sight in sights { nodes[node].readers.see(sight, in: key.resource.path, by: truth) }
    }

    func told(_ sights: [Sight]) -> String {
        sights.map { "\($0.subject)@\(truth.revisions(of: $0).map { "\($0)" }.joined(separator: "/"))" }
            .joined(separator: ", ")
    }

    /// Writes into the diary.
    mutating func tell(_ text: @autoclosure () -> String) {
        guard isTold else { return }
        let passed = now.milliseconds(since: Truth.start)
        diary.append("+\(passed / 1000).\(String(1000 + passed % 1000).dropFirst())s  \(text())")
    }
}
