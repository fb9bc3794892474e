import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension ControlClient {
    /// Tells of each piece of the node's news that matters, and whenever it begins to listen, until it is cancelled; a
    /// stream that ends is opened again after a pause.
    func follow(_ interest: Interest, pause: Duration, _ tell: @Sendable () -> Void) async throws {
        while !Task.isCancelled {
            do {
                try await self.listen(interest, tell)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // The next read says what is wrong with the node, if it is.
            }
            try await Task.sleep(for: pause)
        }
    }

    private func listen(_ interest: Interest, _ tell: @Sendable () -> Void) async throws {
        guard let request = self.message(.get, "events") else { return }
        let response = try await Self.http.execute(request, deadline: .distantFuture)
        guard response.status == .ok else { return }
        var reader = NewsReader()
        tell()
        for try await buffer in response.body
        where reader.read(buffer.readableBytesView).contains(where: interest.covers) {
            tell()
        }
    }
}
