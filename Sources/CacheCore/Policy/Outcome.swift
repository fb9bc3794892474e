/// How a read was answered: the `Cache-Status` header, the metric's label, the log's field and the statistic in one.
///
/// The words are those of RFC 9211.
package struct Outcome: Hashable, Sendable {
    /// How the answer was found.
    package enum Kind: Hashable, Sendable {
        /// From the store, without asking GitHub.
        case hit
        /// GitHub was asked, because there was nothing or it was too old.
        case forwarded(Reason, status: Int?)
        /// From the store although it is old or known wrong, because GitHub could not be asked.
        case stale
    }

    /// Why a request went on to GitHub: the values of `fwd`.
    package enum Reason: String, Hashable, Sendable {
        case bypass
        case method
        case miss
        case stale
        case request
    }

    /// How the answer was found.
    package let kind: Kind
    /// Where the bytes came from.
    package let source: Source
    /// Seconds until the answer is stale; negative since when it is.
    package let ttl: Int
    /// Whether the answer was stored.
    package let isStored: Bool
    /// Whether this read shared another one's request to GitHub.
    package let isCollapsed: Bool
    /// Whether GitHub counted a call for this read against a quota.
    package let isCounted: Bool

    /// An outcome.
    package init(
        kind: Kind,
        source: Source,
        ttl: Int,
        isStored: Bool = false,
        isCollapsed: Bool = false,
        isCounted: Bool = false
    ) {
        self.kind = kind
        self.source = source
        self.ttl = ttl
        self.isStored = isStored
        self.isCollapsed = isCollapsed
        self.isCounted = isCounted
    }

    /// The value of `Cache-Status` (RFC 9211, section 2).
    package var cacheStatus: String {
        var parts = ["hookcache"]
        switch kind {
        case .hit:
            parts += ["hit", "ttl=\(ttl)"]
        case .stale:
            // A stale answer is a hit with a negative lifetime; `fwd` is for answers that GitHub had a part in.
            parts += ["hit", "ttl=\(ttl)"]
        case .forwarded(let reason, let status):
            parts.append("fwd=\(reason.rawValue)")
            if let status { parts.append("fwd-status=\(status)") }
            if isStored { parts += ["stored", "ttl=\(ttl)"] }
            if isCollapsed { parts.append("collapsed") }
        }
        parts.append("detail=\(source.rawValue)")
        return parts.joined(separator: "; ")
    }

    /// One word for metrics: `hit`, `peer`, `revalidated`, `miss`, `stale`, `bypass`.
    package var label: String {
        switch kind {
        case .hit: source == .peer ? "peer" : "hit"
        case .stale: "stale"
        case .forwarded(.bypass, _), .forwarded(.method, _): "bypass"
        case .forwarded(_, status: 304): "revalidated"
        case .forwarded: "miss"
        }
    }
}
