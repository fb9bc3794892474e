import Foundation

/// The file `.env.cache`: lines `KEY=value`, comments that start with `#`, values bare or in quotes.
struct SettingsFile {
    /// The name that is looked for in the working directory.
    static let defaultName = ".env.cache"

    /// No settings file is longer.
    static let maximumBytes = 1 << 20

    var values: [String: String] = [:]
    var problems: [SettingsError.Problem] = []
    var warnings: [String] = []

    /// A file that is not there and says nothing.
    init() {}

    /// Reads a file that must be there.
    init(path: String) {
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
            self.init()
            self.problems = [.init(key: "--env-file", got: path, wants: "a readable file")]
            return
        }
        self.init(text: text, path: path)
        let holdsSecret = Settings.Key.allCases.contains { $0.isSecret && self.values[$0.rawValue]?.isEmpty == false }
        if holdsSecret, let mode = FilePermissions.mode(of: path), !mode.isPrivate {
            self.warnings.append("\(path) holds a secret and others may read it (mode \(mode)): chmod 600 \(path)")
        }
    }

    /// Reads the text of a file; the path is for messages.
    init(text: String, path: String) {
        guard text.utf8.count <= Self.maximumBytes else {
            self.problems = [.init(key: path, got: nil, wants: "at most \(Self.maximumBytes) bytes")]
            return
        }
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let place = "\(path):\(number + 1)"
            var line = line.trimmingCharacters(in: .whitespaces)[...]
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = line.dropFirst("export ".count) }
            guard let equals = line.firstIndex(of: "=") else {
                // The line itself may be a secret that was pasted in the wrong way.
                self.problems.append(.init(key: place, got: nil, wants: "KEY=value"))
                continue
            }
            let key = line[..<equals].trimmingCharacters(in: .whitespaces)
            guard Settings.Key(rawValue: key) != nil else {
                let wants = Self.nearest(to: key).map { "a known key, such as \($0)" } ?? "a known key"
                self.problems.append(.init(key: place, got: key, wants: wants))
                continue
            }
            if self.values[key] != nil {
                self.problems.append(.init(key: place, got: key, wants: "each key once"))
            }
            self.values[key] = Self.unquoted(line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces))
        }
    }

    /// Takes the quotes off a quoted value, or a comment off the end of a bare one.
    private static func unquoted(_ value: String) -> String {
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            return String(value.dropFirst().dropLast())
        }
        guard let comment = value.range(of: " #") else { return value }
        return value[..<comment.lowerBound].trimmingCharacters(in: .whitespaces)
    }

    /// The known key that an unknown one was probably meant to be.
    static func nearest(to key: String) -> String? {
        let candidates = Settings.Key.allCases.map { ($0.rawValue, distance($0.rawValue, key.uppercased())) }
        guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= 2 else { return nil }
        return best.0
    }

    private static func distance(_ lhs: String, _ rhs: String) -> Int {
        let lhs = Array(lhs.utf8)
        let rhs = Array(rhs.utf8.prefix(64))
        var row = Array(0...rhs.count)
        for (i, left) in lhs.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, right) in rhs.enumerated() {
                let kept = previous + (left == right ? 0 : 1)
                previous = row[j + 1]
                row[j + 1] = min(kept, row[j] + 1, previous + 1)
            }
        }
        return row[rhs.count]
    }
}
