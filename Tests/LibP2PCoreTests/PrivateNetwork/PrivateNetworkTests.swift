import LibP2PCore
import NIOCore
import Testing

struct PrivateNetworkTests {
    private static let nonce = Array(UInt8(64)..<88)

    private func key(_ byte: UInt8 = 7) throws -> SwarmKey {
        try SwarmKey(bytes: Array(repeating: byte, count: 32))
    }

    /// The first key stream of the cipher's own publication.
    @Test func theKeyStreamIsThePublishedOne() throws {
        let key = try SwarmKey(bytes: hex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389"))
        let nonce = hex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37")
        var sender = PrivateNetwork.Sender(key: key, nonce: nonce)
        let sent = sender.encrypt(ByteBuffer(repeating: 0, count: 32))
        #expect(Array(sent.readableBytesView.prefix(24)) == nonce)
        let expected = hex("eea6a7251c1e72916d11c2cb214d3c252539121d8e234e652d651fa4c8cff880")
        #expect(Array(sent.readableBytesView.dropFirst(24)) == expected)
    }

    @Test(.enabled(if: Vectors.areThere, Vectors.absence))
    func referenceVectors() throws {
        let vector = try Vectors.load().pnet
        let key = try SwarmKey(bytes: hex(vector.psk))
        var sender = PrivateNetwork.Sender(key: key, nonce: hex(vector.nonce))
        let sent = sender.encrypt(ByteBuffer(bytes: hex(vector.plaintext)))
        #expect(Array(sent.readableBytesView) == hex(vector.nonce) + hex(vector.ciphertext_after_nonce))
        var receiver = PrivateNetwork.Receiver(key: key)
        #expect(Array(receiver.decrypt(sent).readableBytesView) == hex(vector.plaintext))
    }

    /// However the bytes are cut on their way, one stream runs through them.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func anyCutsLeaveTheStreamWhole(seed: UInt64) throws {
        var chance = Seeded(state: seed)
        let plain = (0..<5000).map { _ in UInt8.random(in: .min ... .max, using: &chance) }
        var whole = PrivateNetwork.Sender(key: try key(), nonce: Self.nonce)
        let expected = whole.encrypt(ByteBuffer(bytes: plain))

        var sender = PrivateNetwork.Sender(key: try key(), nonce: Self.nonce)
        var sent = ByteBuffer()
        var rest = ByteBuffer(bytes: plain)
        while rest.readableBytes > 0 {
            let length = min(rest.readableBytes, Int.random(in: 0...200, using: &chance))
            let part = rest.readSlice(length: length) ?? ByteBuffer()
            sent.writeImmutableBuffer(sender.encrypt(part))
        }
        #expect(sent == expected)

        var receiver = PrivateNetwork.Receiver(key: try key())
        var received = ByteBuffer()
        while sent.readableBytes > 0 {
            let length = min(sent.readableBytes, Int.random(in: 0...200, using: &chance))
            let part = sent.readSlice(length: length) ?? ByteBuffer()
            received.writeImmutableBuffer(receiver.decrypt(part))
        }
        #expect(Array(received.readableBytesView) == plain)
    }

    @Test func nothingIsSentBeforeThereIsSomethingToSay() throws {
        var sender = PrivateNetwork.Sender(key: try key(), nonce: Self.nonce)
        #expect(sender.encrypt(ByteBuffer()).readableBytes == 0)
        #expect(sender.encrypt(ByteBuffer(bytes: [1])).readableBytes == 25)
        #expect(sender.encrypt(ByteBuffer(bytes: [1])).readableBytes == 1)
    }

    @Test func anotherKeyUnderstandsNothing() throws {
        var sender = PrivateNetwork.Sender(key: try key(), nonce: Self.nonce)
        let dialer = Multistream.Dialer(proposals: ["/noise"])
        let sent = sender.encrypt(dialer.opening())
        for (byte, isUnderstood) in [(7, true), (8, false)] as [(UInt8, Bool)] {
            var receiver = PrivateNetwork.Receiver(key: try key(byte))
            var listener = Multistream.Listener(supported: ["/noise"])
            var input = receiver.decrypt(sent)
            var output = ByteBuffer()
            let step = try? listener.receive(&input, output: &output)
            #expect((step == .agreed("/noise")) == isUnderstood)
            #expect((output.readableBytes > 0) == isUnderstood)
        }
    }
}
