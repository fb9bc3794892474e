import NIOCore

/// A request's body whose first chunk was already taken, to know that there is one.
struct PrefixedBody: AsyncSequence, Sendable {
    let first: [UInt8]
    let rest: AsyncThrowingStream<[UInt8], any Error>

    struct AsyncIterator: AsyncIteratorProtocol {
        var first: [UInt8]?
        var rest: AsyncThrowingStream<[UInt8], any Error>.AsyncIterator

        mutating func next() async throws -> ByteBuffer? {
            if let chunk = first {
                first = nil
                return ByteBuffer(bytes: chunk)
            }
            return try await rest.next(isolation: #isolation).map { ByteBuffer(bytes: $0) }
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(first: first, rest: rest.makeAsyncIterator())
    }
}
