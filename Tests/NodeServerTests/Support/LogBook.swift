import Logging
import Synchronization

/// Keeps what is logged.
final class LogBook: Sendable {
    private let written = Mutex<[String]>([])

    var lines: [String] { written.withLock(\.self) }

    func logger(level: Logger.Level) -> Logger {
        var logger = Logger(label: "test") { _ in Handler(book: self) }
        logger.logLevel = level
        return logger
    }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            let text = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            book.written.withLock { $0.append("\(event.message)\(text)") }
        }
    }
}
