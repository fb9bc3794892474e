import AsyncHTTPClient
import NIOCore

/// An answer's body on its way to a client, of which the beginning may be looked at before.
struct ForwardedBody: Sendable {
    private let reader: BodyReader
    private var taken: [[UInt8]] = []
    private var failure: (any Error)?

    init(_ body: HTTPClientResponse.Body) {
        reader = BodyReader(body)
    }

    /// The body's first bytes: up to a bound, or all there are.
    mutating func beginning(upTo limit: Int) async -> [UInt8] {
        var count = taken.reduce(0) { $0 + $1.count }
        do {
            while count < limit, let chunk = try await reader.next() {
                taken.append(chunk)
                count += chunk.count
            }
        } catch {
            // Whoever reads the body is told, after what came.
            failure = error
        }
        return Array(taken.joined().prefix(limit))
    }

    /// The whole body, pulled at the pace of who reads it.
    var stream: AsyncThrowingStream<[UInt8], any Error> {
        let (reader, failure) = (reader, failure)
        let taken = Taken(taken)
        return AsyncThrowingStream {
            if let chunk = await taken.next() { return chunk }
            if let failure { throw failure }
            return try await reader.next()
        }
    }

    /// The chunks that were looked at.
    private actor Taken {
        private var chunks: ArraySlice<[UInt8]>

        init(_ chunks: [[UInt8]]) {
            self.chunks = chunks[...]
        }

        func next() -> [UInt8]? { chunks.popFirst() }
    }
}
