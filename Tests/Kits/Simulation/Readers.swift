package import CacheWorld

/// The readers of one node: what they have seen and its node acknowledged, and whether time ever ran backwards for them.
package struct Readers: Sendable {
    /// The first thing that a reader may complain of.
    package private(set) var complaint: String?
    /// The newest rank that was served or acknowledged.
    private var floors: [Subject: Int] = [:]
    /// The newest rank that was acknowledged: it holds across a crash.
    private var acknowledged: [Subject: Int] = [:]
    /// The newest revision that any delivery told.
    private var heard: [Subject: Int] = [:]

    /// Readers who have seen nothing.
    package init() {}

    /// A reader sees a state of something.
    package mutating func see(_ sight: Sight, in path: String, by truth: Truth) {
        let subject = sight.subject
        guard truth.latest(subject) != nil else { return }
        let ranks = truth.ranks(of: sight)
        guard let last = ranks.last else { return complain("\(path) shows a state of \(subject) that never was") }
        let floor = floors[subject] ?? 0
        guard let rank = ranks.first(where: { $0 >= floor }) else {
            let why = floor == acknowledged[subject] ? "was acknowledged" : "was served"
            return complain("\(path) shows \(subject) at rank \(last), and \(floor) \(why) before")
        }
        floors[subject] = rank
    }

    /// A delivery was acknowledged and made use of.
    package mutating func acknowledge(_ letter: Letter, by truth: Truth) {
        guard let sight = letter.sight, let rank = truth.ranks(of: sight).first,
            let revision = truth.revisions(of: sight).last
        else { return }
        let subject = sight.subject
        heard[subject] = max(heard[subject] ?? 0, revision)
        // What comes first of a job that no runner has may be open: the state that was served is served on until then.
        guard !letter.isOfWaitingJob else { return }
        acknowledged[subject] = max(acknowledged[subject] ?? 0, rank)
        floors[subject] = max(floors[subject] ?? 0, rank)
    }

    /// Their node broke down: what was acknowledged holds, and what was committed.
    mutating func survive(committed: [Sight], by truth: Truth) {
        floors = acknowledged
        for sight in committed {
            guard let rank = truth.ranks(of: sight).first else { continue }
            floors[sight.subject] = max(floors[sight.subject] ?? 0, rank)
        }
    }

    /// Whether a delivery told the state that something is in now.
    func knows(_ subject: Subject, by truth: Truth) -> Bool { heard[subject] == truth.latest(subject) }

    private mutating func complain(_ text: String) { complaint = complaint ?? text }
}
