import CacheCore
import Synchronization

/// One question to GitHub for all who ask the same at the same time, parted by whose question it is.
final class Flights: Sendable {
    /// What makes two reads one flight: the key, and on whose behalf GitHub is asked; nil where that makes no difference.
    struct Key: Hashable, Sendable {
        let key: ResourceKey
        let credential: CredentialID?
        /// What had happened when a query was asked: one that is asked later does not join it.
        var asked: UInt64 = 0
    }

    /// One flight: of two that ask the same, the later one may be on its way before the earlier one has landed.
    struct ID: Hashable, Sendable {
        let key: Key
        fileprivate let number: Int
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
        var flights: [ID: Flight] = [:]
        /// The flights that may still be joined.
        var boarding: [Key: ID] = [:]
        var nextNumber = 0
        var waiting = 0
        var isClosed = false

        /// The flight of a key, and whether it begins only now.
        mutating func board(_ key: Key) -> (id: ID, isFirst: Bool) {
            if let id = boarding[key] { return (id, false) }
            let id = ID(key: key, number: nextNumber)
            nextNumber += 1
            boarding[key] = id
            return (id, true)
        }
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// How many wait.
    var waitingCount: Int { state.withLock(\.waiting) }

    /// Joins a flight, or begins one by calling `begin`; nil where too many wait already, or the node stops.
    func join(_ key: Key, begin: @Sendable (ID) -> Void) async -> (landing: Landing, isLeader: Bool)? {
        let (landing, isLeader): (Landing?, Bool) = await withCheckedContinuation { continuation in
            let joined = state.withLock { state -> (id: ID, isFirst: Bool)? in
                guard !state.isClosed, state.waiting < limit else { return nil }
                state.waiting += 1
                let (id, isFirst) = state.board(key)
                state.flights[id, default: Flight()].waiting.append((continuation, isFirst))
                return (id, isFirst)
            }
            switch joined {
            case (let id, true)?: begin(id)
            case (_, false)?: break
            case nil: continuation.resume(returning: (nil, false))
            }
        }
        return landing.map { ($0, isLeader) }
    }

    /// Lets nobody join the flights of these keys any more; those who wait for them still do.
    func seal(_ isWrong: (Key) -> Bool) {
        state.withLock { state in
            for key in state.boarding.keys where isWrong(key) { state.boarding[key] = nil }
        }
    }

    /// Ends a flight for all who wait.
    func land(_ id: ID, _ landing: Landing) {
        let waiting = state.withLock { state in
            let waiting = state.flights.removeValue(forKey: id)?.waiting ?? []
            if state.boarding[id.key] == id { state.boarding[id.key] = nil }
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
            state.boarding = [:]
            state.waiting = 0
            return waiting
        }
        for (continuation, _) in waiting { continuation.resume(returning: (nil, false)) }
    }
}
