import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Testing

/// Every order of one run's six events, each with duplicates: one end, and no step back on the way.
struct PermutationTests {
    private let events: [WorkflowEvent]
    /// The states of each object by id, in the order in which they were true.
    private let story: [Int64: [CID]]
    private let run: Int64

    init() throws {
        var history = try History(seed: 1)
        var run: Int64 = 0
        try history.act(after: 1000) { github, now in
            run = try github.startRun(.init(History.repository, jobs: ["build"]), at: now)
        }
        var isOver = false
        while !isOver {
            try history.act(after: 2000) { github, now in
                isOver = try github.advance(run: run, at: now) == .runCompleted
            }
        }
        let known = history.deliveries.compactMap { $0.workflowEvent(asOf: History.start) }
        events = known
        story = Dictionary(grouping: known, by: \.object.id).mapValues { $0.map(\.body.cid) }
        self.run = run
    }

    private func key(_ path: String) throws -> ResourceKey {
        let base = "/repos/\(History.repository)/actions/"
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
        for (number, order) in OrderPropertyTests.permutations(of: Array(events.indices)).enumerated() {
            var machine = Machine(now: History.start.advanced(bySeconds: 7200))
            let empty = Body(Array(#"{"total_count":0,"workflow_runs":[]}"#.utf8))
            let answer = OriginAnswer(status: 200, headers: EntryHeaders(), body: empty, askedAt: History.start)
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
}
