import CacheCore
import Synchronization

/// One question to GitHub for all who ask the same at the same time, parted by whose question it is.
///
/// The rules are those of ``FlightBoard``; here people wait. A question once asked is not taken back: who does not wait
/// for its answer any more leaves at once, and the answer is stored all the same.
final class Flights: Sendable {
    typealias Board = FlightBoard<Seat>
    typealias Key = Board.Key
    typealias ID = Board.ID

    /// What came of a flight.
    enum Landing: Sendable {
        /// An entry, as stored or not, with its body.
        case answer(Entry, Body, isStored: Bool, status: Int?)
        /// GitHub gave no usable answer.
        case failure(OriginFailure)
    }

    /// How a wait ended.
    enum End: Sendable {
        /// With what came of the flight; `isLeader` where GitHub was asked on this one's behalf.
        case landed(Landing, isLeader: Bool)
        /// Nobody can ask for this one but itself.
        case parted
        /// Too many wait already, or the node stops.
        case crowded
        /// The one who waited gave up.
        case cancelled
    }

    /// Asks GitHub, for a flight; `isLate` where another asked already, and took its time.
    typealias Question = @Sendable (_ id: ID, _ isLate: Bool) -> Void

    /// Where somebody waits, and what it would ask.
    struct Seat: Sendable {
        /// Nil for the machine.
        let continuation: CheckedContinuation<End, Never>?
        let ask: Question
    }

    private let board: Mutex<Board>

    init(limit: Int, mostLeaders: Int) {
        board = Mutex(Board(limit: limit, mostLeaders: mostLeaders))
    }

    /// How many wait.
    var waitingCount: Int { board.withLock(\.waitingCount) }

    /// Whether the answer to a flight's question is still waited for.
    func isFlying(_ id: ID) -> Bool { board.withLock { $0.isFlying(id) } }

    /// Joins a flight, or begins one by asking, and waits for its end.
    func join(
        _ key: Key,
        as credential: CredentialID,
        isBackground: Bool = false,
        ask: @escaping Question
    ) async -> End {
        let ticket = board.withLock { $0.nextTicket() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(returning: .cancelled) }
                let seat = Seat(continuation: continuation, ask: ask)
                let boarding = board.withLock {
                    $0.board(key, ticket: ticket, as: credential, isBackground: isBackground, seat)
                }
                switch boarding {
                case .leads(let id): ask(id, false)
                case .follows(let id, isLate: true): ask(id, true)
                case .follows: break
                case .needless, .refused: continuation.resume(returning: .crowded)
                }
                // It may have been cancelled before it could be found by its ticket.
                if Task.isCancelled { leave(ticket) }
            }
        } onCancel: {
            leave(ticket)
        }
    }

    private func leave(_ ticket: Int) {
        let passenger = board.withLock { $0.leave(ticket) }
        passenger?.seat.continuation?.resume(returning: .cancelled)
    }

    /// Begins a flight for the machine, or lets it take part in one; nobody waits for it.
    func enlist(_ key: Key, as credential: CredentialID, ask: @escaping Question) {
        let seat = Seat(continuation: nil, ask: ask)
        if case .leads(let id) = board.withLock({ $0.enlist(key, as: credential, seat) }) { ask(id, false) }
    }

    /// Begins a flight that nobody waits for, unless one is under way.
    func launch(_ key: Key, ask: Question) {
        if case .leads(let id) = board.withLock({ $0.launch(key) }) { ask(id, false) }
    }

    /// Lets nobody join the flights of some keys any more; those who wait for them still do.
    func seal(_ isWrong: (Key) -> Bool) {
        board.withLock { $0.seal(isWrong) }
    }

    /// What the machine learns of an outcome.
    enum News: Hashable, Sendable {
        /// It took part, and this is its outcome.
        case landed
        /// It took part, and gets nothing of this.
        case parted
    }

    /// Ends a flight for those whom an outcome concerns, and has the next one ask; tells what the machine has of it.
    func land(
        _ id: ID,
        _ landing: Landing,
        by credential: CredentialID,
        isMachine: Bool,
        isBackground: Bool = false
    ) -> News? {
        let reach = landing.reach(in: id.key, isBackground: isMachine || isBackground)
        let arrival = board.withLock { $0.land(id, reach, by: credential, isMachine: isMachine) }
        for passenger in arrival.served {
            passenger.seat.continuation?.resume(returning: .landed(landing, isLeader: passenger.isLeader))
        }
        for passenger in arrival.parted { passenger.seat.continuation?.resume(returning: .parted) }
        if let (id, passenger) = arrival.next { passenger.seat.ask(id, false) }
        if arrival.served.contains(where: \.isMachine) { return .landed }
        return arrival.parted.contains(where: \.isMachine) ? .parted : nil
    }

    /// Ends all flights: the node stops.
    func close() {
        for passenger in board.withLock({ $0.close() }) { passenger.seat.continuation?.resume(returning: .crowded) }
    }
}

extension Flights.Landing {
    /// Whom an outcome concerns.
    func reach(in key: Flights.Key, isBackground: Bool) -> Flights.Board.Reach {
        switch self {
        case .failure(.reserved) where isBackground, .failure(.limited) where isBackground:
            // Background work leaves the rest of the quota, and most of the pace, to readers.
            .machine
        case .failure(.reserved), .failure(.limited), .failure(.noCredential),
            .failure(.noAccess):
            .likes
        case .failure(.unreachable), .failure(.timedOut), .failure(.unusable), .failure(.tooLarge):
            .everyone
        case .answer(let entry, _, _, _):
            // What GitHub refuses one credential it may grant another; what is not public each must prove.
            if entry.status != 200 { .likes } else if entry.key.audience == .public { .everyone } else { .likesOnly }
        }
    }
}
