import Multiformats
import Testing

struct MultiaddrTests {
    @Test(
        arguments: [
            ("/ip4/127.0.0.1/tcp/4001", [4, 127, 0, 0, 1, 6, 0x0f, 0xa1]),
            ("/ip4/0.0.0.0/udp/0", [4, 0, 0, 0, 0, 0x91, 0x02, 0, 0]),
            ("/ip6/::1/tcp/80", [41] + [UInt8](repeating: 0, count: 15) + [1, 6, 0, 80]),
            ("/dns4/a.example/tcp/1", [54, 9] + Array("a.example".utf8) + [6, 0, 1]),
            ("/dns6/b/tcp/1", [55, 1, 98, 6, 0, 1]),
            ("/dns/b/tcp/65535", [53, 1, 98, 6, 255, 255]),
            ("/unix/tmp/a.sock", [0x90, 0x03, 11] + Array("/tmp/a.sock".utf8)),
        ] as [(String, [UInt8])]
    )
    func textAndBytes(text: String, bytes: [UInt8]) throws {
        let address = try Multiaddr(text)
        #expect(address.bytes == bytes)
        #expect(address.description == text)
        #expect(try Multiaddr(bytes: bytes) == address)
    }

    @Test func thePeerIsAddedAndTakenOff() throws {
        let peer = PeerID(publicKeyMessage: [8, 1, 18, 32] + Array(repeating: 5, count: 32))
        let address = try Multiaddr("/ip4/10.0.0.1/tcp/9000")
        let full = address.appending(peer)
        #expect(full.description == "/ip4/10.0.0.1/tcp/9000/p2p/\(peer)")
        #expect(full.peerID == peer)
        #expect(full.withoutPeerID == address)
        #expect(full.appending(peer) == full)
        #expect(try Multiaddr("/ip4/10.0.0.1/tcp/9000/ipfs/\(peer)") == full)
        #expect(try Multiaddr(bytes: full.bytes) == full)
    }

    @Test(arguments: [
        "", "/", "//", "ip4/1.2.3.4", "/ip4", "/ip4/1.2.3", "/ip4/1.2.3.256", "/ip4/01.2.3.4", "/ip4/1.2.3.4/",
        "/ip4/1.2.3.4/tcp", "/ip4/1.2.3.4/tcp/65536", "/ip4/1.2.3.4/tcp/-1", "/ip4/1.2.3.4/tcp/+1", "/ip6/:::/tcp/1",
        "/ip6/1::2::3/tcp/1", "/ip6/12345::/tcp/1", "/dns4//tcp/1", "/quic/1", "/p2p/zzz", "/unix", "/unix/",
    ])
    func badTextIsRefused(text: String) {
        #expect(throws: MultiformatsError.self) { try Multiaddr(text) }
    }

    @Test func everyTruncationIsRefused() throws {
        let bytes = try Multiaddr("/dns4/host.example/tcp/4001").bytes
        for count in 0..<bytes.count where count != 14 {
            #expect(throws: MultiformatsError.self) { try Multiaddr(bytes: Array(bytes.prefix(count))) }
        }
        #expect(try Multiaddr(bytes: Array(bytes.prefix(14))).description == "/dns4/host.example")
    }

    @Test(
        arguments: [
            [4, 1, 2, 3, 4, 6, 0, 1, 0], [0xcc, 0x03], [54, 0], [54, 1, 0x2f], [54, 1, 0xff],
            [54, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0xa5, 0x03, 1, 0], [0x84, 0],
        ] as [[UInt8]]
    )
    func hostileBytesAreRefused(bytes: [UInt8]) {
        #expect(throws: MultiformatsError.self) { try Multiaddr(bytes: bytes) }
    }

    @Test func componentsAreBounded() {
        let text = String(repeating: "/tcp/1", count: 17)
        #expect(throws: MultiformatsError.tooLong) { try Multiaddr(text) }
    }

    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("2001:db8::1", "2001:db8::1"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("::ffff:1.2.3.4", "::ffff:102:304"), ("1::", "1::"),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("0:0:1::", "0:0:1::"),
    ])
    func ip6TextIsCanonical(text: String, canonical: String) throws {
        #expect(try IPv6Address(text).description == canonical)
    }
}
