/// Settings that a node cannot start with: every problem there is, each with the key, what it got and what it wants.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
    /// One setting that is wrong or missing.
    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The name of the setting.
        public var key: String
        /// The value it got; nil where there is none or it must not be shown.
        public var got: String?
        /// What it wants.
        public var wants: String

        /// One line for the operator.
        public var description: String {
            "\(self.key): \(self.got.map { "got \"\($0)\", " } ?? "")wants \(self.wants)"
        }
    }

    /// The problems, in the order in which they were met.
    public var problems: [Problem]

    /// A line for each.
    public var description: String {
        self.problems.map(\.description).joined(separator: "\n")
    }
}
