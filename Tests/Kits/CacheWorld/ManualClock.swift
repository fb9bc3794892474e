package import GitHubCore
import Synchronization

/// A clock that is set by hand; who sleeps on it wakes when it is moved far enough.
package final class ManualClock: Sendable {
    private struct State {
        var now: Timestamp
        var next = 0
        /// How many ever fell asleep.
        var asleep = 0
        var sleepers: [Int: (until: Timestamp, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// A clock at a moment.
    package init(_ now: Timestamp) {
        state = Mutex(State(now: now))
    }

    /// The moment.
    package var now: Timestamp { state.withLock(\.now) }

    /// Moves on and wakes whoever slept until then; gives how many those were.
    @discardableResult
    package func advance(milliseconds: Int64) -> Int {
        let due = state.withLock { state in
            state.now = state.now.advanced(byMilliseconds: milliseconds)
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
        return due.count
    }

    /// Moves on step by step, each time as far as the next sleeper waits for, so that those who sleep again are heard.
    package func pass(milliseconds: Int64) async {
        let end = now.advanced(byMilliseconds: milliseconds)
        while now < end {
            await someoneSleeps()
            let next = state.withLock { $0.sleepers.values.map(\.until).min() } ?? end
            let sleeps = state.withLock(\.asleep)
            let woken = advance(milliseconds: max(0, min(next, end).milliseconds(since: now)))
            await sleepAgain(woken, since: sleeps)
        }
    }

    /// Waits until so many sleep at once, within a bound.
    package func sleepers(_ count: Int) async {
        for _ in 0..<500 where state.withLock(\.sleepers.count) < count {
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Waits until those who were woken sleep again, within a bound: some do not.
    private func sleepAgain(_ woken: Int, since sleeps: Int) async {
        for _ in 0..<200 where state.withLock(\.asleep) < sleeps + woken {
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    /// The moment that the next sleeper waits for; waits until somebody sleeps.
    package func nextWake() async -> Timestamp {
        await someoneSleeps()
        return state.withLock { $0.sleepers.values.map(\.until).min() ?? $0.now }
    }

    private func someoneSleeps() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sleepers.isEmpty { state.watchers.append(continuation) }
                return !state.sleepers.isEmpty
            }
            if isThere { continuation.resume() }
        }
    }

    /// Sleeps until the clock was moved so far.
    package func sleep(_ duration: Duration) async throws {
        let milliseconds = Int64(duration / .milliseconds(1))
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let watchers = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                    guard !Task.isCancelled else { return nil }
                    state.asleep += 1
                    state.sleepers[number] = (state.now.advanced(byMilliseconds: milliseconds), continuation)
                    defer { state.watchers = [] }
                    return state.watchers
                }
                guard let watchers else { return continuation.resume(throwing: CancellationError()) }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: number) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
