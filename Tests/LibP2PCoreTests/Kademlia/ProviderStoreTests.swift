import LibP2PCore
import Multiformats
import Testing

struct ProviderStoreTests {
    private var random = Seeded(state: 1)
    private let key: [UInt8] = [1]

    private mutating func contact(_ address: String = "/ip4/10.0.0.1/tcp/1") throws -> Kademlia.Contact {
        Kademlia.Contact(peer: simulatedPeer(using: &self.random), addresses: [try Multiaddr(address)])
    }

    @Test mutating func ofManyProvidersTheLatestAreNamedAndSomeByChance() throws {
        var store = ProviderStore()
        let contacts = try (0..<200).map { _ in try self.contact() }
        for (index, contact) in contacts.enumerated() { store.add(contact, of: self.key, now: .seconds(index)) }
        var (one, other) = (Seeded(state: 2), Seeded(state: 3))
        let first = Set(store.providers(of: self.key, now: .seconds(200), using: &one).map(\.peer))
        let second = Set(store.providers(of: self.key, now: .seconds(200), using: &other).map(\.peer))
        #expect(first.count == 40 && second.count == 40)
        #expect(first.isSuperset(of: contacts.suffix(20).map(\.peer)))
        #expect(first != second)
    }

    @Test mutating func aKeyHoldsSoManyProvidersAndLosesTheLongestSilent() throws {
        var limits = Kademlia.Limits()
        limits.providers = 3
        var store = ProviderStore(limits: limits)
        let contacts = try (0..<4).map { _ in try self.contact() }
        for (index, contact) in contacts.enumerated() {
            #expect(store.add(contact, of: self.key, now: .seconds(index)) == true)
        }
        let known = store.providers(of: self.key, now: .seconds(9), using: &self.random).map(\.peer)
        #expect(Set(known) == Set(contacts.dropFirst().map(\.peer)))
    }

    @Test mutating func onePublicSubnetDoesNotFillAKey() throws {
        var store = ProviderStore()
        let honest = try self.contact()
        store.add(honest, of: self.key, now: .zero)
        for _ in 0..<1000 { store.add(try self.contact("/ip4/198.51.100.3/tcp/1"), of: self.key, now: .seconds(1)) }
        let known = store.providers(of: self.key, now: .seconds(1), using: &self.random).map(\.peer)
        #expect(known.count == 17)
        #expect(known.contains(honest.peer))
    }

    @Test mutating func onePeerDoesNotFillTheStore() throws {
        var store = ProviderStore()
        let greedy = try self.contact()
        for number in 0..<10_000 { store.add(greedy, of: Array("\(number)".utf8), now: .zero) }
        #expect(store.count == Kademlia.Limits().keysPerProvider)
        #expect(store.add(try self.contact(), of: self.key, now: .zero) == true)
    }

    @Test mutating func aFullStoreTakesKeysAgainWhenOthersHaveExpired() throws {
        var limits = Kademlia.Limits()
        limits.providedKeys = 2
        var store = ProviderStore(limits: limits)
        for number: UInt8 in 0..<2 { store.add(try self.contact(), of: [number], now: .zero) }
        #expect(store.add(try self.contact(), of: [9], now: .seconds(1)) == false)
        #expect(store.add(try self.contact(), of: [9], now: limits.providerLifetime) == true)
        #expect(store.count == 1)
    }
}
