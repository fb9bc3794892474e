import LibP2PCore
import Multiformats
import Testing

struct ArrivalGateTests {
    private static func address(_ text: String) throws -> Multiaddr { try Multiaddr(text) }

    private static func limits(burst: Double = 2, perSecond: Double = 1, addresses: Int = 2) -> ArrivalGate.Limits {
        var limits = ArrivalGate.Limits()
        limits.burst = burst
        limits.perSecond = perSecond
        limits.addresses = addresses
        return limits
    }

    @Test func strangersUseUpTheirAddressAndTimeGivesItBack() throws {
        var gate = ArrivalGate(limits: Self.limits())
        let address = try Self.address("/ip4/192.0.2.7/tcp/1")
        let port = try Self.address("/ip4/192.0.2.7/tcp/2")
        #expect(gate.admit(address, now: .zero) == true)
        #expect(gate.admit(port, now: .zero) == true)
        #expect(gate.admit(address, now: .milliseconds(500)) == false)
        // Whoever is refused is not charged for it.
        #expect(gate.admit(address, now: .seconds(1)) == true)
        #expect(gate.admit(address, now: .milliseconds(1500)) == false)
        #expect(gate.admit(address, now: .seconds(3600)) == true)
        #expect(gate.admit(address, now: .seconds(3600)) == true)
        #expect(gate.admit(address, now: .seconds(3600)) == false)
    }

    @Test func oneAddressDoesNotSpendForAnother() throws {
        var gate = ArrivalGate(limits: Self.limits(burst: 1))
        #expect(try gate.admit(Self.address("/ip4/192.0.2.7/tcp/1"), now: .zero) == true)
        #expect(try gate.admit(Self.address("/ip4/192.0.2.7/tcp/1"), now: .zero) == false)
        #expect(try gate.admit(Self.address("/ip4/192.0.2.8/tcp/1"), now: .zero) == true)
    }

    @Test func aNetworkOfIPv6IsOneAddress() throws {
        var gate = ArrivalGate(limits: Self.limits(burst: 1))
        #expect(try gate.admit(Self.address("/ip6/2001:db8::1/tcp/1"), now: .zero) == true)
        #expect(try gate.admit(Self.address("/ip6/2001:db8::ffff:1/tcp/1"), now: .zero) == false)
        #expect(try gate.admit(Self.address("/ip6/2001:db8:0:1::1/tcp/1"), now: .zero) == true)
    }

    @Test func peersCostNothing() throws {
        var gate = ArrivalGate(limits: Self.limits())
        let address = try Self.address("/ip4/127.0.0.1/tcp/1")
        for _ in 0..<100 {
            #expect(gate.admit(address, now: .zero) == true)
            gate.welcome(address)
        }
        // No more comes back than was taken.
        for _ in 0..<10 { gate.welcome(address) }
        #expect(gate.admit(address, now: .zero) == true)
        #expect(gate.admit(address, now: .zero) == true)
        #expect(gate.admit(address, now: .zero) == false)
    }

    @Test func whoCameLongestAgoIsForgottenFirst() throws {
        var gate = ArrivalGate(limits: Self.limits(burst: 1, perSecond: 0, addresses: 2))
        for (second, host) in [1, 2, 3].enumerated() {
            #expect(try gate.admit(Self.address("/ip4/192.0.2.\(host)/tcp/1"), now: .seconds(second)) == true)
        }
        #expect(try gate.admit(Self.address("/ip4/192.0.2.3/tcp/1"), now: .seconds(4)) == false)
        #expect(try gate.admit(Self.address("/ip4/192.0.2.2/tcp/1"), now: .seconds(5)) == false)
        #expect(try gate.admit(Self.address("/ip4/192.0.2.1/tcp/1"), now: .seconds(6)) == true)
    }

    @Test func strangersAreToldOfWithEachDoubling() {
        var gate = ArrivalGate()
        let told = (1...1000).filter { _ in gate.turnAway() }
        #expect(told == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
        #expect(gate.strangers == 1000)
    }
}
