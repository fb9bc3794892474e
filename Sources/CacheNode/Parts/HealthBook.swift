import CacheCore
import GitHubCore
import Multiformats
import Synchronization

/// How far each repository's events can be trusted, for whoever reads or tells.
final class HealthBook: Sendable {
    private struct State {
        var ledger: HealthLedger
        /// The events that tell all of an answer, by what its body holds.
        var covers: [ResourceKey: (cid: CID, events: Set<EventName>?)] = [:]
    }

    /// Answers of which it is remembered what their bodies hold.
    private static let limit = 20_000

    private let state: Mutex<State>

    init(limits: HealthLedger.Limits, startedAt: Timestamp) {
        state = Mutex(State(ledger: HealthLedger(limits: limits, startedAt: startedAt)))
    }

    /// Asks or changes the ledger.
    func with<Value>(_ body: (inout HealthLedger) -> Value) -> Value {
        state.withLock { body(&$0.ledger) }
    }

    /// An answer as long as it lives now, where that is known without its body; nil where the body tells.
    func lived(_ entry: Entry, at now: Timestamp) -> Entry? {
        guard let repository = entry.key.repository, entry.status == 200 else { return entry }
        let coverage = Coverage.of(entry.key.representation)
        guard coverage != .none else { return entry }
        return state.withLock { state in
            let standing = state.ledger.standing(of: repository, at: now)
            guard standing.state == .live else { return entry }
            if case .whole(let events) = coverage {
                return state.ledger.lived(entry, events: events, standing: standing)
            }
            guard let known = state.covers[entry.key], known.cid == entry.cid else { return nil }
            return state.ledger.lived(entry, events: known.events, standing: standing)
        }
    }

    /// The same, with its body.
    func lived(_ entry: Entry, _ body: Body, at now: Timestamp) -> Entry {
        if let lived = lived(entry, at: now) { return lived }
        guard let repository = entry.key.repository, body.cid == entry.cid else { return entry }
        let events = Coverage.events(entry.key.representation, body)
        return state.withLock { state in
            if state.covers.count >= Self.limit, state.covers[entry.key] == nil { state.covers = [:] }
            state.covers[entry.key] = (entry.cid, events)
            let standing = state.ledger.standing(of: repository, at: now)
            return state.ledger.lived(entry, events: events, standing: standing)
        }
    }
}
