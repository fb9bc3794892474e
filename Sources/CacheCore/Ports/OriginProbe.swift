package import GitHubCore

/// What came of asking GitHub whether it is there, which costs nothing.
package struct OriginProbe: Sendable {
    /// What came back.
    package enum Outcome: Hashable, Sendable {
        /// An answer, with what GitHub says in it against the question.
        case answered(status: Int, message: String?)
        /// None.
        case failed(OriginFailure)
    }

    /// What a node says of itself to GitHub.
    package enum OwnCredential: Hashable, Sendable {
        /// Nothing.
        case none
        /// A token.
        case token
        /// A GitHub App's key.
        case app
    }

    /// What came back.
    package let outcome: Outcome
    /// How long that took.
    package let milliseconds: Int64
    /// What the node said of itself.
    package var credential = OwnCredential.none
    /// By how many milliseconds this machine's clock is ahead of GitHub's; negative where it is behind, nil if unknown.
    package var ahead: Int64?
    /// What is left of the quota.
    package var quota: OriginStatistics.Quota?
    /// The scopes of a classic token; nil for any other credential.
    package var scopes: [String]?
    /// When the token ends, where GitHub says so.
    package var expiresAt: Timestamp?

    /// What came of it.
    package init(_ outcome: Outcome, milliseconds: Int64) {
        self.outcome = outcome
        self.milliseconds = milliseconds
    }

    /// Reads the headers of an answer, looked up by lower-case name, to a question of one moment that came at another.
    package init(
        status: Int,
        message: String?,
        askedAt: Timestamp,
        answeredAt: Timestamp,
        header: (String) -> String?
    ) {
        let took = max(0, answeredAt.milliseconds(since: askedAt))
        self.init(.answered(status: status, message: message), milliseconds: took)
        if let date = header("date").flatMap(HTTPDate.seconds) {
            // Said somewhere in the middle, within the second that begins there.
            let said = Timestamp(seconds: date).advanced(byMilliseconds: 500)
            ahead = askedAt.advanced(byMilliseconds: took / 2).milliseconds(since: said)
        }
        if let limit = RateLimit(header: header), limit.resource == "core" {
            quota = OriginStatistics.Quota(
                limit: limit.limit,
                remaining: limit.remaining,
                reset: Timestamp(seconds: limit.reset)
            )
        }
        scopes = header("x-oauth-scopes").map { text in
            text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
        }
        expiresAt = header("github-authentication-token-expiration").flatMap(Self.moment)
    }

    /// Reads `2026-11-30 10:15:00 UTC` or `2026-11-30 10:15:00 -0700`.
    private static func moment(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count >= 2 else { return nil }
        let zone = parts.count > 2 ? String(parts[2]) : "UTC"
        let isOffset = zone.count == 5 && (zone.hasPrefix("+") || zone.hasPrefix("-"))
        let offset = isOffset ? "\(zone.prefix(3)):\(zone.suffix(2))" : "Z"
        guard isOffset || zone == "UTC" else { return nil }
        return Timestamp(rfc3339: "\(parts[0])T\(parts[1])\(offset)")
    }
}
