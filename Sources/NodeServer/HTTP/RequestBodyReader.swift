import Hummingbird
import NIOCore

/// Pulls a request's body chunk by chunk at the pace of whoever forwards it, and stops before the next request begins.
actor RequestBodyReader {
    private var iterator: RequestBody.AsyncIterator
    private var isReading = false
    private var isClosed = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ body: RequestBody) {
        iterator = body.makeAsyncIterator()
    }

    /// The next chunk, or nil at the end and after `close`.
    func next() async throws -> [UInt8]? {
        guard !isClosed, !isReading else { return nil }
        isReading = true
        defer {
            isReading = false
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        var iterator = iterator
        defer { self.iterator = iterator }
        guard let chunk = try await iterator.next(isolation: self) else {
            isClosed = true
            return nil
        }
        return Array(chunk.readableBytesView)
    }

    /// Gives nothing more, and returns once nobody reads: two readers of one connection may not be.
    func close() async {
        isClosed = true
        guard isReading else { return }
        await withCheckedContinuation { waiting.append($0) }
    }
}
