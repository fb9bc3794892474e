import Synchronization

/// A bell for one waiter: a ring while nobody waits is kept for the next wait.
///
/// Whoever wakes re-checks what it waits for, so rings may be spurious but are never lost.
final class Wakeup: Sendable {
    private enum State {
        /// Nobody waits, nothing is kept.
        case idle
        /// A ring is kept.
        case rung
        /// Somebody waits.
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    /// Wakes the waiter, now or as soon as there is one.
    func ring() {
        let waiter: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            switch state {
            case .idle, .rung:
                state = .rung
                return nil
            case .waiting(let waiter):
                state = .idle
                return waiter
            }
        }
        waiter?.resume()
    }

    /// Waits for a ring.
    func wait() async throws(CancellationError) {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let ready: CheckedContinuation<Void, Never>? = self.state.withLock { state in
                    switch state {
                    case .rung:
                        state = .idle
                        return continuation
                    case .idle where Task.isCancelled:
                        return continuation
                    case .idle:
                        state = .waiting(continuation)
                        return nil
                    case .waiting(let earlier):
                        // There should be one waiter; the earlier one looks again rather than wait for ever.
                        state = .waiting(continuation)
                        return earlier
                    }
                }
                ready?.resume()
            }
        } onCancel: {
            let waiter: CheckedContinuation<Void, Never>? = self.state.withLock { state in
                guard case .waiting(let waiter) = state else { return nil }
                state = .idle
                return waiter
            }
            waiter?.resume()
        }
        if Task.isCancelled { throw CancellationError() }
    }
}
