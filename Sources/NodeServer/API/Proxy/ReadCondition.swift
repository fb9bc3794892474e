import GitHubCore
import HTTPTypes

/// Under which condition a client wants no body, since it has one (RFC 9110, section 13).
struct ReadCondition: Sendable {
    private let tags: String?
    private let since: Int64?

    /// Reads `If-None-Match`, and `If-Modified-Since` where that is missing: tags say more than dates.
    init(_ headers: HTTPFields) {
        tags = headers[.ifNoneMatch]
        since = tags == nil ? headers[.ifModifiedSince].flatMap { HTTPDate.seconds($0) } : nil
    }

    /// Whether an answer is what the client has.
    ///
    /// An answer without a date of change is never said to be unchanged since one: what is stored may change twice in
    /// the second that a date can tell.
    func isMet(byTag tag: String?, modified: String?) -> Bool {
        if let tags, let tag { return ETagFormula.matches(ifNoneMatch: tags, etag: tag) }
        guard let since, let modified = modified.flatMap({ HTTPDate.seconds($0) }) else { return false }
        return modified <= since
    }
}
