import LibP2PCore
import NIOCore
import Testing

struct MultistreamTests {
    private func message(_ text: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        Multistream.write(text, to: &buffer)
        return buffer
    }

    /// Runs a negotiation, a byte at a time or all at once, and returns what each side is left with.
    private func negotiate(
        _ proposals: [String],
        _ supported: [String],
        piecemeal: Bool = false
    ) throws -> (dialer: Multistream.Step, listener: Multistream.Step) {
        var dialer = Multistream.Dialer(proposals: proposals)
        var listener = Multistream.Listener(supported: supported)
        var toListener = dialer.opening()
        var toDialer = ByteBuffer()
        var atListener = ByteBuffer()
        var atDialer = ByteBuffer()
        var result: (Multistream.Step, Multistream.Step) = (.waiting, .waiting)
        while toListener.readableBytes + toDialer.readableBytes > 0 {
            var part = toListener.readSlice(length: min(piecemeal ? 1 : .max, toListener.readableBytes))
            if var part { atListener.writeBuffer(&part) }
            result.1 = try listener.receive(&atListener, output: &toDialer)
            part = toDialer.readSlice(length: min(piecemeal ? 1 : .max, toDialer.readableBytes))
            if var part { atDialer.writeBuffer(&part) }
            result.0 = try dialer.receive(&atDialer, output: &toListener)
        }
        return result
    }

    @Test(arguments: [false, true])
    func theFirstProposalInCommonIsAgreedOn(piecemeal: Bool) throws {
        let result = try negotiate(["/tls/1.0.0", "/noise"], ["/noise", "/other"], piecemeal: piecemeal)
        #expect(result.dialer == .agreed("/noise"))
        #expect(result.listener == .agreed("/noise"))
    }

    @Test func nothingInCommonEndsAtTheDialer() {
        #expect(throws: Multistream.Failure.nothingInCommon) { try negotiate(["/a", "/b"], ["/c"]) }
        #expect(throws: Multistream.Failure.nothingInCommon) { try negotiate([], ["/c"]) }
    }

    @Test func whatFollowsTheAgreementIsLeftAlone() throws {
        var listener = Multistream.Listener(supported: ["/noise"])
        var input = message(Multistream.header)
        input.writeImmutableBuffer(message("/noise"))
        input.writeBytes([0x00, 0x20, 0xff])
        var output = ByteBuffer()
        #expect(try listener.receive(&input, output: &output) == .agreed("/noise"))
        #expect(input.readableBytesView.elementsEqual([0x00, 0x20, 0xff]))
    }

    @Test func aListIsAnswered() throws {
        var listener = Multistream.Listener(supported: ["/a", "/b"])
        var input = message(Multistream.header)
        input.writeImmutableBuffer(message("ls"))
        var output = ByteBuffer()
        #expect(try listener.receive(&input, output: &output) == .waiting)
        #expect(try Multistream.read(from: &output) == Multistream.header)
        #expect(try Multistream.read(from: &output) == "\u{3}/a\n\u{3}/b\n")
        #expect(output.readableBytes == 0)
    }

    @Test func longMessagesAreRefusedBeforeTheyArrive() {
        var input = ByteBuffer(bytes: [0x81, 0x08])
        #expect(throws: Multistream.Failure.tooLong) { try Multistream.read(from: &input) }
    }

    @Test(arguments: [[0x00], [0x01, 0x61], [0x02, 0xff, 0x0a], [0x80, 0x00]] as [[UInt8]])
    func nonsenseIsRefused(bytes: [UInt8]) {
        var input = ByteBuffer(bytes: bytes)
        #expect(throws: Multistream.Failure.malformed) { try Multistream.read(from: &input) }
    }

    @Test func anythingButTheHeaderFirstIsRefused() {
        var input = message("/noise")
        var output = ByteBuffer()
        var listener = Multistream.Listener(supported: ["/noise"])
        #expect(throws: Multistream.Failure.wrongHeader) { try listener.receive(&input, output: &output) }
        var dialer = Multistream.Dialer(proposals: ["/noise"])
        input = message("/noise")
        #expect(throws: Multistream.Failure.wrongHeader) { try dialer.receive(&input, output: &output) }
    }

    @Test(arguments: [[0x12], [0x13, 0x2e], Array("GET / HTTP/1.1".utf8)] as [[UInt8]])
    func theFirstByteThatIsAnotherEndsTheGreeting(bytes: [UInt8]) {
        var output = ByteBuffer()
        var listener = Multistream.Listener(supported: ["/noise"])
        var input = ByteBuffer(bytes: bytes)
        #expect(throws: Multistream.Failure.wrongHeader) { try listener.receive(&input, output: &output) }
        #expect(!listener.isGreeted)
        #expect(output.readableBytes == 0)
        var dialer = Multistream.Dialer(proposals: ["/noise"])
        input = ByteBuffer(bytes: bytes)
        #expect(throws: Multistream.Failure.wrongHeader) { try dialer.receive(&input, output: &output) }
        #expect(!dialer.isGreeted)
    }

    @Test func anAnswerThatWasNotProposedIsRefused() {
        var dialer = Multistream.Dialer(proposals: ["/noise"])
        var input = message(Multistream.header)
        input.writeImmutableBuffer(message("/other"))
        var output = ByteBuffer()
        #expect(throws: Multistream.Failure.wrongAnswer) { try dialer.receive(&input, output: &output) }
    }

    @Test func endlessProposalsAreCutOff() {
        var listener = Multistream.Listener(supported: ["/noise"])
        var input = message(Multistream.header)
        for _ in 0...Multistream.Limits.proposals { input.writeImmutableBuffer(message("/x")) }
        var output = ByteBuffer()
        #expect(throws: Multistream.Failure.tooManyProposals) { try listener.receive(&input, output: &output) }
    }

    @Test(.enabled(if: Vectors.areThere, Vectors.absence))
    func referenceVectors() throws {
        for (text, bytes) in try Vectors.load().multistream {
            #expect(message(text).readableBytesView.elementsEqual(hex(bytes)))
        }
    }
}
