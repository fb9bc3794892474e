import GitHubCore

/// For how long after each change at GitHub somebody was still told otherwise.
///
/// A fact changes at a moment and counts as shown as soon as the viewer is told what is so; where it changed back before,
/// nobody was told of the change at all, and it was stale until then.
package struct Staleness: Sendable {
    /// What may change, by how the world hears of it.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Which runs wait in a repository; events tell.
        case queue = "runs that wait"
        /// Which runners work; events of their jobs tell.
        case busy = "runners that work"
        /// Which repositories there are; events tell.
        case repositories = "repositories there are"
        /// Which runners are registered and online; no event tells.
        case registered = "runners that are registered and online"

        /// Whether an event of GitHub's tells of it.
        package var isAnnounced: Bool { self != .registered }
    }

    /// One fact: of which kind, in which list, about what.
    struct Fact: Hashable, Sendable {
        let kind: Kind
        let list: String
        let subject: String
    }

    /// In milliseconds, of each kind.
    package private(set) var delays: [Kind: [Int64]] = [:]
    /// By viewer and list, the moments of the changes that are not shown yet.
    private var open: [Int: [String: [Fact: [Timestamp]]]] = [:]

    /// Nothing has changed yet.
    package init() {}

    /// Lists in which a change is not shown to a viewer yet.
    func openLists(of viewer: Int) -> Set<String> { Set(open[viewer, default: [:]].keys) }

    /// A fact changed, which some viewers look at.
    mutating func change(_ fact: Fact, seenBy viewers: [Int], at now: Timestamp) {
        for viewer in viewers { open[viewer, default: [:]][fact.list, default: [:]][fact, default: []].append(now) }
    }

    /// A viewer is told the truth about a list, or would be if it asked.
    mutating func show(_ list: String, to viewer: Int, at now: Timestamp, where isRight: (Fact) -> Bool) {
        guard var facts = open[viewer]?[list] else { return }
        for (fact, moments) in facts where isRight(fact) {
            delays[fact.kind, default: []] += moments.map { now.milliseconds(since: $0) }
            facts[fact] = nil
        }
        open[viewer]?[list] = facts.isEmpty ? nil : facts
    }

    /// What is not shown at the end counts with the time until then.
    mutating func end(at now: Timestamp) {
        for viewer in open.keys {
            for list in openLists(of: viewer) { show(list, to: viewer, at: now) { _ in true } }
        }
    }

    /// The delay in milliseconds that so many percent of the changes of some kinds stay within; nil without a change.
    package func percentile(_ percent: Int, of kinds: [Kind]) -> Int64? {
        let sorted = kinds.flatMap { delays[$0] ?? [] }.sorted()
        guard !sorted.isEmpty else { return nil }
        // The smallest delay that is not exceeded by so many percent.
        return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }

    /// How many changes of some kinds there were.
    package func count(of kinds: [Kind]) -> Int { kinds.reduce(0) { $0 + (delays[$1]?.count ?? 0) } }
}

extension Staleness {
    /// What a runner reads in the answer to one of its checks: facts by their subject.
    static func facts(in body: [UInt8], of list: RunnerFleet.List) -> [Fact: String] {
        guard let text = try? JSONSlices(body) else { return [:] }
        var facts: [Fact: String] = [:]
        func note(_ kind: Kind, _ subject: String, _ value: String) {
            facts[Fact(kind: kind, list: list.path, subject: subject)] = value
        }
        switch list {
        case .repositories:
            for range in (try? text.elements(of: text.root)) ?? [] {
                guard let name = (try? JSONObject(text, at: range))?.string("full_name") else { continue }
                note(.repositories, name, "there")
            }
        case .queue:
            for run in (try? JSONObject(text))?.objects("workflow_runs") ?? [] {
                note(.queue, run.integer("id").map { "\($0)" } ?? "", run.string("status") ?? "")
            }
        case .runners:
            for runner in (try? JSONObject(text))?.objects("runners") ?? [] {
                let name = runner.string("name") ?? ""
                note(.registered, name, runner.string("status") ?? "")
                note(.busy, name, runner.bool("busy") == true ? "busy" : "idle")
            }
        }
        return facts
    }
}
