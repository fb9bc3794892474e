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
    /// A new state, remembered for as long as an answer to an earlier question may still arrive.
    struct RecentState: Sendable {
        let id: ObjectID
        let cid: CID
        let object: WorkflowObject
        /// When it was heard of.
        let heardAt: Timestamp
        /// From when on a question is a later one, by this node's clock.
        var since: Timestamp
        /// From when on a question of a peer's that told of it is a later one, by that peer's clock.
        var told: [PeerID: Timestamp]
        /// How long others may fetch what it touches before this node does, in milliseconds.
        let turn: Int64

        func touches(_ endpoint: Endpoint) -> Bool {
            endpoint.repository == id.repository && EffectTable.touch(endpoint, by: object) == .invalidate
        }

        /// Whether the answer to a question of a moment, asked by a peer or by this node, may not know of it.
        func overtakes(_ askedAt: Timestamp, by peer: PeerID?) -> Bool {
            if let told = peer.flatMap({ told[$0] }), told <= askedAt { return false }
            return askedAt < since
        }
    }

    /// Remembers a new state.
    mutating func remember(_ event: WorkflowEvent, turn: Int64, now: Timestamp) {
        let horizon = now.advanced(bySeconds: -limits.newsMemory)
        while let first = states.first, first.heardAt < horizon || states.count >= limits.news { states.removeFirst() }
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
        guard let index = states.lastIndex(where: { $0.cid == event.body.cid && $0.id == event.id }) else { return }
        states[index].since = min(states[index].since, since(event, now: now))
        guard let teller = event.teller else { return }
        let known = states[index].told[teller]
        guard known != nil || states[index].told.count < limits.tellers else { return }
        states[index].told[teller] = min(known ?? event.asOf, event.asOf)
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
            || states.contains { $0.overtakes(askedAt, by: peer) && $0.touches(endpoint) }
    }

    /// Has an answer fetched again that was overtaken on its way, as if the event had found it stored.
    mutating func fetchAgain(_ key: ResourceKey, askedAt: Timestamp, now: Timestamp) {
        // What overtook it found an earlier answer, and had that fetched.
        guard waiting[key] == nil else { return }
        let isWritten = writes.contains { askedAt <= $0.at && $0.effect.touches(key.endpoint) { _ in nil } }
        let turns = states.filter { $0.id.repository == key.repository && askedAt < $0.heardAt }.map(\.turn)
        let pause = isWritten ? limits.writeSettling : limits.debounce
        schedule(key, after: pause + (turns.max() ?? 0), source: .prewarm, now: now)
    }
}
