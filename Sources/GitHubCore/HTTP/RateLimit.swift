package import HTTPTypes

/// What the `x-ratelimit-*` headers of an answer say: one credential's budget of one kind.
package struct RateLimit: Hashable, Sendable {
    /// Calls an hour.
    package var limit: Int
    /// Calls left in this window.
    package var remaining: Int
    /// Calls counted in this window.
    package var used: Int
    /// When the window ends, in seconds since 1970.
    package var reset: Int64
    /// The kind: `core`, `search`, `graphql`, ….
    package var resource: String

    /// A budget.
    package init(limit: Int, remaining: Int, used: Int, reset: Int64, resource: String = "core") {
        self.limit = limit
        self.remaining = remaining
        self.used = used
        self.reset = reset
        self.resource = resource
    }

    /// Reads an answer's headers; nil unless limit, remaining and reset are there and make sense.
    package init?(_ fields: HTTPFields) {
        self.init { fields.value(named: $0) }
    }

    /// Reads an answer's headers, looked up by lower-case name.
    package init?(header: (String) -> String?) {
        func number(_ name: String) -> Int64? {
            header(name).flatMap { Int64($0) }.flatMap { (0...Int64(Int32.max) * 1_000).contains($0) ? $0 : nil }
        }
        guard let limit = number("x-ratelimit-limit"), let remaining = number("x-ratelimit-remaining"),
            let reset = number("x-ratelimit-reset")
        else { return nil }
        let resource = header("x-ratelimit-resource") ?? "core"
        self.init(
            limit: Int(limit),
            remaining: Int(remaining),
            used: number("x-ratelimit-used").map { Int($0) } ?? Int(max(0, limit - remaining)),
            reset: reset,
            resource: String(resource.prefix(64))
        )
    }

    /// The headers that say it, in GitHub's order.
    package var headers: [(name: String, value: String)] {
        [
            ("X-RateLimit-Limit", "\(limit)"), ("X-RateLimit-Remaining", "\(remaining)"),
            ("X-RateLimit-Reset", "\(reset)"), ("X-RateLimit-Used", "\(used)"), ("X-RateLimit-Resource", resource),
        ]
    }
}

extension RateLimit {
    /// Why GitHub refuses to answer for now, as distinct from refusing for want of permission.
    package enum Refusal: Hashable, Sendable {
        /// The hour's budget is spent; nothing before its reset, in seconds since 1970.
        case primary(until: Int64)
        /// Too much at once; wait until a moment if GitHub named one, else at least a minute, doubling.
        case secondary(until: Int64?)
    }

    /// The bounds of a refusal.
    package enum Limits {
        /// The longest wait that is believed, in seconds.
        package static let wait: Int64 = 86_400
        /// Bytes of the body that are searched for the mark of a secondary limit.
        package static let bodyPrefix = 4_096
        /// The wait after a limit of GraphQL's that names no moment, in seconds.
        package static let unnamedWait: Int64 = 60
    }

    /// Tells a limit from any other 403 or 429, from status, headers and the message in the body.
    package static func refusal(status: Int, fields: HTTPFields, body: [UInt8], now: Int64) -> Refusal? {
        refusal(status: status, body: body, now: now) { fields.value(named: $0) }
    }

    /// The same, with headers looked up by lower-case name.
    package static func refusal(
        status: Int,
        body: [UInt8],
        now: Int64,
        header: (String) -> String?
    ) -> Refusal? {
        guard status == 403 || status == 429 else { return nil }
        let named = header("retry-after").flatMap { retryAfter($0, now: now) }
        let limit = RateLimit(header: header)
        let reset = limit.map { min(max($0.reset, now), now + Limits.wait) }
        let isSpent = limit?.remaining == 0
        if saysSecondary(body) || named != nil {
            return .secondary(until: named ?? (isSpent ? reset : nil))
        }
        if isSpent, let reset { return .primary(until: reset) }
        return status == 429 ? .secondary(until: nil) : nil
    }

    /// The moment that a `Retry-After` value names, as seconds or as a date: never in the past, never beyond the limit.
    package static func retryAfter(_ value: String, now: Int64) -> Int64? {
        let digits = value.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let moment = digits ? Int64(value).map({ now + min($0, Limits.wait) }) : HTTPDate.seconds(value) else {
            return nil
        }
        return min(max(moment, now), now + Limits.wait)
    }

    /// Whether GitHub's words are those of a secondary limit.
    static func saysSecondary(_ body: [UInt8]) -> Bool {
        let text = String(decoding: body.prefix(Limits.bodyPrefix), as: UTF8.self).lowercased()
        // The second is what the limit was called until 2021, and still is by some Enterprise Servers.
        return text.contains("secondary rate limit") || text.contains("abuse detection")
    }
}

extension HTTPFields {
    /// The first value of a field, by its lower-case name.
    func value(named name: String) -> String? {
        first { $0.name.canonicalName == name }?.value
    }
}
