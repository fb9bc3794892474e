import LibP2PCore
import Multiformats
import Testing

struct IdentifyTests {
    private func info() throws -> Identify.Info {
        Identify.Info(
            publicKey: try keyPair(1).publicKey,
            listenAddresses: [try Multiaddr("/ip4/127.0.0.1/tcp/4001")],
            protocols: ["/ipfs/id/1.0.0", "/meshsub/1.1.0"],
            observedAddress: try Multiaddr("/ip4/127.0.0.1/tcp/5555"),
            protocolVersion: "ghcache/0.1.0",
            agentVersion: "swift/0.1"
        )
    }

    @Test func aMessageRoundTrips() throws {
        let info = try info()
        #expect(try Identify.Info(bytes: info.bytes, from: keyPair(1).peerID) == info)
    }

    @Test func anotherPeersKeyIsRefused() throws {
        #expect(throws: Identify.Failure.wrongPeer) { try Identify.Info(bytes: info().bytes, from: keyPair(2).peerID) }
    }

    @Test func severalMessagesAddUp() throws {
        let more = Identify.Info(protocols: ["/more"], agentVersion: "later").bytes
        let info = try Identify.Info(bytes: info().bytes + more, from: keyPair(1).peerID)
        #expect(info.protocols == ["/ipfs/id/1.0.0", "/meshsub/1.1.0", "/more"])
        #expect(info.agentVersion == "later")
    }

    @Test func unknownAddressesAreLeftOut() throws {
        let peer = try keyPair(1).peerID
        // A QUIC address between two others of field 2.
        let quic: [UInt8] = [0x12, 11, 4, 127, 0, 0, 1, 0x91, 0x02, 0x0f, 0xa1, 0xcd, 0x03]
        let info = try Identify.Info(bytes: quic + info().bytes, from: peer)
        #expect(info.listenAddresses.map(\.description) == ["/ip4/127.0.0.1/tcp/4001"])
    }

    @Test func aPushLeavesTheRestAsItWas() throws {
        let before = try info()
        let after = before.updated(by: Identify.Info(protocols: ["/x"]))
        #expect(after.protocols == ["/x"])
        #expect(after.agentVersion == before.agentVersion)
        #expect(after.listenAddresses == before.listenAddresses)
    }

    @Test func aPeersTextCannotSteerATerminal() throws {
        let bytes = Identify.Info(agentVersion: "a\u{1b}[2J\n\u{202e}b").bytes
        #expect(try Identify.Info(bytes: bytes, from: keyPair(1).peerID).agentVersion == "a[2Jb")
    }

    @Test func nonsenseIsRefused() throws {
        let peer = try keyPair(1).peerID
        #expect(throws: Identify.Failure.malformed) { try Identify.Info(bytes: [0xff, 0xff], from: peer) }
        let long = Array(repeating: UInt8(0), count: Identify.Limits.messageLength + 1)
        #expect(throws: Identify.Failure.malformed) { try Identify.Info(bytes: long, from: peer) }
    }

    @Test(.enabled(if: Vectors.areThere, Vectors.absence))
    func referenceVector() throws {
        let vectors = try Vectors.load()
        let framed = hex(vectors.identify_framed)
        let peer = try PeerID(vectors.identity_A.peer_id)
        #expect(try Identify.Info(bytes: Array(framed.dropFirst()), from: peer) == info())
    }
}
