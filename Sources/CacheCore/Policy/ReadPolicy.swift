package import GitHubCore

/// What a reader asks of freshness, in seconds (`Cache-Control` of a request, RFC 9111, section 5.2.1).
package struct ReadWishes: Hashable, Sendable {
    /// GitHub must be asked first.
    package var noCache = false
    /// The greatest age that will do.
    package var maxAge: Int?
    /// How long past its lifetime an answer will still do.
    package var maxStale: Int?

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
    package static func verdict(_ entry: Entry?, wishes: ReadWishes, now: Timestamp) -> ReadVerdict {
        guard let entry else { return .ask(.miss) }
        if wishes.noCache { return .ask(.request) }
        if entry.standing == .invalid { return .ask(.stale) }
        if let maxAge = wishes.maxAge, entry.validatedAt.advanced(bySeconds: maxAge) < now {
            return .ask(.request)
        }
        if now < entry.freshUntil { return .serve }
        if let maxStale = wishes.maxStale {
            let past = now.milliseconds(since: entry.freshUntil) / 1000
            if past <= Int64(maxStale) { return .serve }
        }
        return .ask(.stale)
    }
}
