import Configuration
import Foundation

/// Reads one setting after the other and notes what is wrong with each, so that an operator sees all of it at once.
struct SettingsReader {
    private let reader: ConfigReader
    private let home: String?
    private(set) var problems: [SettingsError.Problem] = []

    /// Reads from sources of which an earlier one wins; empty values count as unset.
    init(sources: [[String: String]], home: String?) {
        let secrets = Set(Settings.Key.allCases.filter(\.isSecret).map(\.rawValue))
        let providers: [any ConfigProvider] = sources.map { source in
            EnvironmentVariablesProvider(
                environmentVariables: Self.effective(source),
                secretsSpecifier: .specific(secrets)
            )
        }
        self.reader = ConfigReader(providers: providers)
        self.home = home
    }

    /// The values that are known and set, and one name for the token: within one source `GITHUB_TOKEN` wins.
    private static func effective(_ values: [String: String]) -> [String: String] {
        var effective = values.filter { Settings.Key(rawValue: $0.key) != nil && !$0.value.isEmpty }
        if let other = effective.removeValue(forKey: Settings.Key.ghToken.rawValue) {
            effective[Settings.Key.githubToken.rawValue] = effective[Settings.Key.githubToken.rawValue] ?? other
        }
        return effective
    }

    /// The text of a setting, or nil where it is unset.
    func text(_ key: Settings.Key) -> String? {
        self.reader.string(forKey: ConfigKey(key.components), isSecret: key.isSecret)
            .flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Notes that a setting is wrong.
    mutating func refuse(_ key: Settings.Key, got: String? = nil, wants: String) {
        self.problems.append(.init(key: key.rawValue, got: key.isSecret ? nil : got, wants: wants))
    }

    /// Notes problems of another reader.
    mutating func refuse(_ problems: [SettingsError.Problem]) {
        self.problems += problems
    }

    /// Reads a value; one that does not parse is noted and stands as unset.
    mutating func value<Value>(_ key: Settings.Key, wants: String, parse: (String) -> Value?) -> Value? {
        guard let text = self.text(key) else { return nil }
        guard let value = parse(text) else {
            self.refuse(key, got: text, wants: wants)
            return nil
        }
        return value
    }

    /// Reads a value over the one that stands there.
    mutating func read<Value>(_ key: Settings.Key, into target: inout Value, wants: String, parse: (String) -> Value?) {
        if let value = self.value(key, wants: wants, parse: parse) { target = value }
    }

    /// Reads a whole number within bounds.
    mutating func number(_ key: Settings.Key, into target: inout Int, in range: ClosedRange<Int>) {
        self.read(key, into: &target, wants: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// Reads a number of seconds.
    mutating func seconds(_ key: Settings.Key, into target: inout Duration, atLeast minimum: Int = 1) {
        let range = minimum...31_536_000
        let wants = "whole seconds from \(range.lowerBound) to \(range.upperBound)"
        self.read(key, into: &target, wants: wants) { text in
            Int(text).flatMap { range.contains($0) ? .seconds($0) : nil }
        }
    }

    /// Reads one of a few words.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ key: Settings.Key, into target: inout Word)
    where Word.RawValue == String {
        let wants = Word.allCases.map(\.rawValue).joined(separator: " or ")
        self.read(key, into: &target, wants: wants) { Word(rawValue: $0.lowercased()) }
    }

    /// Reads a comma-separated list; each element that does not parse is noted by itself.
    mutating func list<Element>(_ key: Settings.Key, wants: String, parse: (String) -> Element?) -> [Element]? {
        guard let text = self.text(key) else { return nil }
        var elements: [Element] = []
        for part in text.split(separator: ",") {
            let part = part.trimmingCharacters(in: .whitespaces)
            if part.isEmpty { continue }
            if let element = parse(part) {
                elements.append(element)
            } else {
                self.refuse(key, got: part, wants: wants)
            }
        }
        return elements.isEmpty ? nil : elements
    }

    /// Reads a path; `~/` stands for the home folder.
    mutating func path(_ key: Settings.Key) -> String? {
        guard let text = self.text(key) else { return nil }
        return self.expanded(text, for: key)
    }

    /// Puts the home folder for `~`.
    mutating func expanded(_ path: String, for key: Settings.Key) -> String {
        var path = path
        if path == "~" || path.hasPrefix("~/") {
            if let home, !home.isEmpty {
                path = home + path.dropFirst()
            } else {
                self.refuse(key, got: path, wants: "a path; there is no HOME to put for ~")
            }
        }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// Reads the content of a file that holds a secret, which only its owner may open.
    mutating func secretFile(_ key: Settings.Key) -> String? {
        guard let (path, bytes) = self.secretBytes(key) else { return nil }
        guard let text = String(data: bytes, encoding: .utf8) else {
            self.refuse(key, got: path, wants: "a file of text")
            return nil
        }
        let content = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !content.isEmpty else {
            self.refuse(key, got: path, wants: "a file that is not empty")
            return nil
        }
        return content
    }

    /// Reads the bytes of a file that holds a secret, which only its owner may open.
    mutating func secretBytes(_ key: Settings.Key) -> (path: String, bytes: Data)? {
        guard let path = self.path(key) else { return nil }
        guard let mode = FilePermissions.mode(of: path), FilePermissions.isFile(path, ofAtMost: 65_536) else {
            self.refuse(key, got: path, wants: "a readable file of at most 64 KiB")
            return nil
        }
        guard mode.isPrivate else {
            self.refuse(key, got: path, wants: "a file that only its owner can read (chmod 600); its mode is \(mode)")
            return nil
        }
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else {
            self.refuse(key, got: path, wants: "a readable file of at most 64 KiB")
            return nil
        }
        return (path, bytes)
    }
}
