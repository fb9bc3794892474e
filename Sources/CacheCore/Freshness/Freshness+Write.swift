import GitHubCore

/// Writes that went through this node: what they touch is wrong from that moment on, for every reader.
///
/// Peers are not told: they cannot check it, and GitHub's own event follows.
extension Freshness {
    /// A write, remembered for as long as a question that was asked before it may still be answered.
    struct RecentWrite: Hashable, Sendable {
        let effect: WriteEffect
        let isDone: Bool
        let at: Timestamp
    }

    mutating func take(
        _ effect: WriteEffect,
        isDone: Bool,
        _ entries: [TouchedEntry],
        runOfJob: (Int64) -> Int64?,
        now: Timestamp
    ) -> [Directive] {
        remember(RecentWrite(effect: effect, isDone: isDone, at: now))
        var changes: [Change] = []
        var directives: [Directive] = []
        for touched in entries where effect.touches(touched.entry.key.endpoint, runOfJob: runOfJob) {
            let entry = touched.entry
            if isDone, effect.ends(entry.key.endpoint, runOfJob: runOfJob) {
                changes.append(.remove(entry.key))
                directives.append(.invalidated(entry.key))
                continue
            }
            // GitHub acts on a write a little later than it answers it.
            invalidate(touched, after: limits.writeSettling, now: now, &changes, &directives)
        }
        return changes.isEmpty ? [] : [.store(changes)] + directives
    }

    /// Whether a client has had a run or job removed since it was seen, so that no list may be said to lack it.
    func hasEnded(_ state: ObjectState) -> Bool {
        writes.contains { $0.isDone && state.seenAt <= $0.at && $0.effect.ends(state) }
    }

    private mutating func remember(_ write: RecentWrite) {
        let horizon = write.at.advanced(bySeconds: -limits.writeMemory)
        writes.removeAll { $0.at < horizon || $0.effect == write.effect && $0.isDone == write.isDone }
        if writes.count >= limits.writes { writes.removeFirst() }
        writes.append(write)
    }
}
