import Synchronization

/// A bar on standard error for work that takes more than a second, where a person is looking.
final class ProgressBar: Sendable {
    private struct State {
        var done = 0
        var total: Int?
        var drawn = false
    }

    private let label: String
    private let state: Mutex<State>

    private init(label: String, total: Int?) {
        self.label = label
        self.state = Mutex(State(total: total))
    }

    /// Counts one more piece of the work as done.
    func advance() {
        self.state.withLock { $0.done += 1 }
    }

    /// Does the work under a bar; without a total the bar shows the time it takes.
    static func during<Result>(
        _ label: String,
        total: Int? = nil,
        on terminal: Terminal = .error,
        _ work: (ProgressBar) async throws -> Result
    ) async throws -> Result {
        let bar = ProgressBar(label: label, total: total)
        guard terminal.isInteractive else { return try await work(bar) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await bar.draw(on: terminal) }
            defer {
                group.cancelAll()
                if bar.state.withLock({ $0.drawn }) { terminal.write("\r\u{1b}[K") }
            }
            return try await work(bar)
        }
    }

    private func draw(on terminal: Terminal) async throws {
        let started = ContinuousClock.now
        try await Task.sleep(for: .seconds(1))
        while !Task.isCancelled {
            let seconds = (ContinuousClock.now - started).components.seconds
            let line = self.state.withLock { state in
                state.drawn = true
                return Self.line(self.label, done: state.done, total: state.total, seconds: seconds)
            }
            terminal.write("\r\(line)\u{1b}[K")
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// One state of the bar.
    static func line(_ label: String, done: Int, total: Int?, seconds: Int64) -> String {
        guard let total, total > 0 else { return "\(label) \(seconds)s" }
        let width = 24
        let filled = min(done, total) * width / total
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        return "\(label) [\(bar)] \(done)/\(total) \(seconds)s"
    }
}
