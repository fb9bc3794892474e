import CacheCore
import GitHubCore
import Multiformats
import Testing

@testable import CacheStore

@Suite struct CacheStoreRecordsTests {
    private let hook = StoredHook(
        scope: .repository(Fixture.repository),
        hookID: nil,
        url: "https://example.org/webhook",
        secrets: HookSecrets("hush"),
        createdAt: Fixture.start
    )

    @Test func aHookSurvivesAnotherStartUntilItIsRemoved() async throws {
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                try await store.put(hook)
                try await store.put(
                    StoredHook(
                        scope: .owner("acme"),
                        hookID: 3,
                        url: "u",
                        secrets: HookSecrets("s"),
                        createdAt: Fixture.start
                    )
                )
            }
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                #expect(store.hooks().map(\.scope) == [.owner("acme"), hook.scope])
                #expect(store.hooks().last == hook)
                try await store.removeHook(.owner("ACME".lowercased()))
            }
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                #expect(store.hooks() == [hook])
            }
        }
    }

    @Test func whatWasReadOfALogSurvivesAnotherStart() async throws {
        let later = Fixture.start.advanced(bySeconds: 60)
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                #expect(store.log(.app) == nil)
                try await store.updateLog(.app) { $0.calls = 9 }
                #expect(store.log(.app) == nil)
                store.keepAppLog(since: Fixture.start)
                try await store.put(hook)
                for log in [DeliveryLog.app, .hook(hook.scope)] {
                    try await store.updateLog(log) { reading in
                        reading.settledThrough = later
                        reading.recovered += 2
                    }
                }
            }
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                store.keepAppLog(since: later)
                for log in [DeliveryLog.app, .hook(hook.scope)] {
                    let stored = try #require(store.log(log))
                    #expect(stored.log == log && stored.createdAt == Fixture.start)
                    #expect(stored.reading.settledThrough == later && stored.reading.recovered == 2)
                }
                // It is no hook, and no secret speaks for it.
                #expect(store.hooks().map(\.scope) == [hook.scope])
            }
        }
    }

    @Test func aHookOfAnotherNameTakesItsDeliveriesAlong() async throws {
        try await withDirectory { directory async throws in
            let scope = Scope.repository(try #require(RepositoryName("octocat/Renamed")))
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                try await store.put(hook)
                _ = try await store.insert(Fixture.delivery("a"))
                #expect(try await store.renameHook(of: hook.scope, to: scope))
                #expect(try await !store.renameHook(of: hook.scope, to: scope))
                #expect(try await store.insert(Fixture.delivery("a", scope: "octocat/renamed")) == .duplicate)
            }
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                #expect(store.hooks().map(\.scope) == [scope] && store.hooks().first?.secrets == hook.secrets)
                #expect(try await store.pending(after: nil, limit: 9).map(\.delivery.scope) == ["octocat/renamed"])
            }
        }
    }

    @Test(arguments: [(nil, true), (4, true), (5, false)] as [(Int64?, Bool)])
    func aHookThatHasTheNameAlreadyKeepsItsSecret(id: Int64?, isOne: Bool) async throws {
        try await withStore { store async throws in
            let scope = Scope.repository(try #require(RepositoryName("octocat/renamed")))
            var (old, new) = (hook, hook)
            old.hookID = id == nil ? nil : 4
            (new.scope, new.hookID, new.secrets) = (scope, id, HookSecrets("new"))
            try await store.put(old)
            try await store.put(new)
            #expect(try await store.renameHook(of: hook.scope, to: scope) == isOne)
            #expect(store.hook(of: scope) == new)
            #expect(store.hook(of: hook.scope) == (isOne ? nil : old))
        }
    }

    @Test func whatIsKnownOfPrewarmJobsSurvivesAnotherStart() async throws {
        var cost = PrewarmRecord.Cost()
        (cost.counted, cost.free, cost.refused) = (3, 2, 1)
        let runner = PeerID(publicKeyMessage: Array(repeating: 1, count: 60))
        let start = Fixture.start
        let idle = PrewarmRecord(name: "idle", job: CID(hashing: [1]), settledThrough: start)
        let broken = PrewarmRecord(
            name: "broken",
            job: CID(hashing: [2]),
            settledThrough: start,
            open: .init(
                slot: start.advanced(bySeconds: 60),
                since: start.advanced(bySeconds: 61),
                place: "o/r runs",
                resumesAt: start.advanced(bySeconds: 90)
            ),
            last: .init(startedAt: start, outcome: .stopped, reason: "reserve", cost: cost)
        )
        let elsewhere = PrewarmRecord(
            name: "elsewhere",
            job: CID(hashing: [3]),
            settledThrough: start,
            last: .init(startedAt: start, endedAt: start.advanced(bySeconds: 5), outcome: .done, runner: runner)
        )
        try await withDirectory { directory async throws in
            let configuration = CacheStore.Configuration(directory: directory)
            try await withStore(configuration) { store async throws in
                for record in [idle, broken, elsewhere] { store.put(record) }
                var changed = idle
                changed.settledThrough = start.advanced(bySeconds: 1)
                store.put(changed)
                store.put(idle)
            }
            try await withStore(configuration) { store async throws in
                #expect(store.prewarms() == [broken, elsewhere, idle])
                store.keepPrewarms(["idle", "other"])
                #expect(store.prewarms() == [idle])
            }
            try await withStore(configuration) { store async throws in #expect(store.prewarms() == [idle]) }
        }
    }

    @Test func aHookPutAgainTakesItsPlace() async throws {
        try await withStore { store async throws in
            try await store.put(hook)
            let known = StoredHook(
                scope: hook.scope,
                hookID: 5,
                url: hook.url,
                secrets: HookSecrets("new"),
                createdAt: hook.createdAt
            )
            try await store.put(known)
            #expect(store.hooks() == [known])
        }
    }

    @Test func aRotationSurvivesAnotherStart() async throws {
        try await withDirectory { directory async throws in
            let configuration = CacheStore.Configuration(directory: directory)
            try await withStore(configuration) { store async throws in
                try await store.put(hook)
                let changed = try await store.updateHook(hook.scope) { $0.secrets.offer("fresh") }
                #expect(changed?.secrets.step == .offered)
                let none = try await store.updateHook(.owner("nobody")) { $0.secrets.offer("fresh") }
                #expect(none == nil)
            }
            try await withStore(configuration) { store async throws in
                let known = try #require(store.hook(of: hook.scope))
                #expect(known.secrets == HookSecrets("hush", next: "fresh"))
                try await store.updateHook(hook.scope) { $0.secrets.changed(at: Fixture.start) }
            }
            try await withStore(configuration) { store async throws in
                let expected = HookSecrets("hush", next: "fresh", changedAt: Fixture.start)
                #expect(store.hook(of: hook.scope)?.secrets == expected)
                try await store.updateHook(hook.scope) { $0.secrets.retire() }
            }
            try await withStore(configuration) { store async throws in
                #expect(store.hook(of: hook.scope)?.secrets == HookSecrets("fresh"))
            }
        }
    }

    @Test func noDescriptionShowsTheSecret() {
        var dumped = ""
        dump(hook, to: &dumped)
        for text in ["\(hook)", String(reflecting: hook), "\([hook])", dumped] { #expect(!text.contains("hush")) }
    }

    @Test func theAddressBookIsBoundedAndLatestFirst() async throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.peers = 2
        try await withDirectory { directory async throws in
            configuration.directory = directory
            try await withStore(configuration) { store async throws in
                for number in [3, 1, 2] { store.setPeers([peer(number).peer: [peer(number)]]) }
                #expect(store.peers() == [peer(3), peer(2)])
            }
            try await withStore(configuration) { store async throws in
                #expect(store.peers() == [peer(3), peer(2)])
            }
        }
    }

    @Test func aPeersAddressesAreReplacedAsAWhole() async throws {
        var configuration = CacheStore.Configuration()
        try await withDirectory { directory async throws in
            configuration.directory = directory
            let (one, other) = (peer(1), peer(2))
            let moved = StoredPeer(
                peer: one.peer,
                address: "/dns4/example.com/tcp/1",
                lastSeen: Fixture.start,
                isReached: false,
                sequence: 7
            )
            try await withStore(configuration) { store async throws in
                store.setPeers([one.peer: [one], other.peer: [other]])
                try await store.flush()
                store.setPeers([one.peer: [moved]])
                #expect(Set(store.peers()) == [moved, other])
            }
            try await withStore(configuration) { store async throws in
                #expect(Set(store.peers()) == [moved, other])
                store.setPeers([other.peer: []])
                #expect(store.peers() == [moved])
            }
        }
    }

    private func peer(_ number: Int) -> StoredPeer {
        StoredPeer(
            peer: PeerID(publicKeyMessage: [UInt8](repeating: UInt8(number), count: 36)),
            address: "/ip4/127.0.0.1/tcp/\(number)",
            lastSeen: Fixture.start.advanced(bySeconds: number)
        )
    }
}
