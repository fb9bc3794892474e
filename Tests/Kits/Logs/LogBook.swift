package import Logging
import Synchronization

/// Keeps all that is logged, as text.
package final class LogBook: Sendable {
    private let written = Mutex<[String]>([])

    /// An empty one.
    package init() {}

    /// What was logged so far.
    package var lines: [String] { written.withLock(\.self) }

    /// Writes into it, down to traces.
    package var logger: Logger {
        var logger = Logger(label: "tests") { _ in Handler(book: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            book.written.withLock { $0.append("\(event.message) \(fields)") }
        }
    }
}
