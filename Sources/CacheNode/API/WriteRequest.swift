/// A request that was handed on to GitHub and may have changed something there.
package struct WriteRequest: Sendable {
    /// The method that GitHub acts on.
    package let method: String
    /// Path and query as handed on.
    package let target: String
    /// Who asked.
    package let caller: Caller
    /// GitHub's status, or nil where its answer never came.
    package let status: Int?

    /// A request with what came of it.
    package init(method: String, target: String, caller: Caller, status: Int?) {
        self.method = method
        self.target = target
        self.caller = caller
        self.status = status
    }

    /// Whether GitHub may have acted on it: unless it refused, nobody knows better.
    package var mayHaveActed: Bool { !(400..<500).contains(status ?? 0) }

    /// Whether GitHub said that it did what it was asked.
    package var isDone: Bool { (200..<300).contains(status ?? 0) }
}
