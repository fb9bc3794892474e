import GitHubCore

/// What a peer claims is believed until something speaks against it; then GitHub is asked, and its word stands.
extension StateClaim {
    /// How long GitHub's answers may lag behind its events, in milliseconds.
    package enum Patience {
        /// The answer for exactly one run or job.
        package static let answers: Int64 = 10_000
        /// Its lists.
        package static let lists: Int64 = 60_000
    }

    /// When it was true, by the delivery's own clock where there is one, and never later than it was heard.
    private var moment: Timestamp { min(version.deliveredAt ?? asOf, asOf) }

    /// Whether it was true after a peer said that what is remembered had come to be, although it looks older: then one of
    /// the two is wrong, and only GitHub can tell which.
    package func disputes(_ held: ObjectState) -> Bool {
        guard held.authority == .peer, authority != .github, order(against: held) == .older else { return false }
        let heldAt = min(held.version.deliveredAt ?? held.seenAt, held.seenAt)
        let lag = version.deliveredAt == nil ? Patience.lists : 0
        return moment.advanced(byMilliseconds: -lag) > heldAt
    }

    /// Whether it is GitHub's word against a peer's that claimed to know something newer.
    package func overrules(_ held: ObjectState) -> Bool {
        guard authority == .github, held.authority == .peer, order(against: held) == .newer else { return false }
        return version.order(against: held.version, status: status, otherStatus: held.status) != .newer
    }

    /// Whether a peer tells of what was before GitHub itself was asked: what GitHub said then is newer.
    func isSettled(by held: ObjectState) -> Bool {
        authority == .peer && held.authority == .github
            && moment.advanced(byMilliseconds: Patience.answers) < held.seenAt
    }
}
