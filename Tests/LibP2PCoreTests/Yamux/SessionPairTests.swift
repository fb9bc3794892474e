import LibP2PCore
import NIOCore
import Testing

/// Two sessions joined by a wire, driven at random: whatever one side writes, the other reads, in order and whole.
struct SessionPairTests {
    private struct Side {
        var session: Yamux.Session
        var sent: [Yamux.StreamID: ByteBuffer] = [:]
        var received: [Yamux.StreamID: ByteBuffer] = [:]
        var unread: [Yamux.StreamID: Int] = [:]
        var open: [Yamux.StreamID] = []
        var finished: Set<Yamux.StreamID> = []

        mutating func take(_ frame: Yamux.Frame) throws {
            for event in try self.session.receive(frame) {
                switch event {
                case .opened(let id): self.open.append(id)
                case .data(let id, let bytes):
                    self.received[id, default: ByteBuffer()].writeImmutableBuffer(bytes)
                    self.unread[id, default: 0] += bytes.readableBytes
                case .finished(let id): self.finished.insert(id)
                case .reset, .pong, .goneAway: break
                }
            }
        }
    }

    @Test(arguments: 1...40)
    func whatIsWrittenIsRead(seed: UInt64) throws {
        var random = Seeded(state: seed)
        var sides = [Side(session: .init(role: .dialer)), Side(session: .init(role: .listener))]
        var wires: [[Yamux.Frame]] = [[], []]
        var byte: UInt8 = 0
        for step in 0..<600 {
            let index = Int.random(in: 0...1, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0 where step < 300 && sides[index].open.count < 6:
                sides[index].open.append(try sides[index].session.open())
            case 1...4 where step < 500:
                guard let id = sides[index].open.randomElement(using: &random) else { continue }
                let bytes = ByteBuffer(repeating: byte, count: Int.random(in: 1...90_000, using: &random))
                byte &+= 1
                if sides[index].session.write(bytes, to: id) != .closed {
                    sides[index].sent[id, default: ByteBuffer()].writeImmutableBuffer(bytes)
                }
            case 5...6:
                for _ in 0..<4 {
                    guard let output = sides[index].session.nextOutput() else { break }
                    wires[index].append(output.frame)
                }
            case 7...8:
                for _ in 0..<Int.random(in: 1...6, using: &random) where !wires[1 - index].isEmpty {
                    try sides[index].take(wires[1 - index].removeFirst())
                }
            default:
                for (id, count) in sides[index].unread { sides[index].session.consume(count, from: id) }
                sides[index].unread = [:]
            }
        }
        for index in 0...1 {
            for id in sides[index].open { sides[index].session.finish(id) }
        }
        var isQuiet = false
        while !isQuiet {
            isQuiet = true
            for index in 0...1 {
                while let output = sides[index].session.nextOutput() {
                    wires[index].append(output.frame)
                    isQuiet = false
                }
                for frame in wires[1 - index] {
                    try sides[index].take(frame)
                    isQuiet = false
                }
                wires[1 - index] = []
                for id in sides[index].open { sides[index].session.finish(id) }
                for (id, count) in sides[index].unread { sides[index].session.consume(count, from: id) }
                sides[index].unread = [:]
            }
        }
        #expect(sides[0].sent == sides[1].received)
        #expect(sides[1].sent == sides[0].received)
        #expect(sides[0].session.streamCount == 0)
        #expect(sides[1].session.streamCount == 0)
    }
}
