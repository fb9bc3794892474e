/// What a look at one thing that a node needs came to: how it stands, why, and what to do about it.
package struct Checkup: Hashable, Sendable {
    /// How a thing stands.
    package enum Standing: String, Hashable, Sendable, CaseIterable {
        /// As it should be.
        case pass
        /// It works, though not as well as it could, or not for much longer.
        case warn
        /// It does not work.
        case fail
    }

    /// What was looked at, in few words.
    package let name: String
    /// How it stands.
    package let standing: Standing
    /// Why, in one line.
    package let why: String
    /// What to do, in one line; nil where nothing is to be done.
    package let remedy: String?

    /// What a look came to.
    package init(_ name: String, _ standing: Standing, _ why: String, remedy: String? = nil) {
        self.name = name
        self.standing = standing
        self.why = Self.line(why)
        self.remedy = remedy.map(Self.line)
    }

    /// As it should be.
    package static func pass(_ name: String, _ why: String) -> Checkup { Checkup(name, .pass, why) }

    /// Not as well as it could be.
    package static func warn(_ name: String, _ why: String, remedy: String) -> Checkup {
        Checkup(name, .warn, why, remedy: remedy)
    }

    /// Not working.
    package static func fail(_ name: String, _ why: String, remedy: String) -> Checkup {
        Checkup(name, .fail, why, remedy: remedy)
    }

    /// Where a look begins to say that something is not as it should be.
    package enum Limits {
        /// An answer of GitHub's that takes longer is slow, in milliseconds.
        package static let slow: Int64 = 2_000
        /// How far clocks may be apart, in milliseconds, before that is said.
        package static let clockNotice: Int64 = 10_000
        /// How far clocks may be apart, in milliseconds: GitHub takes an App's signature for a minute around it.
        package static let clockApart: Int64 = 60_000
        /// How long before its end a token is said to end, in seconds.
        package static let tokenLead: Int64 = 7 * 86_400
        /// The part of the quota, in percent, below which little is left.
        package static let quotaPercent = 10
        /// Free space below which a disk is nearly full, and full, in bytes.
        package static let diskLow: Int64 = 1 << 30
        /// Free space without which nothing can be stored, in bytes.
        package static let diskFull: Int64 = 64 << 20
        /// A write-ahead log that is longer is not folded into its database, in bytes.
        package static let walBytes: Int64 = 512 << 20
        /// How long a delivery log that is the source of events may not have been read, in seconds.
        package static let logAge: Int64 = 600
        /// Repositories and owners whose webhooks are looked at.
        package static let scopes = 50
        /// Repositories in trouble that are told one by one.
        package static let troubles = 20
        /// Characters of one line.
        package static let line = 500
    }

    /// Whatever others wrote stays one line.
    private static func line(_ text: String) -> String {
        let words = text.split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
        return words.count <= Limits.line ? words : String(words.prefix(Limits.line - 1)) + "…"
    }
}
