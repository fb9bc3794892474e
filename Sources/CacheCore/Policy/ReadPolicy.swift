package import GitHubCore

/// What a reader asks of freshness, in seconds (`Cache-Control` of a request, RFC 9111, section 5.2.1).
package struct ReadWishes: Hashable, Sendable {
    /// GitHub must be asked first.
    package var noCache = false
    /// The greatest age that will do.
    package var maxAge: Int?
    /// How long past its lifetime an answer will still do.
    package var maxStale: Int?
    /// How long an answer must still be fresh.
    package var minFresh: Int?

    /// No wishes.
    package init() {}
}

/// Whether a stored answer serves a reader.
package enum ReadVerdict: Hashable, Sendable {
    /// Serve it.
    case serve
    /// Ask GitHub first, and why; what is stored may serve if GitHub cannot be asked.
    case ask(Outcome.Reason)
}

/// Decides whether a stored answer is fresh enough for a reader.
package enum ReadPolicy {
    /// The verdict on an entry, or on having none.
    ///
    /// The reason is the most specific one (RFC 9211, section 2.2): `request` where only the reader's wishes stand against
    /// an answer that is fresh.
    package static func verdict(_ entry: Entry?, wishes: ReadWishes, now: Timestamp) -> ReadVerdict {
        guard let entry else { return .ask(.miss) }
        guard entry.isFresh(at: now) else {
            return entry.standing != .invalid && wishes.allowStale(entry, now) ? .serve : .ask(.stale)
        }
        let left = entry.freshUntil.milliseconds(since: now) / 1000
        let isLongEnough = wishes.minFresh.map { left >= Int64($0) } ?? true
        return !wishes.noCache && isLongEnough && wishes.allowAge(of: entry, now) ? .serve : .ask(.request)
    }
}

extension ReadWishes {
    fileprivate func allowAge(of entry: Entry, _ now: Timestamp) -> Bool {
        guard let maxAge else { return true }
        return entry.validatedAt.advanced(bySeconds: maxAge) >= now
    }

    fileprivate func allowStale(_ entry: Entry, _ now: Timestamp) -> Bool {
        guard let maxStale, !noCache, minFresh == nil, allowAge(of: entry, now) else { return false }
        return now.milliseconds(since: entry.freshUntil) / 1000 <= Int64(maxStale)
    }
}
