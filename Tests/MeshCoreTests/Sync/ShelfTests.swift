import CacheCore
import GitHubCore
@testable import MeshCore
import Multiformats
import Testing

@Suite struct ShelfTests {
    private func entries(_ ids: some Sequence<Int>, at moment: Timestamp = Sample.now) throws -> [Entry] {
        try ids.map { id in
            try Sample.entry(
                "/repos/octo/hello/actions/runs/\(id)",
                body: Sample.run(Int64(id)),
                validatedAt: moment
            )
        }
    }

    private func shelf(_ entries: [Entry], states: [ObjectState] = []) throws -> Sync.Shelf {
        Sync.Shelf(try Sample.repository(), topic: "t", entries: entries, states: states, now: Sample.now)
    }

    /// What an asking side gets of a giving one, over both messages.
    private func lacking(_ asking: Sync.Shelf, _ giving: Sync.Shelf) throws -> [Sync.Item]? {
        guard let difference = giving.difference(from: asking.summary, at: 3) else { return nil }
        #expect(difference.shelf == 3)
        guard !difference.digests.isEmpty else { return giving.items }
        let holding = asking.holding(where: difference)
        return giving.lacking(in: holding, ranges: difference.digests.count)
    }

    private func paths(_ items: [Sync.Item]?) -> [String]? {
        items?.compactMap { item in
            if case .entry(let entry) = item.subject { entry.key.resource.path } else { nil }
        }.sorted()
    }

    @Test func equalShelvesDoNotDifferInWhateverOrder() throws {
        let entries = try self.entries(1...50)
        #expect(try self.lacking(self.shelf(entries), self.shelf(entries.reversed())) == nil)
    }

    @Test func anEmptyShelfGetsEverythingUnasked() throws {
        let giving = try self.shelf(self.entries(1...50))
        #expect(giving.difference(from: try self.shelf([]).summary, at: 0)?.digests.isEmpty == true)
        #expect(try self.lacking(self.shelf([]), giving)?.count == 50)
    }

    @Test func whatIsMissingOrNewerIsFoundAndNothingElse() throws {
        let old = try self.entries(1...500, at: Sample.now.advanced(bySeconds: -60))
        let newer = try self.entries([7, 300])
        let giving = try self.shelf(
            old.filter { !["7", "300"].contains($0.key.resource.path.split(separator: "/").last) } + newer
        )
        let asking = try self.shelf(Array(old.dropLast(3)))
        let expected = [7, 300, 498, 499, 500].map { "/repos/octo/hello/actions/runs/\($0)" }.sorted()
        #expect(try self.paths(self.lacking(asking, giving)) == expected)
        // The other way round there is nothing to give.
        #expect(try self.lacking(giving, asking)?.isEmpty == true)
    }

    @Test func onlyTheRangesThatDifferAreTold() throws {
        let entries = try self.entries(1...2000)
        let asking = try self.shelf(Array(entries.dropLast()))
        let difference = try #require(try self.shelf(entries).difference(from: asking.summary, at: 0))
        let holding = asking.holding(where: difference)
        #expect(holding.ranges.count == 1)
        #expect(holding.items.count < 30)
    }

    @Test func anotherBodyOfTheSameMomentIsNoNewerOne() throws {
        let one = try Sample.entry("/repos/octo/hello/actions/runs/7", body: Sample.run(7))
        let other = try Sample.entry("/repos/octo/hello/actions/runs/7", body: Sample.run(8))
        #expect(try self.lacking(self.shelf([one]), self.shelf([other]))?.isEmpty == true)
    }

    private func state(_ id: Int64, _ body: Body, secondsAgo: Int = 0) throws -> ObjectState {
        ObjectState(
            id: ObjectID(repository: try Sample.repository(), kind: .run, id: id),
            version: .run(RunVersion(attempt: 1, isCompleted: false, updatedAt: Sample.now, deliveredAt: nil)),
            cid: body.cid,
            authority: .webhook,
            seenAt: Sample.now.advanced(bySeconds: -secondsAgo),
            runID: id,
            status: "queued",
            labels: [],
            isPrivate: false
        )
    }

    @Test func statesAreGivenWhereTheirBodyIsAnotherAndNotWhenTheyAreOld() throws {
        let entry = try self.entries([1])
        let asking = try self.shelf(entry, states: [self.state(7, Sample.run(7), secondsAgo: 5)])
        #expect(try self.lacking(asking, self.shelf(entry, states: [self.state(7, Sample.run(7))])) == nil)
        #expect(try self.lacking(asking, self.shelf(entry, states: [self.state(7, Sample.run(8))]))?.count == 1)
        let long = Limits.syncedStateSeconds + 1
        #expect(try self.shelf([], states: [self.state(7, Sample.run(8), secondsAgo: long)]).items.isEmpty)
    }

    @Test func theNewestGoesFirstObjectsBeforeListsAndAStateRightBeforeItsObject() throws {
        let list = try Sync.Item(Sample.entry())
        let old = try Sync.Item(self.entries([1], at: Sample.now.advanced(bySeconds: -9))[0])
        let new = try Sync.Item(self.entries([2])[0])
        let state = try Sync.Item(self.state(1, Sample.run(1)))
        let alone = try Sync.Item(self.state(9, Sample.run(9), secondsAgo: 60))
        let ordered = Sync.ordered([list, old, state, new, alone])
        #expect(ordered.map(\.id) == [alone, new, state, old, list].map(\.id))
    }

    @Test func everyIDLiesInOneRange() {
        for count in [1, 2, 64, 1024] {
            #expect(Sync.range(of: 0, among: count) == 0)
            #expect(Sync.range(of: .max, among: count) == count - 1)
        }
    }
}
