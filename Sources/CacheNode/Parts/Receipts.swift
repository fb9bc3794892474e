import Synchronization

/// Lets those wait who handed something in until it is done.
final class Receipts: Sendable {
    /// One thing handed in.
    struct ID: Hashable, Sendable {
        fileprivate let number: Int
    }

    private struct State {
        var waiting: [ID: CheckedContinuation<Void, Never>] = [:]
        var nextNumber = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Hands something in by `send`, and returns once it is done or nobody does it any more.
    func wait(_ send: (ID) -> Void) async {
        await withCheckedContinuation { continuation in
            let id = state.withLock { state -> ID? in
                guard !state.isClosed else { return nil }
                let id = ID(number: state.nextNumber)
                state.nextNumber += 1
                state.waiting[id] = continuation
                return id
            }
            if let id { send(id) } else { continuation.resume() }
        }
    }

    /// Says that something is done.
    func settle(_ id: ID) {
        state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
    }

    /// Lets everybody go: the node stops.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }
}
