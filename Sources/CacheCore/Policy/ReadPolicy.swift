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
    /// GitHub must not be asked at all.
    package var onlyIfCached = false

    /// No wishes.
    package init() {}
}

/// Whether a stored answer serves a reader.
package enum ReadVerdict: Hashable, Sendable {
    /// Serve it.
    case serve
    /// Serve it, and ask GitHub meanwhile: it is only a little old.
    case serveAndAsk
    /// Ask GitHub first, and why; what is stored may serve if GitHub cannot be asked.
    case ask(Outcome.Reason)
}

/// Decides whether a stored answer is fresh enough for a reader.
package enum ReadPolicy {
    /// The verdict on an entry, or on having none.
    ///
    /// The reason is the most specific one (RFC 9211, section 2.2): `request` where only the reader's wishes stand against
    /// an answer that is fresh.
    ///
    /// - Parameters:
    ///   - entry: What is stored.
    ///   - wishes: What the reader asks of freshness.
    ///   - now: The moment.
    ///   - window: The longest time in seconds that an answer serves past its lifetime while GitHub is asked.
    /// - Returns: Whether it serves, and whether GitHub is asked.
    package static func verdict(
        _ entry: Entry?,
        wishes: ReadWishes,
        now: Timestamp,
        window: Int = 0
    ) -> ReadVerdict {
        guard let entry else { return .ask(.miss) }
        guard entry.isFresh(at: now) else {
            guard entry.standing != .invalid else { return .ask(.stale) }
            if wishes.allowStale(entry, now) { return .serve }
            return wishes.allowWindow(entry, window, now) ? .serveAndAsk : .ask(.stale)
        }
        let left = entry.freshUntil.milliseconds(since: now) / 1000
        let isLongEnough = wishes.minFresh.map { left >= Int64($0) } ?? true
        return !wishes.noCache && isLongEnough && wishes.allowAge(of: entry, now) ? .serve : .ask(.request)
    }
}

extension ReadPolicy {
    /// The shortest lifetime, in seconds, of which a part may be added to it: what lives shorter is wanted as it is.
    package static let shortestLifetime = 20

    /// How long an answer serves past its lifetime while GitHub is asked, in seconds: half of that, up to a bound.
    package static func window(of entry: Entry, atMost longest: Int) -> Int {
        // Of much that a query names no event tells.
        if case .graphQL = entry.key.endpoint { return 0 }
        let lifetime = entry.freshUntil.milliseconds(since: entry.validatedAt) / 1000
        guard entry.status == 200, lifetime >= Int64(shortestLifetime) else { return 0 }
        return Int(min(lifetime / 2, Int64(max(0, longest))))
    }
}

extension ReadWishes {
    /// Whoever says how old an answer may be gets none older.
    fileprivate func allowWindow(_ entry: Entry, _ longest: Int, _ now: Timestamp) -> Bool {
        guard !noCache, !onlyIfCached, minFresh == nil, maxStale == nil, allowAge(of: entry, now) else { return false }
        return now < entry.freshUntil.advanced(bySeconds: ReadPolicy.window(of: entry, atMost: longest))
    }

    fileprivate func allowAge(of entry: Entry, _ now: Timestamp) -> Bool {
        guard let maxAge else { return true }
        return entry.validatedAt.advanced(bySeconds: maxAge) >= now
    }

    fileprivate func allowStale(_ entry: Entry, _ now: Timestamp) -> Bool {
        guard let maxStale, !noCache, minFresh == nil, allowAge(of: entry, now) else { return false }
        return now.milliseconds(since: entry.freshUntil) / 1000 <= Int64(maxStale)
    }
}
