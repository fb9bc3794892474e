import LibP2PCore
import NIOCore
import Testing

struct SessionTests {
    private typealias Frame = Yamux.Frame
    private typealias Session = Yamux.Session

    private func drain(_ session: inout Session) -> [Frame] {
        var frames: [Frame] = []
        while let output = session.nextOutput() { frames.append(output.frame) }
        return frames
    }

    private func data(_ count: Int) -> ByteBuffer { ByteBuffer(repeating: 1, count: count) }

    private func payload(_ frames: [Frame]) -> Int {
        frames.reduce(0) { sum, frame in
            guard case .data(let payload) = frame.kind else { return sum }
            return sum + payload.readableBytes
        }
    }

    @Test func eachSideHasItsOwnIDs() throws {
        var dialer = Session(role: .dialer)
        var listener = Session(role: .listener)
        #expect(try [dialer.open(), dialer.open()] == [1, 3])
        #expect(try [listener.open(), listener.open()] == [2, 4])
    }

    @Test func openingSendsSynAndDataMayFollow() throws {
        var session = Session(role: .dialer)
        let id = try session.open()
        #expect(session.write(data(3), to: id) == .accepted)
        #expect(
            drain(&session) == [
                Frame(.windowUpdate(0), flags: .syn, streamID: 1), Frame(.data(data(3)), streamID: 1),
            ]
        )
    }

    @Test func anInboundStreamIsAcknowledgedInAFrameOfItsOwn() throws {
        var session = Session(role: .listener)
        let events = try session.receive(Frame(.data(data(2)), flags: [.syn, .fin], streamID: 1))
        #expect(events == [.opened(1), .data(1, data(2)), .finished(1)])
        session.finish(1)
        #expect(
            drain(&session) == [
                Frame(.windowUpdate(0), flags: .ack, streamID: 1), Frame(.windowUpdate(0), flags: .fin, streamID: 1),
            ]
        )
        #expect(!session.contains(1))
    }

    @Test func nothingIsSentBeyondTheWindow() throws {
        var session = Session(role: .dialer)
        let id = try session.open()
        #expect(session.write(data(300 * 1024), to: id) == .paused)
        session.finish(id)
        #expect(payload(drain(&session)) == 256 * 1024)
        #expect(drain(&session).isEmpty)
        _ = try session.receive(Frame(.windowUpdate(10), flags: .ack, streamID: id))
        #expect(payload(drain(&session)) == 10)
        _ = try session.receive(Frame(.windowUpdate(1 << 24), streamID: id))
        let rest = drain(&session)
        #expect(payload(rest) == 44 * 1024 - 10)
        #expect(rest.last == Frame(.windowUpdate(0), flags: .fin, streamID: id))
    }

    @Test func windowUpdatesNeverOverflow() throws {
        var session = Session(role: .dialer)
        let id = try session.open()
        for _ in 0..<10 { _ = try session.receive(Frame(.windowUpdate(.max), streamID: id)) }
        #expect(session.write(data(1), to: id) == .accepted)
        #expect(payload(drain(&session)) == 1)
    }

    @Test func aPausedWriterHearsOfRoom() throws {
        var session = Session(role: .dialer)
        let id = try session.open()
        #expect(session.write(data(256 * 1024), to: id) == .paused)
        var drained: [Yamux.StreamID] = []
        while let output = session.nextOutput() {
            if let id = output.drained { drained.append(id) }
        }
        #expect(drained == [id])
    }

    @Test func streamsTakeTurns() throws {
        var session = Session(role: .dialer)
        let (first, second) = (try session.open(), try session.open())
        _ = session.write(data(128 * 1024), to: first)
        _ = session.write(data(1), to: second)
        let order = drain(&session).filter { if case .data = $0.kind { true } else { false } }.map(\.streamID)
        #expect(order.prefix(2) == [first, second])
    }

    @Test func readingGrantsTheWindowAgainByHalves() throws {
        var session = Session(role: .listener)
        _ = try session.receive(Frame(.windowUpdate(0), flags: .syn, streamID: 1))
        _ = drain(&session)
        _ = try session.receive(Frame(.data(data(256 * 1024)), streamID: 1))
        session.consume(100 * 1024, from: 1)
        #expect(drain(&session).isEmpty)
        session.consume(28 * 1024, from: 1)
        #expect(drain(&session) == [Frame(.windowUpdate(128 * 1024), streamID: 1)])
        _ = try session.receive(Frame(.data(data(128 * 1024)), streamID: 1))
        #expect(throws: Yamux.Failure.windowExceeded) { try session.receive(Frame(.data(data(1)), streamID: 1)) }
    }

    @Test func streamsBeyondTheLimitAreRefused() throws {
        var limits = Yamux.Limits()
        limits.inboundStreams = 1
        var session = Session(role: .listener, limits: limits)
        #expect(try session.receive(Frame(.windowUpdate(0), flags: .syn, streamID: 1)) == [.opened(1)])
        #expect(try session.receive(Frame(.data(data(9)), flags: .syn, streamID: 3)) == [])
        #expect(drain(&session).last == Frame(.windowUpdate(0), flags: .rst, streamID: 3))
        #expect(try session.receive(Frame(.windowUpdate(0), flags: .rst, streamID: 1)) == [.reset(1)])
        #expect(try session.receive(Frame(.windowUpdate(0), flags: .syn, streamID: 5)) == [.opened(5)])
    }

    @Test func unacknowledgedStreamsAreBounded() throws {
        var limits = Yamux.Limits()
        limits.acknowledgementBacklog = 2
        var session = Session(role: .dialer, limits: limits)
        let id = try session.open()
        _ = try session.open()
        #expect(throws: Session.OpenFailure.tooManyStreams) { try session.open() }
        _ = try session.receive(Frame(.windowUpdate(0), flags: .ack, streamID: id))
        #expect(try session.open() == 5)
    }

    @Test(arguments: [0, 2, 1] as [UInt32])
    func streamIDsThatAreNotThePeersAreRefused(id: UInt32) throws {
        var session = Session(role: .listener)
        _ = try session.receive(Frame(.windowUpdate(0), flags: .syn, streamID: 1))
        #expect(throws: Yamux.Failure.invalidStreamID) {
            try session.receive(Frame(.windowUpdate(0), flags: .syn, streamID: id))
        }
    }

    @Test func framesOfGoneStreamsAreIgnored() throws {
        var session = Session(role: .dialer)
        let id = try session.open()
        session.reset(id)
        _ = drain(&session)
        #expect(try session.receive(Frame(.data(data(10)), streamID: id)) == [])
        #expect(try session.receive(Frame(.windowUpdate(10), flags: [.ack, .fin], streamID: id)) == [])
        #expect(session.write(data(1), to: id) == .closed)
    }

    @Test func aHalfClosedStreamStillReceives() throws {
        var session = Session(role: .dialer)
        let id = try session.open()
        session.finish(id)
        _ = drain(&session)
        #expect(session.write(data(1), to: id) == .closed)
        #expect(try session.receive(Frame(.data(data(4)), flags: .ack, streamID: id)) == [.data(id, data(4))])
        #expect(try session.receive(Frame(.data(ByteBuffer()), flags: .fin, streamID: id)) == [.finished(id)])
        #expect(session.streamCount == 0)
    }

    @Test func pingsAreReturned() throws {
        var session = Session(role: .dialer)
        #expect(try session.receive(Frame(.ping(7), flags: .syn)) == [])
        #expect(drain(&session) == [Frame(.ping(7), flags: .ack)])
        session.ping(9)
        #expect(drain(&session) == [Frame(.ping(9), flags: .syn)])
        #expect(try session.receive(Frame(.ping(9), flags: .ack)) == [.pong(9)])
    }

    @Test func whoProvokesAnswersAndDoesNotReadIsCutOff() throws {
        var session = Session(role: .dialer)
        #expect(throws: Yamux.Failure.flooded) {
            for value in 0..<100_000 { _ = try session.receive(Frame(.ping(UInt32(value)), flags: .syn)) }
        }
    }

    @Test func nothingOpensAfterGoAway() throws {
        var session = Session(role: .dialer)
        #expect(try session.receive(Frame(.goAway(0))) == [.goneAway(code: 0)])
        #expect(throws: Session.OpenFailure.goingAway) { try session.open() }
        var other = Session(role: .dialer)
        other.goAway(.normal)
        #expect(drain(&other) == [Frame(.goAway(0))])
        #expect(try other.receive(Frame(.windowUpdate(0), flags: .syn, streamID: 2)) == [])
        #expect(drain(&other) == [Frame(.windowUpdate(0), flags: .rst, streamID: 2)])
    }
}
