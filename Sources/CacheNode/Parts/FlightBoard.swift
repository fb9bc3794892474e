import CacheCore

/// Which questions to GitHub are under way and who waits for each, as a value: it decides, and whoever holds it acts.
///
/// A flight is one question for all who ask the same. Someone leads it, that is, GitHub is asked on its behalf. What
/// concerns the leader alone, such as a refusal, is not the others' answer: the next of them leads then, one at a time;
/// after a few of those each asks for itself.
struct FlightBoard<Seat: Sendable>: Sendable {
    /// What makes two questions one flight: the key, and on whose behalf GitHub is asked; nil where that makes no
    /// difference.
    struct Key: Hashable, Sendable {
        let key: ResourceKey
        let credential: CredentialID?
        /// What had happened when a query was asked: one that is asked later does not join it.
        var asked: UInt64 = 0
    }

    /// One flight: of two that ask the same, the later may begin before the earlier has landed.
    struct ID: Hashable, Sendable {
        let key: Key
        let number: Int
    }

    /// Who takes part in a flight.
    struct Passenger: Sendable {
        let credential: CredentialID
        /// Whether it is the freshness machine, for which nobody waits.
        let isMachine: Bool
        /// Whether it is in no hurry and may not spend what belongs to readers: the machine, and who prewarms.
        let isBackground: Bool
        var isLeader: Bool
        let seat: Seat
    }

    /// Whom an outcome concerns.
    enum Reach: Hashable, Sendable {
        /// All: it would have been the same for each.
        case everyone
        /// Those who ask as the leader did; one of the others may fare better.
        case likes
        /// Those who ask as the leader did; none of the others can be spared its own question.
        case likesOnly
        /// The machine, and who prewarms: what they may not spend, readers may.
        case machine
    }

    /// How somebody came aboard.
    enum Boarding: Hashable, Sendable {
        /// It asks.
        case leads(ID)
        /// It waits for what another asked; `isLate` where that one is in no hurry, and nobody has hurried it yet.
        case follows(ID, isLate: Bool)
        /// The machine takes part already, or a flight that nobody need join is under way.
        case needless
        /// Too many wait, or all is over.
        case refused
    }

    /// What an outcome does.
    struct Arrival: Sendable {
        /// Those who have their answer.
        var served: [Passenger] = []
        /// Those who are to ask for themselves.
        var parted: [Passenger] = []
        /// Who asks now, for itself and all who still wait.
        var next: (id: ID, passenger: Passenger)?
    }

    private struct Flight: Sendable {
        var passengers: [Int: Passenger] = [:]
        /// How many have led it.
        var leaders = 1
        var hasMachine = false
        var isLedInBackground: Bool
    }

    private let limit: Int
    private let mostLeaders: Int
    private var flights: [ID: Flight] = [:]
    /// The flights that may still be joined.
    private var boarding: [Key: ID] = [:]
    private var flightsByTicket: [Int: ID] = [:]
    private var nextNumber = 0
    private var isClosed = false

    /// An empty board.
    ///
    /// - Parameters:
    ///   - limit: How many may wait in all.
    ///   - mostLeaders: How many lead one flight, one after the other, before each asks for itself.
    init(limit: Int, mostLeaders: Int) {
        self.limit = limit
        self.mostLeaders = mostLeaders
    }

    var waitingCount: Int { flightsByTicket.count }

    func isFlying(_ id: ID) -> Bool { flights[id] != nil }
}

extension FlightBoard {
    /// A number that no passenger has.
    mutating func nextTicket() -> Int {
        nextNumber += 1
        return nextNumber
    }

    /// Takes somebody aboard who waits.
    mutating func board(
        _ key: Key,
        ticket: Int,
        as credential: CredentialID,
        isBackground: Bool = false,
        _ seat: Seat
    ) -> Boarding {
        guard !isClosed, flightsByTicket.count < limit else { return .refused }
        return enter(
            key,
            ticket: ticket,
            Passenger(
                credential: credential,
                isMachine: false,
                isBackground: isBackground,
                isLeader: false,
                seat: seat
            )
        )
    }

    /// Takes the machine aboard, once for each flight.
    mutating func enlist(_ key: Key, as credential: CredentialID, _ seat: Seat) -> Boarding {
        guard !isClosed else { return .refused }
        if let id = boarding[key], flights[id]?.hasMachine == true { return .needless }
        let machine = Passenger(
            credential: credential,
            isMachine: true,
            isBackground: true,
            isLeader: false,
            seat: seat
        )
        return enter(key, ticket: nextTicket(), machine)
    }

    /// Begins a flight that nobody waits for, unless one is under way or there are as many as may wait.
    mutating func launch(_ key: Key) -> Boarding {
        guard boarding[key] == nil else { return .needless }
        guard !isClosed, flights.count < limit else { return .refused }
        let id = begin(key, isLedInBackground: false)
        return .leads(id)
    }

    private mutating func begin(_ key: Key, isLedInBackground: Bool) -> ID {
        nextNumber += 1
        let id = ID(key: key, number: nextNumber)
        boarding[key] = id
        flights[id] = Flight(isLedInBackground: isLedInBackground)
        return id
    }

    private mutating func enter(_ key: Key, ticket: Int, _ passenger: Passenger) -> Boarding {
        var passenger = passenger
        let known = boarding[key]
        passenger.isLeader = known == nil
        let id = known ?? begin(key, isLedInBackground: passenger.isBackground)
        flights[id]?.passengers[ticket] = passenger
        if passenger.isMachine { flights[id]?.hasMachine = true }
        // The machine does not count: it takes part once for each flight.
        if !passenger.isMachine { flightsByTicket[ticket] = id }
        guard known != nil else { return .leads(id) }
        let isLate = !passenger.isBackground && flights[id]?.isLedInBackground == true
        if isLate { flights[id]?.isLedInBackground = false }
        return .follows(id, isLate: isLate)
    }

    /// Lets somebody go who waits no longer; the flight goes on.
    mutating func leave(_ ticket: Int) -> Passenger? {
        guard let id = flightsByTicket.removeValue(forKey: ticket) else { return nil }
        return flights[id]?.passengers.removeValue(forKey: ticket)
    }

    /// Lets nobody join the flights of some keys any more; those who wait for them still do.
    mutating func seal(_ isWrong: (Key) -> Bool) {
        for key in boarding.keys where isWrong(key) { boarding[key] = nil }
    }

    /// Takes in what came of a question that was asked on behalf of a credential, or of the machine.
    mutating func land(_ id: ID, _ reach: Reach, by credential: CredentialID, isMachine: Bool) -> Arrival {
        guard var flight = flights[id] else { return Arrival() }
        var arrival = Arrival()
        var left: [Int: Passenger] = [:]
        for (ticket, passenger) in flight.passengers {
            let isServed =
                switch reach {
                case .everyone: true
                case .likes, .likesOnly: passenger.credential == credential
                case .machine: passenger.isBackground
                }
            if isServed {
                arrival.served.append(passenger)
                flightsByTicket[ticket] = nil
            } else {
                left[ticket] = passenger
            }
        }
        // Who is in the background is in no hurry.
        guard let ticket = left.filter({ !$0.value.isBackground }).keys.min() ?? left.keys.first else {
            close(id)
            return arrival
        }
        if reach == .likesOnly || flight.leaders >= mostLeaders {
            arrival.parted = left.sorted { $0.key < $1.key }.map(\.value)
            for ticket in left.keys { flightsByTicket[ticket] = nil }
            close(id)
            return arrival
        }
        left[ticket]?.isLeader = true
        flight.passengers = left
        flight.leaders += 1
        flight.hasMachine = left.values.contains(where: \.isMachine)
        flight.isLedInBackground = left[ticket]?.isBackground == true
        flights[id] = flight
        arrival.next = left[ticket].map { (id, $0) }
        return arrival
    }

    private mutating func close(_ id: ID) {
        flights[id] = nil
        if boarding[id.key] == id { boarding[id.key] = nil }
    }

    /// Ends everything, and gives who waits.
    mutating func close() -> [Passenger] {
        isClosed = true
        let waiting = flights.values.flatMap(\.passengers.values)
        flights = [:]
        boarding = [:]
        flightsByTicket = [:]
        return waiting
    }
}
