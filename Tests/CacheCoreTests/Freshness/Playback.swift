import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Testing

/// Plays a history to two nodes in virtual time: one has the hook, the other hears of it by gossip.
///
/// Deliveries, answers
/// and messages take their time and change places; readers look all the while.
struct Playback {
    private enum Action {
        case deliver(Int)
        case announce(Announcement, to: Int)
        case read(Int, String)
        case answer(Int, Machine.Question, OriginResult)
        case wake
    }

    private struct Planned {
        let at: Timestamp
        let number: Int
        let action: Action
    }

    let history: History
    private(set) var machines: [Machine]
    /// What readers of each machine have seen of each object: the place of its state among all.
    private var seen: [[Int64: Int]] = [[:], [:]]
    /// The first step back, or none.
    private(set) var stepBack: String?
    /// Calls that were not answered with 304, by machine.
    private(set) var calls = [0, 0]
    private var plan: [Planned] = []
    private var number = 0
    /// What bodies name, read once.
    private var named: [CID: [(Int64, CID)]] = [:]
    private var chance: Chance

    init(_ history: History, chance: Chance) {
        self.history = history
        self.chance = chance
        machines = [Machine(now: History.start), Machine(now: History.start)]
    }

    static func key(_ path: String) -> ResourceKey {
        ResourceKey(Representation(Resource(path)!), audience: .public)
    }

    /// Plans deliveries about their own time, late and doubled as chance wants, and readers in between.
    mutating func planAll(lateness: Int, readers: Int) {
        let paths = history.paths
        for machine in machines.indices {
            machines[machine].wanted = Set(paths.filter { _ in chance.below(2) == 0 }.map(Self.key))
            for path in paths where chance.below(3) > 0 {
                add(.read(machine, path), at: History.start.advanced(bySeconds: 3600))
            }
        }
        let first = history.moments[0].since
        let length = Int(history.now.milliseconds(since: first)) + lateness
        for (index, delivery) in history.deliveries.enumerated() {
            for _ in 0...(chance.below(4) == 0 ? 1 : 0) {
                add(.deliver(index), at: delivery.dueAt.advanced(byMilliseconds: Int64(chance.below(lateness) + 1)))
            }
        }
        for _ in 0..<readers {
            add(
                .read(chance.below(2), chance.pick(paths)),
                at: first.advanced(byMilliseconds: Int64(chance.below(length + 1)))
            )
        }
    }

    /// Delivers in one fixed order, long after all happened.
    mutating func plan(order: [Int]) {
        for path in history.paths { add(.read(0, path), at: History.start.advanced(bySeconds: 3601)) }
        machines[0].wanted = Set(history.paths.map(Self.key))
        for (place, index) in order.enumerated() {
            let at = history.now.advanced(byMilliseconds: Int64(10 + place * 10))
            add(.deliver(index), at: at)
            for _ in 0..<2 { add(.read(0, chance.pick(history.paths)), at: at.advanced(byMilliseconds: 5)) }
        }
    }

    private mutating func add(_ action: Action, at moment: Timestamp) {
        number += 1
        plan.append(Planned(at: moment, number: number, action: action))
    }

    /// Runs until nothing is planned, and the machines are at rest.
    mutating func run() throws {
        var steps = 0
        while true {
            let next = plan.indices.min { (plan[$0].at, plan[$0].number) < (plan[$1].at, plan[$1].number) }
            let wake = machines.compactMap(\.freshness.wakeAt).min()
            guard next != nil || wake != nil else { break }
            steps += 1
            try #require(steps < 50_000, "the machines do not come to rest")
            if let wake, next.map({ wake < plan[$0].at }) ?? true {
                perform(.wake, at: wake)
            } else if let next {
                let planned = plan.remove(at: next)
                perform(planned.action, at: planned.at)
            }
        }
    }

    private mutating func perform(_ action: Action, at moment: Timestamp) {
        for index in machines.indices {
            machines[index].now = max(machines[index].now, moment)
            machines[index].wake()
        }
        switch action {
        case .wake: break
        case .deliver(let index):
            if let event = history.deliveries[index].workflowEvent(asOf: moment) { machines[0].take(event) }
        case .announce(let announcement, let machine): machines[machine].take(announcement)
        case .read(let machine, let path): read(Self.key(path), of: machine)
        case .answer(let machine, let question, let result):
            machines[machine].take(result, to: question)
            if question.isRead { look(at: question.key, of: machine) }
        }
        for index in machines.indices { send(from: index) }
        for index in machines.indices { lookAtObjects(of: index) }
    }

    private mutating func read(_ key: ResourceKey, of machine: Int) {
        let entry = machines[machine].store.entries[key]
        let verdict = ReadPolicy.verdict(entry, wishes: ReadWishes(), now: machines[machine].now, window: 30)
        if verdict == .serve || verdict == .serveAndAsk { look(at: key, of: machine) }
        guard verdict != .serve else { return }
        machines[machine].questions.append(
            Machine.Question(key: key, held: entry, source: .upstream, isRead: verdict != .serveAndAsk)
        )
    }

    /// Asks GitHub, whose answer is on its way for a while, and tells the other machine.
    private mutating func send(from machine: Int) {
        let now = machines[machine].now
        for question in machines[machine].questions {
            let body = question.held.flatMap { machines[machine].store.bodies[$0.cid] }
            let result = history.answer(question, body: body, at: now)
            if case .answer = result { calls[machine] += 1 }
            add(.answer(machine, question, result), at: now.advanced(byMilliseconds: Int64(20 + chance.below(600))))
        }
        machines[machine].questions = []
        for announcement in machines[machine].announcements {
            add(
                .announce(announcement, to: 1 - machine),
                at: now.advanced(byMilliseconds: Int64(1 + chance.below(900)))
            )
        }
        machines[machine].announcements = []
    }

    /// A reader sees what is served for a key.
    private mutating func look(at key: ResourceKey, of machine: Int) {
        let store = machines[machine].store
        guard let entry = store.entries[key], entry.status == 200, let body = store.bodies[entry.cid] else { return }
        let objects = named[body.cid] ?? Self.objects(in: body, key)
        named[body.cid] = objects
        for (id, cid) in objects { see(id, cid, key, machine) }
    }

    /// Whatever is served without asking is looked at after each step.
    private mutating func lookAtObjects(of machine: Int) {
        for entry in machines[machine].store.ordered where entry.isFresh(at: machines[machine].now) {
            look(at: entry.key, of: machine)
        }
    }

    private mutating func see(_ id: Int64, _ cid: CID, _ key: ResourceKey, _ machine: Int) {
        guard let states = history.states[id] else { return }
        guard let place = states.lastIndex(of: cid) else {
            stepBack = stepBack ?? "\(key.resource.path) shows a state of \(id) that never was"
            return
        }
        if let before = seen[machine][id], place < before {
            stepBack =
                stepBack ?? "machine \(machine) \(key.resource.path): \(id) went from state \(before) back to \(place)"
        }
        seen[machine][id] = max(place, seen[machine][id] ?? 0)
    }

    private static func objects(in body: Body, _ key: ResourceKey) -> [(Int64, CID)] {
        switch key.endpoint {
        case .run(_, let id), .job(_, let id): [(id, body.cid)]
        default:
            ListEditor(key.resource, body: body.bytes, link: nil)?.objects.map {
                ($0.object.id, CID(hashing: $0.bytes))
            }
                ?? []
        }
    }

    /// What is served at the end and is not what GitHub says then, though its events told all of it.
    func lies(of machine: Int) -> [String] {
        let now = max(machines[machine].now, history.now).advanced(bySeconds: 3600)
        let store = machines[machine].store
        return store.entries.values.compactMap { entry in
            guard entry.standing == .sound, entry.isFresh(at: machines[machine].now) else { return nil }
            let question = Machine.Question(key: entry.key, held: nil, source: .upstream, isRead: true)
            guard case .answer(let answer) = history.answer(question, body: nil, at: now) else {
                return "\(entry.key.resource.path): no answer"
            }
            guard answer.body.cid != entry.cid || answer.headers.link != entry.headers.link else { return nil }
            let named = Self.objects(in: answer.body, entry.key) + Self.objects(in: store.bodies[entry.cid]!, entry.key)
            guard named.allSatisfy({ history.isAnnounced($0.0) }) else { return nil }
            let places = named.map { history.states[$0.0]?.lastIndex(of: $0.1) ?? -1 }
            return "\(entry.key.resource.path) by \(entry.source), objects at \(places)"
        }.sorted()
    }

    /// Remembered states that are older than what was delivered of the same object.
    func unsettled(of machine: Int) -> [String] {
        machines[machine].store.states.values.filter { state in
            guard let last = history.lastDelivered[state.id.id], let all = history.states[state.id.id] else {
                return false
            }
            return all.lastIndex(of: state.cid).map { $0 < (all.lastIndex(of: last) ?? 0) } ?? true
        }.map { "\($0.id.kind) \($0.id.id) is \($0.status)" }.sorted()
    }
}
