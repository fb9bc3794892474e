import Synchronization

/// The answer to work that was handed to another task: given once, awaited once.
final class Reply<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, HostError>?>(nil)
    private let answered = Wakeup()

    /// Gives the answer; later ones are dropped.
    func resolve(_ result: Result<Value, HostError>) {
        self.result.withLock { $0 = $0 ?? result }
        self.answered.ring()
    }

    /// Awaits the answer.
    func value() async throws(HostError) -> Value {
        while true {
            if let result = self.result.withLock({ $0 }) { return try result.get() }
            do {
                try await self.answered.wait()
            } catch {
                throw HostError(.cancelled, "the caller gave up")
            }
        }
    }
}
