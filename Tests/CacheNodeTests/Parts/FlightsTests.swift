import CacheCore
import GitHubCore
import Synchronization
import Testing

@testable import CacheNode

@Suite(.timeLimit(.minutes(1))) struct FlightsTests {
    private let key: Flights.Key
    private let flights = Flights(limit: 10, mostLeaders: 3)

    init() throws {
        let resource = try #require(Resource("/repos/o/r/actions/runs/7"))
        key = Flights.Key(key: ResourceKey(Representation(resource), audience: .public), credential: nil)
    }

    /// The flights that began, in order.
    private final class Begun: Sendable {
        let ids = Mutex<[Flights.ID]>([])
    }

    private let begun = Begun()

    /// Joins, and gives the words that the flight ends with.
    private func join() async -> String? {
        let end = await flights.join(key, as: .anonymous) { [begun] id, _ in begun.ids.withLock { $0.append(id) } }
        guard case .landed(.failure(.unreachable(let words)), _) = end else { return nil }
        return words
    }

    /// Until so many wait, and so many flights have begun.
    private func waiting(_ count: Int, begun flown: Int) async {
        while flights.waitingCount < count || begun.ids.withLock({ $0.count }) < flown { await Task.yield() }
    }

    @Test func ofTwoFlightsOfOneKeyEachLandsForItsOwn() async {
        let landed = await withTaskGroup(of: String?.self) { group in
            group.addTask { await join() }
            await waiting(1, begun: 1)
            group.addTask { await join() }
            await waiting(2, begun: 1)
            flights.seal { $0 == key }
            group.addTask { await join() }
            await waiting(3, begun: 2)
            let ids = begun.ids.withLock { $0 }
            #expect(ids.count == 2)
            // The later one may land first.
            for (id, words) in [(ids[1], "second"), (ids[0], "first")] {
                let news = flights.land(id, .failure(.unreachable(words)), by: .anonymous, isMachine: false)
                #expect(news == nil)
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(landed.compactMap(\.self).sorted() == ["first", "first", "second"])
        #expect(flights.waitingCount == 0)
    }

    @Test func whatIsNotSealedIsJoinedOn() async {
        await withTaskGroup(of: Void.self) { group in
            for count in 1...2 {
                group.addTask { _ = await join() }
                await waiting(count, begun: 1)
                flights.seal { _ in false }
            }
            flights.close()
        }
        #expect(begun.ids.withLock { $0.count } == 1)
    }
}
