import LibP2PCore
import Multiformats
import NIOCore
import Testing

struct NoiseTests {
    private func handshake(
        _ role: Noise.Role,
        identity: UInt8,
        expecting: PeerID? = nil,
        muxers: [String] = []
    ) throws -> Noise.Handshake {
        let salt: UInt8 = role == .initiator ? 0x10 : 0x20
        return try Noise.Handshake(
            Noise.Handshake.Configuration(
                role: role,
                identity: keyPair(identity),
                staticKey: Array(repeating: salt + 1, count: 32),
                ephemeralKey: Array(repeating: salt + 2, count: 32),
                expectedPeer: expecting,
                muxers: muxers
            )
        )
    }

    private struct Finished {
        var initiator: Noise.Handshake.Outcome
        var responder: Noise.Handshake.Outcome
        var messages: [[UInt8]]
    }

    private func run(_ initiator: Noise.Handshake, _ responder: Noise.Handshake) throws -> Finished {
        var (initiator, responder) = (initiator, responder)
        let first = try initiator.start()
        guard case .reply(let second) = try responder.receive(first),
            case .finished(let third?, let ofInitiator) = try initiator.receive(second),
            case .finished(nil, let ofResponder) = try responder.receive(third)
        else { throw Noise.Failure.outOfOrder }
        return Finished(initiator: ofInitiator, responder: ofResponder, messages: [first, second, third])
    }

    @Test func bothSidesLearnWhoTheOtherIs() throws {
        let finished = try run(handshake(.initiator, identity: 1), handshake(.responder, identity: 2))
        #expect(try finished.initiator.remotePeer == keyPair(2).peerID)
        #expect(try finished.responder.remotePeer == keyPair(1).peerID)
        #expect(finished.initiator.hash == finished.responder.hash)
        #expect(finished.initiator.muxer == nil)
        #expect(!finished.initiator.negotiatedMuxer)
    }

    @Test func bytesPassBothWaysWhateverTheirLength() throws {
        var finished = try run(handshake(.initiator, identity: 1), handshake(.responder, identity: 2))
        for count in [1, 5, Noise.Limits.plaintextLength, Noise.Limits.plaintextLength + 1, 300_000] {
            let sent = ByteBuffer(repeating: UInt8(truncatingIfNeeded: count), count: count)
            var plain = sent
            var wire = ByteBuffer()
            var received = ByteBuffer()
            try finished.initiator.transport.sender.encrypt(&plain, into: &wire)
            try finished.responder.transport.receiver.decrypt(&wire, into: &received)
            #expect(received == sent)
            plain = sent
            received.clear()
            try finished.responder.transport.sender.encrypt(&plain, into: &wire)
            try finished.initiator.transport.receiver.decrypt(&wire, into: &received)
            #expect(received == sent)
        }
    }

    @Test func framesArriveByteByByte() throws {
        var finished = try run(handshake(.initiator, identity: 1), handshake(.responder, identity: 2))
        var plain = ByteBuffer(string: "drip")
        var wire = ByteBuffer()
        try finished.initiator.transport.sender.encrypt(&plain, into: &wire)
        var input = ByteBuffer()
        var received = ByteBuffer()
        while let byte = wire.readInteger(as: UInt8.self) {
            input.writeInteger(byte)
            try finished.responder.transport.receiver.decrypt(&input, into: &received)
            #expect((received.readableBytes == 0) == (wire.readableBytes > 0))
        }
        #expect(String(buffer: received) == "drip")
    }

    @Test func anotherPeerThanTheOneDialledIsRefused() throws {
        let expected = try keyPair(3).peerID
        #expect(throws: Noise.Failure.unexpectedPeer) {
            try run(handshake(.initiator, identity: 1, expecting: expected), handshake(.responder, identity: 2))
        }
    }

    @Test func theInitiatorsPreferenceDecidesTheMuxer() throws {
        let finished = try run(
            handshake(.initiator, identity: 1, muxers: ["/x", "/yamux/1.0.0", "/y"]),
            handshake(.responder, identity: 2, muxers: ["/y", "/yamux/1.0.0"])
        )
        #expect(finished.initiator.muxer == "/yamux/1.0.0")
        #expect(finished.responder.muxer == "/yamux/1.0.0")
        let oneSided = try run(
            handshake(.initiator, identity: 1, muxers: ["/yamux/1.0.0"]),
            handshake(.responder, identity: 2)
        )
        #expect(!oneSided.initiator.negotiatedMuxer)
        #expect(!oneSided.responder.negotiatedMuxer)
    }

    @Test func noChangedHandshakeByteIsAccepted() throws {
        let good = try run(handshake(.initiator, identity: 1), handshake(.responder, identity: 2)).messages
        for index in good[1].indices {
            var initiator = try handshake(.initiator, identity: 1)
            _ = try initiator.start()
            var changed = good[1]
            changed[index] ^= 0x40
            #expect(throws: Noise.Failure.self) { try initiator.receive(changed) }
        }
        for index in good[2].indices {
            var responder = try handshake(.responder, identity: 2)
            _ = try responder.receive(good[0])
            var changed = good[2]
            changed[index] ^= 0x40
            #expect(throws: Noise.Failure.self) { try responder.receive(changed) }
        }
    }

    @Test func everyTruncationIsRefused() throws {
        let good = try run(handshake(.initiator, identity: 1), handshake(.responder, identity: 2)).messages
        for count in 0..<good[0].count {
            var responder = try handshake(.responder, identity: 2)
            #expect(throws: Noise.Failure.self) { try responder.receive(Array(good[0].prefix(count))) }
        }
        for count in 0..<good[1].count {
            var initiator = try handshake(.initiator, identity: 1)
            _ = try initiator.start()
            #expect(throws: Noise.Failure.self) { try initiator.receive(Array(good[1].prefix(count))) }
        }
    }

    @Test func aPointOfLowOrderIsRefused() throws {
        var responder = try handshake(.responder, identity: 2)
        #expect(throws: Noise.Failure.keyAgreement) { try responder.receive(Array(repeating: 0, count: 32)) }
    }

    @Test func messagesOutOfOrderAreRefused() throws {
        var responder = try handshake(.responder, identity: 2)
        #expect(throws: Noise.Failure.outOfOrder) { try responder.start() }
        var initiator = try handshake(.initiator, identity: 1)
        #expect(throws: Noise.Failure.outOfOrder) { try initiator.receive([1]) }
    }

    @Test func aChangedTransportByteIsRefused() throws {
        var finished = try run(handshake(.initiator, identity: 1), handshake(.responder, identity: 2))
        var plain = ByteBuffer(string: "secret")
        var wire = ByteBuffer()
        try finished.initiator.transport.sender.encrypt(&plain, into: &wire)
        wire.setInteger(wire.getInteger(at: 4, as: UInt8.self).map { $0 ^ 1 } ?? 0, at: 4)
        var received = ByteBuffer()
        #expect(throws: Noise.Failure.decryption) {
            try finished.responder.transport.receiver.decrypt(&wire, into: &received)
        }
        var short = ByteBuffer(bytes: [0, 1, 0])
        #expect(throws: Noise.Failure.malformed) {
            try finished.responder.transport.receiver.decrypt(&short, into: &received)
        }
    }

    @Test(.enabled(if: Vectors.areThere, Vectors.absence))
    func referenceVector() throws {
        let vectors = try Vectors.load()
        let noise = vectors.noise_xx
        func side(_ role: Noise.Role, _ seed: String, _ keys: Vectors.Noise.Side) throws -> Noise.Handshake {
            try Noise.Handshake(
                Noise.Handshake.Configuration(
                    role: role,
                    identity: KeyPair(seed: hex(seed)),
                    staticKey: hex(keys.static),
                    ephemeralKey: hex(keys.ephemeral),
                    muxers: ["/yamux/1.0.0"]
                )
            )
        }
        var finished = try run(
            side(.initiator, vectors.identity_A.seed, noise.initiator),
            side(.responder, vectors.identity_B.seed, noise.responder)
        )
        for (message, framed) in zip(
            finished.messages,
            [noise.message_1_framed, noise.message_2_framed, noise.message_3_framed]
        ) {
            var buffer = ByteBuffer()
            Noise.writeFrame(message, to: &buffer)
            #expect(buffer.readableBytesView.elementsEqual(hex(framed)))
        }
        #expect(finished.initiator.hash == hex(noise.handshake_hash))
        #expect(finished.initiator.muxer == "/yamux/1.0.0")
        var plain = ByteBuffer(bytes: hex(noise.first_initiator_plaintext))
        var wire = ByteBuffer()
        try finished.initiator.transport.sender.encrypt(&plain, into: &wire)
        #expect(wire.readableBytesView.elementsEqual(hex(noise.first_initiator_transport_framed)))
        wire = ByteBuffer(bytes: hex(noise.first_responder_transport_framed))
        try finished.initiator.transport.receiver.decrypt(&wire, into: &plain)
        #expect(plain.readableBytesView.elementsEqual(hex(noise.first_responder_plaintext)))
    }
}
