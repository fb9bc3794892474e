import CacheCore
import Synchronization

/// One question to GitHub for all who ask the same at the same time, parted by whose question it is.
final class Flights: Sendable {
    /// What makes two reads one flight: the key, and on whose behalf GitHub is asked; nil where that makes no difference.
    struct Key: Hashable, Sendable {
        let key: ResourceKey
        let credential: CredentialID?
    }

    /// What came of a flight.
    enum Landing: Sendable {
        /// An entry, as stored or not, with its body.
        case answer(Entry, Body, isStored: Bool, status: Int?)
        /// GitHub gave no usable answer.
        case failure(OriginFailure)
    }

    private struct Flight {
        var waiting: [(CheckedContinuation<(Landing?, Bool), Never>, isLeader: Bool)] = []
    }

    private struct State {
        var flights: [Key: Flight] = [:]
        var waiting = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// How many wait.
    var waitingCount: Int { state.withLock(\.waiting) }

    /// Joins a flight, or begins one by calling `begin`; nil where too many wait already, or the node stops.
    func join(_ key: Key, begin: @Sendable () -> Void) async -> (landing: Landing, isLeader: Bool)? {
        let (landing, isLeader): (Landing?, Bool) = await withCheckedContinuation { continuation in
            let isFirst = state.withLock { state -> Bool? in
                guard !state.isClosed, state.waiting < limit else { return nil }
                state.waiting += 1
                let isFirst = state.flights[key] == nil
                state.flights[key, default: Flight()].waiting.append((continuation, isFirst))
                return isFirst
            }
            switch isFirst {
            case true: begin()
            case false: break
            default: continuation.resume(returning: (nil, false))
            }
        }
        return landing.map { ($0, isLeader) }
    }

    /// Ends a flight for all who wait.
    func land(_ key: Key, _ landing: Landing) {
        let waiting = state.withLock { state in
            let waiting = state.flights.removeValue(forKey: key)?.waiting ?? []
            state.waiting -= waiting.count
            return waiting
        }
        for (continuation, isLeader) in waiting { continuation.resume(returning: (landing, isLeader)) }
    }

    /// Ends all flights: the node stops.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            let waiting = state.flights.values.flatMap(\.waiting)
            state.flights = [:]
            state.waiting = 0
            return waiting
        }
        for (continuation, _) in waiting { continuation.resume(returning: (nil, false)) }
    }
}
