import CacheCore
import GitHubCore
import Testing

@testable import CacheNode

@Suite struct FlightBoardTests {
    private typealias Board = FlightBoard<Int>

    private static let runs = ResourceKey(Representation(Resource("/repos/o/r/actions/runs")!), audience: .public)
    private static let key = Board.Key(key: runs, credential: nil)
    private let one = CredentialID("one")
    private let two = CredentialID("two")
    private let three = CredentialID("three")

    private func board(limit: Int = 100, mostLeaders: Int = 3) -> Board {
        Board(limit: limit, mostLeaders: mostLeaders)
    }

    /// Takes a passenger aboard whose seat is its ticket.
    @discardableResult
    private func enter(_ board: inout Board, _ credential: CredentialID) -> (ticket: Int, boarding: Board.Boarding) {
        let ticket = board.nextTicket()
        return (ticket, board.board(Self.key, ticket: ticket, as: credential, ticket))
    }

    private func id(_ boarding: Board.Boarding) throws -> Board.ID {
        switch boarding {
        case .leads(let id), .follows(let id, _): return id
        case .needless, .refused: throw Missing()
        }
    }

    private struct Missing: Error {}

    @Test func theFirstAsksForAll() throws {
        var board = board()
        let first = enter(&board, one)
        let id = try id(first.boarding)
        #expect(first.boarding == .leads(id))
        for credential in [two, three, one] {
            #expect(enter(&board, credential).boarding == .follows(id, isLate: false))
        }
        let arrival = board.land(id, .everyone, by: one, isMachine: false)
        #expect(arrival.served.count == 4)
        #expect(arrival.served.filter(\.isLeader).map(\.seat) == [first.ticket])
        #expect(arrival.parted.isEmpty && arrival.next == nil)
        #expect(board.waitingCount == 0 && !board.isFlying(id))
        // Who comes now begins another.
        guard case .leads(let next) = enter(&board, two).boarding else { throw Missing() }
        #expect(next != id)
    }

    @Test func whatConcernsTheLeaderLetsOneOtherLead() throws {
        var board = board()
        let id = try id(enter(&board, one).boarding)
        enter(&board, one)
        let second = enter(&board, two)
        enter(&board, three)
        let refused = board.land(id, .likes, by: one, isMachine: false)
        #expect(refused.served.count == 2)
        #expect(refused.parted.isEmpty)
        #expect(refused.next?.passenger.seat == second.ticket && refused.next?.id == id)
        let arrival = board.land(id, .everyone, by: two, isMachine: false)
        #expect(arrival.served.count == 2)
        #expect(arrival.served.filter(\.isLeader).map(\.seat) == [second.ticket])
    }

    @Test func aReaderDoesNotWaitForWhoIsInNoHurryAndIsNotRefusedWithIt() throws {
        var board = board()
        let ticket = board.nextTicket()
        let boarding = board.board(Self.key, ticket: ticket, as: one, isBackground: true, ticket)
        let id = try id(boarding)
        #expect(boarding == .leads(id))
        #expect(enter(&board, one).boarding == .follows(id, isLate: true))
        #expect(enter(&board, two).boarding == .follows(id, isLate: false))
        // What it may not spend, they may.
        let refused = board.land(id, .machine, by: one, isMachine: false)
        #expect(refused.served.map(\.seat) == [ticket])
        #expect(refused.next != nil)
        #expect(board.land(id, .everyone, by: one, isMachine: false).served.count == 2)
    }

    @Test func afterSomeLeadersEachAsksForItself() throws {
        var board = board(mostLeaders: 2)
        let credentials = (0..<9).map { CredentialID("\($0)") }
        let id = try id(enter(&board, credentials[0]).boarding)
        for credential in credentials.dropFirst() { enter(&board, credential) }
        #expect(board.land(id, .likes, by: credentials[0], isMachine: false).next != nil)
        let last = board.land(id, .likes, by: credentials[1], isMachine: false)
        #expect(last.served.count == 1 && last.next == nil)
        #expect(last.parted.map(\.credential) == Array(credentials[2...]))
        #expect(board.waitingCount == 0 && !board.isFlying(id))
    }

    @Test func whatTurnsOutNotToBeForAllPartsThem() throws {
        var board = board()
        let id = try id(enter(&board, one).boarding)
        enter(&board, two)
        enter(&board, three)
        let arrival = board.land(id, .likesOnly, by: one, isMachine: false)
        #expect(arrival.served.map(\.credential) == [one])
        #expect(Set(arrival.parted.map(\.credential)) == [two, three])
        #expect(arrival.next == nil)
    }

    @Test func whoLeavesDoesNotEndTheFlight() throws {
        var board = board(limit: 2)
        let leader = enter(&board, one)
        let id = try id(leader.boarding)
        enter(&board, two)
        #expect(enter(&board, three).boarding == .refused)
        #expect(board.leave(leader.ticket)?.seat == leader.ticket)
        #expect(board.leave(leader.ticket) == nil)
        // Its place is free, and the question is still out.
        #expect(enter(&board, three).boarding == .follows(id, isLate: false))
        #expect(board.land(id, .everyone, by: one, isMachine: false).served.count == 2)
    }

    @Test func aFlightThatAllHaveLeftIsJoinedAgain() throws {
        var board = board()
        let leader = enter(&board, one)
        _ = board.leave(leader.ticket)
        let id = try id(leader.boarding)
        #expect(board.isFlying(id) && board.waitingCount == 0)
        #expect(enter(&board, two).boarding == .follows(id, isLate: false))
    }

    @Test func nobodyJoinsASealedFlight() throws {
        var board = board()
        let first = try id(enter(&board, one).boarding)
        board.seal { $0 == Self.key }
        let second = try id(enter(&board, two).boarding)
        #expect(first != second)
        // The earlier one's landing leaves the later one alone.
        #expect(board.land(first, .everyone, by: one, isMachine: false).served.map(\.credential) == [one])
        #expect(enter(&board, three).boarding == .follows(second, isLate: false))
        #expect(board.land(second, .everyone, by: two, isMachine: false).served.count == 2)
    }

    @Test func theMachineTakesPartOnceAndCountsForNothing() throws {
        var board = board(limit: 1)
        guard case .leads(let id) = board.enlist(Self.key, as: one, 0) else { throw Missing() }
        #expect(board.enlist(Self.key, as: one, 0) == .needless)
        #expect(board.launch(Self.key) == .needless)
        #expect(board.waitingCount == 0)
        // The first reader is told that nobody has hurried the machine yet.
        #expect(enter(&board, one).boarding == .follows(id, isLate: true))
        let arrival = board.land(id, .everyone, by: one, isMachine: true)
        #expect(arrival.served.count == 2 && arrival.served.contains { $0.isMachine })
    }

    @Test func thereIsAMostOfFlightsThatNobodyWaitsFor() throws {
        var board = board(limit: 2)
        let keys = try ["/1", "/2", "/3"].map { number in
            let resource = try #require(Resource("/repos/o/r/actions/runs\(number)"))
            return Board.Key(key: ResourceKey(Representation(resource), audience: .public), credential: nil)
        }
        let first = try id(board.launch(keys[0]))
        #expect(board.launch(keys[0]) == .needless)
        _ = try id(board.launch(keys[1]))
        #expect(board.launch(keys[2]) == .refused)
        _ = board.land(first, .everyone, by: one, isMachine: false)
        _ = try id(board.launch(keys[2]))
    }

    @Test func onlyOneReaderHurriesTheMachine() throws {
        var board = board()
        guard case .leads(let id) = board.enlist(Self.key, as: one, 0) else { throw Missing() }
        #expect(enter(&board, one).boarding == .follows(id, isLate: true))
        #expect(enter(&board, two).boarding == .follows(id, isLate: false))
    }

    @Test func whatTheMachineMayNotSpendReadersMay() throws {
        var board = board()
        guard case .leads(let id) = board.enlist(Self.key, as: one, 0) else { throw Missing() }
        let reader = enter(&board, one)
        let arrival = board.land(id, .machine, by: one, isMachine: true)
        #expect(arrival.served.allSatisfy(\.isMachine) && arrival.served.count == 1)
        #expect(arrival.next?.passenger.seat == reader.ticket)
        #expect(board.land(id, .everyone, by: one, isMachine: false).served.map(\.seat) == [reader.ticket])
    }

    @Test func readersLeadBeforeTheMachineDoes() throws {
        var board = board()
        let id = try id(enter(&board, one).boarding)
        #expect(board.enlist(Self.key, as: two, -1) == .follows(id, isLate: false))
        let reader = enter(&board, three)
        let refused = board.land(id, .likes, by: one, isMachine: false)
        #expect(refused.next?.passenger.seat == reader.ticket)
        let last = board.land(id, .likes, by: three, isMachine: false)
        #expect(last.next?.passenger.isMachine == true)
    }

    @Test func anAnswerThatComesLateFindsNobody() throws {
        var board = board()
        let id = try id(enter(&board, one).boarding)
        _ = board.land(id, .everyone, by: one, isMachine: false)
        let late = board.land(id, .everyone, by: one, isMachine: true)
        #expect(late.served.isEmpty && late.parted.isEmpty && late.next == nil)
    }

    @Test func closingEndsEveryWait() {
        var board = board()
        for credential in [one, two, three] { enter(&board, credential) }
        #expect(board.close().count == 3)
        #expect(enter(&board, one).boarding == .refused)
        #expect(board.enlist(Self.key, as: one, 0) == .refused)
        #expect(board.launch(Self.key) == .refused)
    }

    /// Whatever happens in whatever order, each who waits gets exactly one end, and no more ask than were told to.
    @Test(arguments: 0..<200)
    func eachWaitEndsOnce(seed: Int) {
        var random = Numbers(seed: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        var board = board(limit: 40, mostLeaders: 1 + Int(random.next() % 4))
        var ends: [Int: Int] = [:]
        var waiting: Set<Int> = []
        /// Questions that are out: whose, and in which flight.
        var out: [(id: Board.ID, credential: CredentialID, isMachine: Bool)] = []
        for _ in 0..<300 {
            switch random.next() % 8 {
            case 0...3:
                let credential = CredentialID("\(random.next() % 5)")
                let (ticket, boarding) = enter(&board, credential)
                if case .leads(let id) = boarding { out.append((id, credential, false)) }
                if boarding == .refused { #expect(board.waitingCount == 40) } else { waiting.insert(ticket) }
            case 4:
                if case .leads(let id) = board.enlist(Self.key, as: one, -1) { out.append((id, one, true)) }
            case 5:
                guard let ticket = waiting.min(), board.leave(ticket) != nil else { continue }
                ends[ticket, default: 0] += 1
                waiting.remove(ticket)
            case 6 where random.next() % 4 == 0:
                board.seal { _ in true }
            default:
                guard !out.isEmpty else { continue }
                let question = out.remove(at: Int(random.next() % UInt64(out.count)))
                let reaches: [Board.Reach] = [.everyone, .likes, .likesOnly, question.isMachine ? .machine : .likes]
                let reach = reaches[Int(random.next() % 4)]
                let arrival = board.land(question.id, reach, by: question.credential, isMachine: question.isMachine)
                for passenger in arrival.served + arrival.parted where !passenger.isMachine {
                    ends[passenger.seat, default: 0] += 1
                    waiting.remove(passenger.seat)
                }
                if let (id, passenger) = arrival.next { out.append((id, passenger.credential, passenger.isMachine)) }
            }
            #expect(board.waitingCount == waiting.count)
        }
        // Everything that is out comes back at last, and then nobody waits.
        while let question = out.popLast() {
            let arrival = board.land(question.id, .everyone, by: question.credential, isMachine: question.isMachine)
            for passenger in arrival.served where !passenger.isMachine {
                ends[passenger.seat, default: 0] += 1
                waiting.remove(passenger.seat)
            }
        }
        #expect(waiting.isEmpty && board.waitingCount == 0)
        #expect(ends.values.allSatisfy { $0 == 1 })
    }

    /// A small generator, the same for the same seed (xorshift).
    private struct Numbers {
        var seed: UInt64
        mutating func next() -> UInt64 {
            seed ^= seed << 13
            seed ^= seed >> 7
            seed ^= seed << 17
            return seed >> 3
        }
    }
}
