import NIOCore
import NIOPosix

/// One connection that asks the same again and again, each time after the whole answer.
enum Asker {
    /// What came back is no answer that tells its length.
    struct Nonsense: Error {}

    /// Asks a number of times; gives the bytes of all answers.
    @discardableResult
    static func ask(_ request: String, times: Int, port: Int) async throws -> Int {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let question = ByteBuffer(string: request)
        return try await channel.executeThenClose { inbound, outbound in
            var total = 0
            var buffer = ByteBuffer()
            var chunks = inbound.makeAsyncIterator()
            for _ in 0..<times {
                try await outbound.write(question)
                var left: Int?
                while left.map({ buffer.readableBytes < $0 }) ?? true {
                    guard var chunk = try await chunks.next() else { throw Nonsense() }
                    buffer.writeBuffer(&chunk)
                    if left == nil { left = try length(of: buffer) }
                }
                total += left ?? 0
                buffer.clear()
            }
            return total
        }
    }

    /// How long the answer at the start of a buffer is, once its head is whole.
    private static func length(of buffer: ByteBuffer) throws -> Int? {
        let view = buffer.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: view[..<end.lowerBound], as: UTF8.self).lowercased()
        let size = view.distance(from: view.startIndex, to: end.upperBound)
        guard head.hasPrefix("http/1.1 200") || head.hasPrefix("http/1.1 304") else { throw Nonsense() }
        if head.hasPrefix("http/1.1 304") { return size }
        let line = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        guard let text = line?.split(separator: " ").last, let length = Int(text) else { throw Nonsense() }
        return size + length
    }
}
