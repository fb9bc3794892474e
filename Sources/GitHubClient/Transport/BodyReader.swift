import AsyncHTTPClient
import NIOCore

/// Pulls an answer's body chunk by chunk, at the pace of who asks.
actor BodyReader {
    private var iterator: HTTPClientResponse.Body.AsyncIterator

    init(_ body: HTTPClientResponse.Body) {
        iterator = body.makeAsyncIterator()
    }

    /// The next chunk, or nil at the end.
    func next() async throws -> [UInt8]? {
        var iterator = iterator
        defer { self.iterator = iterator }
        return try await iterator.next(isolation: self).map { Array($0.readableBytesView) }
    }
}
