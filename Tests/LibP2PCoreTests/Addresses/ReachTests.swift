import LibP2PCore
import Multiformats
import Testing

struct ReachTests {
    @Test(arguments: [
        ("/ip4/127.0.0.1/tcp/1", Multiaddr.Reach.machine), ("/ip6/::1/tcp/1", .machine),
        ("/ip4/169.254.1.1/tcp/1", .link), ("/ip6/fe80::1/tcp/1", .link), ("/ip4/10.1.2.3/tcp/1", .site),
        ("/ip4/172.16.0.1/tcp/1", .site), ("/ip4/172.32.0.1/tcp/1", .everywhere), ("/ip4/192.168.0.1/tcp/1", .site),
        ("/ip4/100.64.0.1/tcp/1", .site), ("/ip6/fd00::1/tcp/1", .site), ("/ip4/198.51.100.1/tcp/1", .everywhere),
        ("/ip6/2001:db8::1/tcp/1", .everywhere), ("/dns4/example.com/tcp/1", .everywhere),
    ])
    func addressesReachSoFar(text: String, reach: Multiaddr.Reach) throws {
        #expect(try Multiaddr(text).reach == reach)
    }

    @Test(arguments: [
        "/ip4/0.0.0.0/tcp/1", "/ip6/::/tcp/1", "/ip4/224.0.0.1/tcp/1", "/ip6/ff02::1/tcp/1", "/ip4/10.0.0.1/tcp/0",
        "/ip4/10.0.0.1/udp/1", "/ip4/10.0.0.1", "/unix/a",
    ])
    func whatCannotBeDialledReachesNothing(text: String) throws {
        #expect(try Multiaddr(text).reach == nil)
    }

    @Test func nobodyIsBelievedAboutWhatIsNearerThanItself() throws {
        let addresses = try ["/ip4/127.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/1", "/ip4/198.51.100.1/tcp/1"].map {
            try Multiaddr($0)
        }
        #expect(addresses.credible(from: addresses[0]) == addresses)
        #expect(addresses.credible(from: addresses[1]) == Array(addresses[1...]))
        #expect(addresses.credible(from: addresses[2]) == [addresses[2]])
        #expect(addresses.credible(from: nil) == addresses)
    }

    @Test func onlyPublicAddressesHaveASubnet() throws {
        let subnets = try ["/ip4/198.51.100.1/tcp/1", "/ip4/198.51.100.9/tcp/2", "/ip4/198.51.101.1/tcp/1"].map {
            try Multiaddr($0).subnet
        }
        #expect(subnets[0] != nil)
        #expect(subnets[0] == subnets[1])
        #expect(subnets[0] != subnets[2])
        #expect(try Multiaddr("/ip4/10.0.0.1/tcp/1").subnet == nil)
        #expect(try Multiaddr("/ip4/127.0.0.1/tcp/1").subnet == nil)
        #expect(try Multiaddr("/dns4/example.com/tcp/1").subnet == nil)
    }
}
