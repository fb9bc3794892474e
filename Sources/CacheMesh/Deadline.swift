/// The work was not done in time.
struct TimedOut: Error {}

/// Cancels the work when its time is over.
///
/// - Parameters:
///   - limit: The time that it has.
///   - work: The work, which ends soon once it is cancelled.
/// - Returns: What the work gives.
/// - Throws: What the work throws, or `TimedOut`.
func withDeadline<Value: Sendable>(
    _ limit: Duration,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TimedOut()
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
