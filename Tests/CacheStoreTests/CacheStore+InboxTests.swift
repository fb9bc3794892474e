import CacheCore
import Foundation
import GRDB
import GitHubCore
import Testing

@testable import CacheStore

@Suite struct CacheStoreInboxTests {
    @Test func theSameDeliveryTwiceIsADuplicate() async throws {
        try await withStore { store async throws in
            guard case .accepted = try await store.insert(Fixture.delivery("a")) else {
                Issue.record("the first one is accepted")
                return
            }
            #expect(try await store.insert(Fixture.delivery("a")) == .duplicate)
            #expect(try await store.insert(Fixture.delivery("a", scope: "OCTOCAT/Hello-World")) == .duplicate)
            #expect(store.pendingCount == 1)
        }
    }

    @Test func theSameIdentifierUnderAnotherSecretIsAnotherDelivery() async throws {
        try await withStore { store async throws in
            let first = try await store.insert(Fixture.delivery("a"))
            let second = try await store.insert(Fixture.delivery("a", scope: "octocat"))
            #expect(first != .duplicate && second != .duplicate && first != second)
        }
    }

    @Test func aDeliveryThatIsDoneIsStillADuplicate() async throws {
        try await withStore { store async throws in
            let id = try #require(accepted(try await store.insert(Fixture.delivery("a"))))
            store.apply([], finishing: [id])
            #expect(store.pendingCount == 0)
            #expect(try await store.insert(Fixture.delivery("a")) == .duplicate)
        }
    }

    @Test func aDeliveryThatFailedIsTakenAgain() async throws {
        try await withStore { store async throws in
            let id = try #require(accepted(try await store.insert(Fixture.delivery("a"))))
            store.apply([], failing: [(id, "not a run")])
            let again = try #require(accepted(try await store.insert(Fixture.delivery("a"))))
            #expect(again > id)
            #expect(try await store.insert(Fixture.delivery("a")) == .duplicate)
            #expect(try await store.pending(after: nil, limit: 10).map(\.inboxID) == [again])
        }
    }

    @Test func pendingDeliveriesComeOldestFirstInPages() async throws {
        try await withStore { store async throws in
            let body = Array(String(repeating: #"{"a":1}"#, count: 500).utf8)
            for name in ["a", "b", "c"] { _ = try await store.insert(Fixture.delivery(name, body: body)) }
            let first = try await store.pending(after: nil, limit: 2)
            #expect(first.map(\.delivery.id.text) == ["a", "b"])
            #expect(first.first?.delivery.body == body)
            #expect(first.first?.delivery.hookID == 7)
            #expect(first.first?.delivery.receivedAt == Fixture.start)
            let rest = try await store.pending(after: first.last?.inboxID, limit: 2)
            #expect(rest.map(\.delivery.id.text) == ["c"])
            #expect(try await store.pending(after: rest.last?.inboxID, limit: 2).isEmpty)
        }
    }

    @Test func aPageOfLargeDeliveriesIsShort() async throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.replayBytes = 100
        try await withStore(configuration) { store async throws in
            for name in ["a", "b", "c"] {
                _ = try await store.insert(Fixture.delivery(name, body: Array(repeating: 0x20, count: 60)))
            }
            #expect(try await store.pending(after: nil, limit: 10).count == 2)
        }
    }

    @Test func deliveriesThatWaitTogetherShareATransaction() async throws {
        try await withDirectory { directory async throws in
            let store = try CacheStore(
                configuration: CacheStore.Configuration(directory: directory),
                logger: quiet,
                now: { Fixture.start }
            )
            let results = try await withThrowingTaskGroup(of: InboxResult.self) { group in
                for number in 0..<100 {
                    group.addTask { try await store.insert(Fixture.delivery("delivery-\(number)")) }
                }
                while store.statistics.waitingDeliveries < 100 { await Task.yield() }
                return try await running(store) {
                    var results: Set<InboxResult> = []
                    for _ in 0..<100 { results.insert(try #require(try await group.next())) }
                    #expect(store.statistics.commits == 1)
                    return results
                }
            }
            #expect(results.count == 100)
            #expect(store.statistics.acceptedDeliveries == 100)
        }
    }

    @Test func oneOfTwoDuplicatesInOneTransactionIsTaken() async throws {
        let store = try CacheStore(configuration: CacheStore.Configuration(), logger: quiet)
        try await withThrowingTaskGroup(of: InboxResult.self) { group in
            for _ in 0..<2 { group.addTask { try await store.insert(Fixture.delivery("a")) } }
            while store.statistics.waitingDeliveries < 2 { await Task.yield() }
            try await running(store) {
                var results: [InboxResult] = []
                while let result = try await group.next() { results.append(result) }
                #expect(results.count { $0 == .duplicate } == 1)
            }
        }
    }

    @Test func aFullInboxTakesNoMoreUntilOneIsDone() async throws {
        try await withStore(CacheStore.Configuration(maxInbox: 2)) { store async throws in
            let first = try #require(accepted(try await store.insert(Fixture.delivery("a"))))
            _ = try await store.insert(Fixture.delivery("b"))
            #expect(try await store.insert(Fixture.delivery("c")) == .full)
            store.apply([], finishing: [first])
            #expect(accepted(try await store.insert(Fixture.delivery("c"))) != nil)
        }
    }

    @Test func anInboxFullOfBytesTakesNoMoreUntilOneIsDone() async throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.inboxBytes = 1000
        try await withStore(configuration) { store async throws in
            let large = Fixture.delivery("a", body: Fixture.noise(1000))
            let first = try #require(accepted(try await store.insert(large)))
            #expect(try await store.insert(Fixture.delivery("b")) == .full)
            store.apply([], finishing: [first])
            #expect(accepted(try await store.insert(Fixture.delivery("b"))) != nil)
        }
    }

    @Test func aDeliveryOverTheLimitIsRefused() async throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.deliveryBytes = 10
        try await withStore(configuration) { store async throws in
            let error = await #expect(throws: StoreError.self) { try await store.insert(Fixture.delivery("a")) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test func acknowledgedDeliveriesSurviveACrash() async throws {
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                let done = try #require(accepted(try await store.insert(Fixture.delivery("done"))))
                let failed = try #require(accepted(try await store.insert(Fixture.delivery("failed"))))
                _ = try await store.insert(Fixture.delivery("open"))
                try await store.commit([Fixture.putRun(1)], finishing: [done], failing: [(failed, "no")])
                try await withDirectory { copy async throws in
                    try copyAsAfterACrash(from: directory, to: copy)
                    try await withStore(CacheStore.Configuration(directory: copy)) { revived async throws in
                        #expect(revived.pendingCount == 1)
                        #expect(try await revived.pending(after: nil, limit: 9).map(\.delivery.id.text) == ["open"])
                        #expect(try await revived.insert(Fixture.delivery("done")) == .duplicate)
                        #expect(try await revived.insert(Fixture.delivery("open")) == .duplicate)
                        #expect(accepted(try await revived.insert(Fixture.delivery("failed"))) != nil)
                        #expect(revived.peek(Fixture.runKey(1)) != nil)
                        #expect(try await revived.body(Fixture.body(1).cid) == Fixture.body(1))
                    }
                }
            }
        }
    }

    @Test func aDamagedDeliveryIsSetAsideAndTheOthersAreGiven() async throws {
        try await withStore { store async throws in
            _ = try await store.insert(Fixture.delivery("a", body: Fixture.body(1).bytes))
            _ = try await store.insert(Fixture.delivery("b"))
            try await store.database.connections.write { database in
                try database.execute(sql: "UPDATE inbox SET body = x'00' WHERE delivery = 'a'")
            }
            #expect(try await store.pending(after: nil, limit: 9).map(\.delivery.id.text) == ["b"])
            #expect(accepted(try await store.insert(Fixture.delivery("a"))) != nil)
        }
    }

    @Test func howOftenADeliveryWasBegunOutlivesACrash() async throws {
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                let ids = [
                    try #require(accepted(try await store.insert(Fixture.delivery("a")))),
                    try #require(accepted(try await store.insert(Fixture.delivery("b")))),
                ]
                try await store.begin(ids)
                try await store.begin([ids[1]])
                try await withDirectory { copy async throws in
                    try copyAsAfterACrash(from: directory, to: copy)
                    try await withStore(CacheStore.Configuration(directory: copy)) { revived async throws in
                        #expect(try await revived.pending(after: nil, limit: 9).map(\.attempts) == [1, 2])
                    }
                }
                // One that is given again is begun anew.
                store.apply([], failing: [(ids[1], "no")])
                _ = try await store.insert(Fixture.delivery("b"))
                #expect(try await store.pending(after: nil, limit: 9).map(\.attempts) == [1, 0])
            }
        }
    }

    @Test func whatIsSetAsideIsForgottenAfterItsTimeToo() async throws {
        let clock = HandClock()
        try await withStore(now: { clock.now }) { store async throws in
            let id = try #require(accepted(try await store.insert(Fixture.delivery("a"))))
            try await store.commit([], failing: [(id, "no")])
            clock.now = Fixture.start.advanced(bySeconds: 3 * 86_400 - 1)
            store.sweep()
            #expect(try await store.records(scopes: nil, failedOnly: true, limit: 9).map(\.reason) == ["no"])
            clock.now = Fixture.start.advanced(bySeconds: 3 * 86_400 + 1)
            store.sweep()
            #expect(try await store.records(scopes: nil, failedOnly: true, limit: 9).isEmpty)
        }
    }

    @Test func settledDeliveriesAreForgottenAfterTheirTime() async throws {
        let clock = HandClock()
        try await withStore(now: { clock.now }) { store async throws in
            let id = try #require(accepted(try await store.insert(Fixture.delivery("a"))))
            try await store.commit([], finishing: [id])
            clock.now = Fixture.start.advanced(bySeconds: 3 * 86_400 - 1)
            store.sweep()
            try await store.flush()
            #expect(try await store.insert(Fixture.delivery("a")) == .duplicate)
            clock.now = Fixture.start.advanced(bySeconds: 3 * 86_400 + 1)
            store.sweep()
            try await store.flush()
            #expect(accepted(try await store.insert(Fixture.delivery("a"))) != nil)
        }
    }

    @Test func noMoreSettledDeliveriesAreRememberedThanTheLimit() async throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.settledDeliveries = 2
        let clock = HandClock()
        try await withStore(configuration, now: { clock.now }) { store async throws in
            for name in ["a", "b", "c"] {
                let id = try #require(accepted(try await store.insert(Fixture.delivery(name))))
                clock.now = clock.now.advanced(bySeconds: 1)
                try await store.commit([], finishing: [id])
            }
            store.sweep()
            try await store.flush()
            #expect(accepted(try await store.insert(Fixture.delivery("a"))) != nil)
            #expect(try await store.insert(Fixture.delivery("c")) == .duplicate)
        }
    }
}

/// Copies the files as a crash would leave them: without closing, and with the log beside the file.
func copyAsAfterACrash(from directory: String, to copy: String) throws {
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    for suffix in ["", "-wal"] {
        let name = "/" + StoreDirectory.databaseName + suffix
        try FileManager.default.copyItem(atPath: directory + name, toPath: copy + name)
    }
}

func accepted(_ result: InboxResult) -> InboxID? {
    guard case .accepted(let id) = result else { return nil }
    return id
}
