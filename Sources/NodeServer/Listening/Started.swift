import Synchronization

/// Remembers where a listener listens, for whoever waits to know.
final class Started: Sendable {
    private struct State {
        enum Phase {
            case starting
            case listening(BoundAddress)
            case over
        }

        var phase = Phase.starting
        var nextID = 0
        var waiting: [Int: CheckedContinuation<BoundAddress?, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Whether the listener was ever bound.
    var hasBegun: Bool {
        state.withLock { if case .listening = $0.phase { true } else { false } }
    }

    func begin(_ address: BoundAddress) {
        settle(.listening(address), address)
    }

    func end() {
        settle(.over, nil)
    }

    /// The address once there is one; nil where the listener ended, or the waiting was cancelled.
    func address() async -> BoundAddress? {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known: BoundAddress?? = state.withLock { state in
                    switch state.phase {
                    case .listening(let address): return .some(address)
                    case .over: return .some(nil)
                    case .starting where Task.isCancelled: return .some(nil)
                    case .starting:
                        state.waiting[id] = continuation
                        return .none
                    }
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: nil)
        }
    }

    private func settle(_ phase: State.Phase, _ address: BoundAddress?) {
        let waiting = state.withLock { state in
            state.phase = phase
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume(returning: address) }
    }
}
