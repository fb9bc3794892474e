import CacheCore
import Synchronization

/// Hands what happens to everyone who watches; a slow watcher loses the oldest.
final class EventHub: Sendable {
    private struct State {
        var streams: [Int: AsyncStream<NodeEvent>.Continuation] = [:]
        var next = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limits: Node.Limits

    init(limits: Node.Limits) {
        self.limits = limits
    }

    /// What happens from now on; ends at once where too many watch already.
    func subscribe() -> AsyncStream<NodeEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: NodeEvent.self,
            bufferingPolicy: .bufferingNewest(limits.eventBacklog)
        )
        let number = state.withLock { state -> Int? in
            guard !state.isClosed, state.streams.count < limits.eventStreams else { return nil }
            state.next += 1
            state.streams[state.next] = continuation
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.streams[number] = nil }
        }
        return stream
    }

    /// Tells everyone.
    func send(_ event: NodeEvent) {
        let streams = state.withLock { Array($0.streams.values) }
        for stream in streams { stream.yield(event) }
    }

    /// Ends every stream: the node stops.
    func close() {
        let streams = state.withLock { state in
            state.isClosed = true
            return Array(state.streams.values)
        }
        for stream in streams { stream.finish() }
    }
}
