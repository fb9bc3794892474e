import GitHubCore
package import Multiformats

/// New states of runs and jobs: what they make wrong and cannot tell themselves is right again by answers to later
/// questions.
///
/// GitHub knew of a state before it told of it, so that a question of the moment when a delivery was accepted is a later
/// one, however late the delivery is taken in. What a peer gives is compared with what the same peer told, since it gives
/// nothing that it holds to be overtaken by that. Between the clocks of two nodes an allowance is made, and what may be
/// earlier counts as earlier.
extension Freshness {
    /// Remembers a new state.
    mutating func remember(_ event: WorkflowEvent, turn: Int64, now: Timestamp) {
        states.forget(before: now.advanced(bySeconds: -limits.newsMemory), keeping: limits.news - 1)
        states.append(
            RecentState(
                id: event.id,
                cid: event.body.cid,
                object: event.object,
                heardAt: now,
                since: since(event, now: now),
                told: event.teller.map { [$0: event.asOf] } ?? [:],
                turn: turn
            )
        )
    }

    /// Another tells of a state that is known: it was so at that moment, too.
    mutating func hearAgain(_ event: WorkflowEvent, now: Timestamp) {
        let since = since(event, now: now)
        states.changeLast(of: event.id, cid: event.body.cid) { state in
            state.since = min(state.since, since)
            guard let teller = event.teller else { return }
            let known = state.told[teller]
            guard known != nil || state.told.count < limits.tellers else { return }
            state.told[teller] = min(known ?? event.asOf, event.asOf)
        }
    }

    private func since(_ event: WorkflowEvent, now: Timestamp) -> Timestamp {
        switch event.authority {
        case .webhook: min(event.asOf, now)
        case .peer: min(event.asOf.advanced(byMilliseconds: limits.skew), now)
        // Another of GitHub's answers may still be behind this one.
        case .list, .github: now
        }
    }

    /// Whether a peer's copy may show what was before a write, or before an event that told that it is wrong.
    package func isOvertaken(_ copy: Entry, by peer: PeerID?) -> Bool {
        isOvertaken(copy.key.endpoint, askedAt: copy.validatedAt, by: peer)
    }

    /// Whether an answer to a question of this moment may show what was before a write, or before an event that told
    /// that it is wrong; `peer` asked it, or this node.
    func isOvertaken(_ endpoint: Endpoint, askedAt: Timestamp, by peer: PeerID? = nil) -> Bool {
        // Which run a job belongs to is not known here.
        writes.contains { askedAt <= $0.at && $0.effect.touches(endpoint) { _ in nil } }
            || news.contains { askedAt <= $0.at && $0.touches(endpoint) }
            // What GitHub was asked when it had told of a state, it answers by it.
            || EffectTable.mayInvalidate(endpoint)
                && states.contains(of: endpoint.repository) { $0.overtakes(askedAt, by: peer) && $0.touches(endpoint) }
    }

    /// Has an answer fetched again that was overtaken on its way, as if the event had found it stored.
    mutating func fetchAgain(_ key: ResourceKey, askedAt: Timestamp, now: Timestamp) {
        // What overtook it found an earlier answer, and had that fetched.
        guard waiting[key] == nil else { return }
        let isWritten = writes.contains { askedAt <= $0.at && $0.effect.touches(key.endpoint) { _ in nil } }
        let pause = isWritten ? limits.writeSettling : limits.debounce
        let turn = states.longestTurn(in: key.repository, after: askedAt)
        schedule(key, after: pause + turn, source: .prewarm, now: now)
    }
}
