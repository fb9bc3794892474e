import Foundation
import Logging

/// Writes each log line as one JSON object, for machines.
struct JSONLogHandler: LogHandler {
    private let label: String
    private let write: @Sendable (String) -> Void
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()
    var metadataProvider: Logger.MetadataProvider?

    /// Hands finished lines on.
    init(label: String, write: @escaping @Sendable (String) -> Void = { Terminal.error.write($0) }) {
        self.label = label
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var metadata = self.metadata
        metadata.merge(self.metadataProvider?.get() ?? [:]) { $1 }
        metadata.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error { metadata["error"] = "\(error)" }
        var members = metadata.mapValues(Self.json)
        members["time"] = .string(Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        members["level"] = .string(event.level.rawValue)
        members["logger"] = .string(self.label)
        members["message"] = .string("\(event.message)")
        self.write(JSONValue.object(members).line + "\n")
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string(value.description)
        case .array(let values): .array(values.map(self.json))
        case .dictionary(let values): .object(values.mapValues(self.json))
        }
    }
}
