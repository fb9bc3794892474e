import CacheCore
import GitHubCore
import Testing

@testable import CacheStore

@Suite struct CacheStoreDeliveriesTests {
    private func id(_ text: String) throws -> DeliveryID { try #require(DeliveryID(text)) }

    @Test func theInboxTellsHowADeliveryStands() async throws {
        try await withStore { store async throws in
            for name in ["a", "b", "c"] {
                guard case .accepted(let number) = try await store.insert(Fixture.delivery(name)) else {
                    Issue.record("\(name) was not taken")
                    return
                }
                if name == "b" { store.apply([], finishing: [number]) }
                if name == "c" { store.apply([], failing: [(number, "it cannot be read")]) }
            }
            _ = try await store.insert(Fixture.delivery("a", scope: "other/repo"))
            let names = try ["a", "b", "c", "d"].map(id)
            let records = try await store.records(of: names, scopes: ["Octocat/Hello-World", "*"])
            let standings = Dictionary(uniqueKeysWithValues: records.map { ($0.id.text, $0.standing) })
            #expect(standings == ["a": .waiting, "b": .done, "c": .failed])
            #expect(records.compactMap(\.reason) == ["it cannot be read"])
            #expect(try await store.records(of: names, scopes: ["nobody"]).isEmpty)
            #expect(try await store.records(of: [], scopes: ["*"]).isEmpty)
        }
    }

    @Test func theLatestComeFirst() async throws {
        try await withStore { store async throws in
            for name in ["a", "b", "c"] { _ = try await store.insert(Fixture.delivery(name)) }
            guard case .accepted(let number) = try await store.insert(Fixture.delivery("d", scope: "acme")) else {
                return
            }
            store.apply([], failing: [(number, "poison")])
            #expect(try await store.records(scopes: nil, failedOnly: false, limit: 2).map(\.id.text) == ["d", "c"])
            #expect(try await store.records(scopes: nil, failedOnly: true, limit: 9).map(\.reason) == ["poison"])
            let own = try await store.records(scopes: ["octocat/hello-world"], failedOnly: false, limit: 9)
            #expect(own.map(\.id.text) == ["c", "b", "a"])
            #expect(try await store.records(scopes: ["octocat/hello-world"], failedOnly: true, limit: 9).isEmpty)
        }
    }

    @Test func manyNamesAreLookedUp() async throws {
        try await withStore { store async throws in
            _ = try await store.insert(Fixture.delivery("n1"))
            _ = try await store.insert(Fixture.delivery("n1400"))
            let names = try (0..<1500).map { try id("n\($0)") }
            let found = try await store.records(of: names, scopes: ["octocat/hello-world"])
            #expect(Set(found.map(\.id.text)) == ["n1", "n1400"])
        }
    }
}
