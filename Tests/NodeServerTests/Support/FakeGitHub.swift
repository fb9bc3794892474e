import CacheCore
import GitHubCore
import Synchronization

/// A GitHub to hand requests on to: reads a request's body whole, remembers it, and answers as it was told.
final class FakeGitHub: PassThrough {
    struct Seen: Sendable {
        let method: String
        let host: String?
        let target: String
        let headers: [String: String]
        let body: [UInt8]
        let contentLength: Int?
    }

    struct State: Sendable {
        var seen: [Seen] = []
        /// Whether it answers only once it has the whole body.
        var readsBody = true
        var failure: OriginFailure?
        var status = 200
        var headers: [(name: String, value: String)] = [("Content-Type", "application/json")]
        var chunks: [[UInt8]] = []
        var chunksPulled = 0
    }

    private let state = Mutex(State())

    func with<Value>(_ body: (inout sending State) -> sending Value) -> sending Value {
        state.withLock(body)
    }

    func forward(_ request: PassThroughRequest) async throws(OriginFailure) -> PassThroughResponse {
        var body: [UInt8] = []
        do {
            for try await chunk in request.body {
                body += chunk
                if !state.withLock({ $0.readsBody }) { break }
            }
        } catch {
            throw .unreachable("the client broke off")
        }
        let headers = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" }
        let seen = Seen(
            method: request.method,
            host: request.host?.name,
            target: request.target,
            headers: headers,
            body: body,
            contentLength: request.contentLength
        )
        let answer = state.withLock { state in
            state.seen.append(seen)
            return state
        }
        if let failure = answer.failure { throw failure }
        return PassThroughResponse(
            status: answer.status,
            headers: answer.headers,
            body: AsyncThrowingStream { self.nextChunk() }
        )
    }

    private func nextChunk() -> [UInt8]? {
        state.withLock { state in
            guard state.chunksPulled < state.chunks.count else { return nil }
            state.chunksPulled += 1
            return state.chunks[state.chunksPulled - 1]
        }
    }
}
