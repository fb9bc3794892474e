import CacheMesh
import Multiformats
import Testing

@Suite struct MultiaddrDialableTests {
    @Test(arguments: ["/ip4/192.0.2.7/tcp/9000", "/ip6/2001:db8::7/tcp/9000", "/dns4/node.example/tcp/9000"])
    func anAddressOfItsOwnIsItself(text: String) throws {
        let address = try Multiaddr(text)
        #expect(address.dialable == [address])
    }

    @Test(arguments: ["/ip4/0.0.0.0/tcp/9000", "/ip6/::/tcp/9000"])
    func everyAddressIsThoseOfTheMachine(text: String) throws {
        let addresses = try Multiaddr(text).dialable.map(\.description)
        #expect(addresses.contains("/ip4/127.0.0.1/tcp/9000"))
        #expect(!addresses.contains(text))
    }
}
