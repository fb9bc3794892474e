/// Something did not come true in time.
struct Impatient: Error, CustomStringConvertible {
    let description: String
}

/// Waits, within bounds, until there is a value.
func eventually<Value>(
    _ what: String,
    within patience: Duration = .seconds(60),
    _ find: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
        if let value = try await find() { return value }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw Impatient(description: "in \(patience) this did not come true: \(what)")
}

/// Waits, within bounds, until something holds.
func eventually(
    _ what: String,
    within patience: Duration = .seconds(60),
    holds: () async throws -> Bool
) async throws {
    let _: Void = try await eventually(what, within: patience) { try await holds() ? () : nil }
}
