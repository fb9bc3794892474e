import Synchronization

/// Lets answers leave, or holds them until it is opened.
final class AnswerGate: Sendable {
    private struct State {
        var isOpen = true
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var number = 0
    }

    private let state = Mutex(State())

    /// Holds what comes from now on.
    func close() { state.withLock { $0.isOpen = false } }

    /// Lets go whatever is held, and holds nothing more.
    func open() {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            state.isOpen = true
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits while the gate is closed; who is cancelled waits no longer.
    func pass() async {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }
}
