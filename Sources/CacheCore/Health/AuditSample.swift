import GitHubCore

/// Which of a repository's stored answers shows whether anything happened that no event announced (invariant 6).
///
/// A list of runs where there is one, since every run and every end of one shows there; otherwise an answer that only
/// events change. What moves unannounced anyway, as the steps of a job, shows nothing and would cost a call.
package struct AuditSample: Sendable {
    /// The answers to try, the first one first.
    package let candidates: [Entry]

    /// Chooses among a repository's stored answers.
    ///
    /// - Parameters:
    ///   - entries: The answers that may be asked for again.
    ///   - chance: Settles which comes first, from 0 up to 1.
    ///   - limit: The most candidates.
    package init(of entries: [Entry], chance: Double, atMost limit: Int) {
        let sound = entries.filter { $0.status == 200 && $0.standing == .sound }
        let lists = sound.filter { Self.isList($0.key) }
        let choice = lists.isEmpty ? sound.filter { Coverage.of($0.key.representation) == .byContent } : lists
        let first = min(Int(Double(choice.count) * max(chance, 0)), max(choice.count - 1, 0))
        candidates = Array((choice[first...] + choice[..<first]).prefix(limit))
    }

    /// Whether a candidate shows what events announce.
    ///
    /// - Parameters:
    ///   - entry: The candidate.
    ///   - body: Its body; nil where it cannot be read.
    /// - Returns: True for a list, and for what the body says only events will change.
    package static func tells(_ entry: Entry, _ body: Body?) -> Bool {
        isList(entry.key) || body.flatMap { Coverage.events(entry.key.representation, $0) } != nil
    }

    /// Whether it is known without its body.
    package static func isList(_ key: ResourceKey) -> Bool {
        switch key.endpoint {
        case .runs, .workflowRuns: key.representation.media == .json
        default: false
        }
    }
}
