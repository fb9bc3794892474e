package import GitHubCore

/// The secrets of one hook, of which there are two while it is given another.
///
/// GitHub knows one secret at a time and has deliveries on their way when it changes. So a new secret is believed, on disk,
/// before GitHub hears of it, and the old one until nothing comes with it any more. Each step can be done again: whoever
/// finds a rotation half done goes on with what is written here.
package struct HookSecrets: Hashable, Sendable {
    /// The one that GitHub signs with, or signed with when the rotation began.
    package private(set) var current: String
    /// The one that takes its place; nil while nothing changes.
    package private(set) var next: String?
    /// When GitHub said that it signs with the next one; nil before.
    package private(set) var changedAt: Timestamp?

    /// A secret, and the state of a rotation.
    package init(_ current: String, next: String? = nil, changedAt: Timestamp? = nil) {
        self.current = current
        self.next = next
        self.changedAt = next == nil ? nil : changedAt
    }

    /// How far a rotation has come.
    package enum Step: String, Hashable, Sendable {
        /// Both are believed; what GitHub signs with is not known. GitHub is told next.
        case offered
        /// GitHub signs with the next one. The old one goes next.
        case changed
    }

    /// How far the rotation has come; nil where there is none.
    package var step: Step? {
        guard next != nil else { return nil }
        return changedAt == nil ? .offered : .changed
    }

    /// The one that GitHub should sign with.
    package var latest: String { next ?? current }

    /// Begins a rotation; one that goes on already goes on with its own secret.
    package mutating func offer(_ fresh: String) {
        guard next == nil else { return }
        next = fresh
        changedAt = nil
    }

    /// GitHub said that it signs with the latest one.
    package mutating func changed(at moment: Timestamp) {
        if next != nil, changedAt == nil { changedAt = moment }
    }

    /// Believes the old one no more, where GitHub has another.
    package mutating func retire() {
        guard let next, changedAt != nil else { return }
        self = HookSecrets(next)
    }
}

extension HookSecrets: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there are secrets, and nothing of them.
    package var description: String { "<secrets>" }

    /// Says that there are secrets, and nothing of them.
    package var debugDescription: String { description }

    /// Shows nothing to dumps and failed expectations.
    package var customMirror: Mirror { Mirror(self, children: [:] as KeyValuePairs<String, Any>) }
}

/// When the old secret of a rotation goes.
package struct RetirementRule: Hashable, Sendable {
    /// How long nothing may have come with the old one, in milliseconds; GitHub gives a delivery ten seconds.
    package var quiet: Int64
    /// How long it stays at the most, in seconds; what comes later is refused, and found in GitHub's log.
    package var grace: Int

    /// A rule; by default GitHub's ten seconds, and five minutes.
    package init(quiet: Int64 = 10_000, grace: Int = 300) {
        self.quiet = quiet
        self.grace = grace
    }

    /// Whether the old secret goes now: by when GitHub changed over, when something last came with the old one, and
    /// whether anything came with the new one.
    package func isDue(changedAt: Timestamp, lastOld: Timestamp?, sawNew: Bool, now: Timestamp) -> Bool {
        if now >= changedAt.advanced(bySeconds: grace) { return true }
        return sawNew && now >= max(changedAt, lastOld ?? changedAt).advanced(byMilliseconds: quiet)
    }
}
