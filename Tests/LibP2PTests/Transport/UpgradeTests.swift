import LibP2P
import LibP2PCore
import Testing

/// The ways to a muxer: inside Noise's handshake, and by multistream-select after it.
@Suite(.timeLimit(.minutes(1)))
struct UpgradeTests {
    /// Nothing but frames is read and written after the handshake: one negotiation byte would break the connection.
    @Test(arguments: [Noise.Role.initiator, .responder])
    func aMuxerOfferedInTheHandshakeIsSpokenAtOnce(role: Noise.Role) async throws {
        try await withHosts([configuration(1)]) { hosts in
            let identity = try keyPair(2)
            try await HandmadePeer.meet(hosts[0], as: role, identity) { peer in
                try await peer.negotiate(Noise.protocolID)
                let outcome = try await peer.shakeHands(offering: ["/other/1.0.0", Yamux.protocolID])
                #expect(outcome.negotiatedMuxer && outcome.muxer == Yamux.protocolID)
                try await peer.ping()
                #expect(await hosts[0].peers().map(\.id) == [identity.peerID])
            }
        }
    }

    @Test(arguments: [Noise.Role.initiator, .responder])
    func whoOffersNoneAgreesOnOneAfterwards(role: Noise.Role) async throws {
        try await withHosts([configuration(1)]) { hosts in
            let identity = try keyPair(2)
            try await HandmadePeer.meet(hosts[0], as: role, identity) { peer in
                try await peer.negotiate(Noise.protocolID)
                let outcome = try await peer.shakeHands(offering: [])
                #expect(!outcome.negotiatedMuxer)
                try await peer.negotiate(Yamux.protocolID)
                try await peer.ping()
                #expect(await hosts[0].peers().map(\.id) == [identity.peerID])
            }
        }
    }
}
