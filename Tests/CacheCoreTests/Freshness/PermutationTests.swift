import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Simulation
import Testing

/// Every order of one run's six events, each with duplicates: one end, and no step back on the way.
struct PermutationTests {
    private let events: [WorkflowEvent]
    /// The states of each object by id, in the order in which they were true.
    private let story: [Int64: [CID]]
    private let run: Int64

    init() throws {
        var truth = try Truth(seed: 1, lag: 0)
        _ = try truth.hook()
        var now = Truth.start
        var run: Int64 = 0
        var sent = try truth.act(at: now) { run = try $0.startRun(.init(Truth.repository, jobs: ["build"]), at: now) }
        var isOver = false
        while !isOver {
            now = now.advanced(bySeconds: 2)
            sent += try truth.act(at: now) { isOver = try $0.advance(run: run, at: now) == .runCompleted }
        }
        let known = sent.compactMap { Letter($0).workflowEvent(asOf: Truth.start) }
        events = known
        story = Dictionary(grouping: known, by: \.object.id).mapValues { $0.map(\.body.cid) }
        self.run = run
    }

    private func key(_ path: String) throws -> ResourceKey {
        let base = "/repos/\(Truth.repository)/actions/"
        return ResourceKey(Representation(try #require(Resource(base + path))), audience: .public)
    }

    @Test func aRunWithOneJobHasSixEvents() {
        #expect(events.count == 6)
        #expect(Set(events.map(\.body.cid)).count == 6)
    }

    @Test func everyOrderEndsInTheLastStateWithoutAStepBack() throws {
        let job = try #require(events.first { $0.object.kind == .job }?.object.id)
        let (list, one, other) = (try key("runs"), try key("runs/\(run)"), try key("jobs/\(job)"))
        let ends = [one: try #require(story[run]?.last), other: try #require(story[job]?.last)]
        for (number, order) in Self.permutations(of: Array(events.indices)).enumerated() {
            var machine = Machine(now: Truth.start.advanced(bySeconds: 7200))
            let empty = Body(Array(#"{"total_count":0,"workflow_runs":[]}"#.utf8))
            let answer = OriginAnswer(status: 200, headers: EntryHeaders(), body: empty, askedAt: Truth.start)
            machine.take(.answer(answer), to: .init(key: list, held: nil, source: .upstream, isRead: true))
            var seen: [ResourceKey: Int] = [:]
            // Each second order hears its first and its last event twice.
            for index in number.isMultiple(of: 2) ? order : order + [order[0], order[5]] {
                machine.take(events[index])
                for (key, id) in [(one, run), (other, job)] {
                    let place = place(of: machine.store.entries[key]?.cid, in: id)
                    #expect(place >= seen[key, default: -1], "order \(order)")
                    seen[key] = place
                }
                // A list that is not served, or does not name the run yet, shows nothing.
                guard let shown = listed(machine, list) else { continue }
                #expect(shown >= seen[list, default: -1], "order \(order)")
                seen[list] = shown
            }
            for (key, cid) in ends { #expect(machine.store.entries[key]?.cid == cid, "order \(order)") }
        }
    }

    private func place(of cid: CID?, in id: Int64) -> Int {
        cid.flatMap { story[id]?.firstIndex(of: $0) } ?? -1
    }

    /// Which state of the run the list shows, where it is served at all.
    private func listed(_ machine: Machine, _ key: ResourceKey) -> Int? {
        guard let entry = machine.store.entries[key], entry.standing != .invalid,
            let body = machine.store.bodies[entry.cid],
            let editor = ListEditor(key.resource, body: body.bytes, link: nil),
            let element = editor.objects.first(where: { $0.object.id == run })
        else { return nil }
        return place(of: CID(hashing: element.bytes), in: run)
    }

    /// Every order of some values.
    private static func permutations(of values: [Int]) -> [[Int]] {
        guard let first = values.first else { return [[]] }
        return permutations(of: Array(values.dropFirst())).flatMap { rest in
            (0...rest.count).map { place in
                var order = rest
                order.insert(first, at: place)
                return order
            }
        }
    }
}
