import Synchronization

/// The answer to work that was handed to another task: given once, awaited once.
final class Reply<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, HostError>?>(nil)
    private let answered = Wakeup()

    /// Gives the answer; later ones are dropped, which is told.
    @discardableResult
    func resolve(_ result: Result<Value, HostError>) -> Bool {
        let isFirst = self.result.withLock { known in
            guard known == nil else { return false }
            known = result
            return true
        }
        self.answered.ring()
        return isFirst
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
