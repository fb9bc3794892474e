import GitHubCore
import Synchronization

/// Lets one hand at a time be at a webhook or its log, and remembers when a rotation is to be tried again.
final class HookDesk<Subject: Hashable & Sendable & CustomStringConvertible>: Sendable {
    private struct State {
        var busy: Set<Subject> = []
        var nextTry: [Subject: Timestamp] = [:]
    }

    private let state = Mutex(State())
    private let doing: String

    /// A desk for one sort of work, in words: what is done to a webhook there.
    init(doing: String) {
        self.doing = doing
    }

    /// Does something about the webhook of a scope, unless somebody does already.
    func during<Value>(
        _ subject: Subject,
        _ work: () async throws(ControlError) -> Value
    ) async throws(ControlError) -> Value {
        guard state.withLock({ $0.busy.insert(subject).inserted }) else {
            throw ControlError(
                status: 409,
                "the webhook of \(subject) is being \(doing): try again in a moment",
                retryAfter: 5
            )
        }
        defer { state.withLock { state in _ = state.busy.remove(subject) } }
        return try await work()
    }

    /// Whether something that failed before may be tried.
    func mayTry(_ subject: Subject, at moment: Timestamp) -> Bool {
        state.withLock { state in state.nextTry[subject].map { $0 <= moment } ?? true }
    }

    /// Notes when it may be tried again; nil where it went well.
    func tryAgain(_ subject: Subject, at moment: Timestamp?) {
        state.withLock { $0.nextTry[subject] = moment }
    }
}
