package import GitHubCore

/// What happened lately to the repositories that queries lie in and to the credentials that ask them.
///
/// An answer that was asked for before an event may arrive after it, and one asked for right after it may still come
/// from a copy at GitHub that has not heard of it: the first is not kept at all, and the second no longer than it
/// followed the event. Whatever happens has a number, so that nothing depends on two clocks, or on one's resolution.
package struct QueryHistory: Sendable {
    /// The bounds of what is remembered.
    package enum Limits {
        /// Repositories, owners and credentials; past it the older half goes, and counts as having happened to all.
        package static let marks = 8_192
        /// The shortest lifetime of what is kept, in seconds.
        package static let shortest = 1
        /// How long a change may take to show everywhere at GitHub, and how far its clock may be off, in seconds.
        package static let lag = 30
    }

    /// What may have happened to something.
    private enum Thing: Hashable {
        /// An event of a repository, or of one of an owner's.
        case event(Scope)
        /// An event of everything that an owner has.
        case all(String)
        /// Something that a credential did, or that was done to it.
        case credential(CredentialID)
        /// An event of any repository.
        case any
    }

    private struct Mark {
        var number: UInt64
        var moment: Timestamp
    }

    private var marks: [Thing: Mark] = [:]
    /// The latest of what was forgotten.
    private var forgotten: Mark?
    /// The number of what happened last; a question that is asked now is asked after it.
    package private(set) var number: UInt64 = 0

    /// A history in which nothing happened.
    package init() {}

    /// Notes an event of a repository, or of all that an owner has.
    package mutating func note(_ scope: Scope, at moment: Timestamp) {
        number += 1
        mark(.any, moment)
        mark(.event(scope), moment)
        switch scope {
        case .repository(let repository): mark(.event(.owner(repository.owner.lowercased())), moment)
        case .owner(let login): mark(.all(login), moment)
        }
    }

    /// Notes that a credential wrote, or lost something that it could reach.
    package mutating func note(_ credential: CredentialID, at moment: Timestamp) {
        number += 1
        mark(.credential(credential), moment)
    }

    /// Notes that proofs are taken back.
    package mutating func note(_ withdrawal: Withdrawal, at moment: Timestamp) {
        switch withdrawal {
        case .everything(let credential), .scope(_, let credential): note(credential, at: moment)
        case .subject(let subject): note(subject.credential, at: moment)
        case .everyone(let scope): note(scope, at: moment)
        }
    }

    /// How long an answer may be kept, in seconds; nil where something happened since it was asked for.
    ///
    /// - Parameters:
    ///   - tags: The repositories that it lies in.
    ///   - credential: Whose it is.
    ///   - asked: The number of what had happened last when it was asked for.
    ///   - askedAt: When that was.
    ///   - longest: How long it may be kept where nothing happened.
    /// - Returns: Seconds from when it was asked for, or nil.
    package func lifetime(
        of tags: GraphQL.Tags,
        to credential: CredentialID,
        asked: UInt64,
        askedAt: Timestamp,
        longest: Int
    ) -> Int? {
        var things: [Thing] = [.credential(credential)]
        if tags.isAny { things.append(.any) }
        for scope in tags.scopes {
            things.append(.event(scope))
            if case .repository(let repository) = scope { things.append(.all(repository.owner.lowercased())) }
        }
        let known = things.compactMap { marks[$0] } + [forgotten].compactMap(\.self)
        guard known.allSatisfy({ $0.number <= asked }) else { return nil }
        guard let latest = known.map(\.moment).max() else { return longest }
        let since = Int(clamping: askedAt.milliseconds(since: latest) / 1000)
        return min(longest, max(Limits.shortest, since))
    }

    /// Whether an answer that is kept may have been given before a run or job got to a state: what changed longer ago
    /// than anything is kept is only news to this node.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - now: When it came to be known here.
    ///   - longest: How long an answer is kept at most, in seconds.
    /// - Returns: Whether it may.
    package static func mayOutdate(_ state: ObjectState, now: Timestamp, longest: Int) -> Bool {
        let changedAt = max(state.version.stamp, state.version.deliveredAt ?? state.version.stamp)
        // A state that does not tell when it came about may be new.
        guard changedAt.milliseconds > 0 else { return true }
        return now.milliseconds(since: changedAt) <= Int64(longest + Limits.lag) * 1000
    }

    private mutating func mark(_ thing: Thing, _ moment: Timestamp) {
        marks[thing] = Mark(number: number, moment: moment)
        guard marks.count > Limits.marks else { return }
        let sorted = marks.sorted { $0.value.number > $1.value.number }
        for (thing, mark) in sorted.dropFirst(Limits.marks / 2) {
            marks[thing] = nil
            if mark.number > forgotten?.number ?? 0 { forgotten = mark }
        }
    }
}
