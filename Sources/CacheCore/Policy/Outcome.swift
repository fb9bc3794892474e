/// How a request was answered: the `Cache-Status` header, the metric's label, the log's field and the statistic in one.
///
/// The words are those of RFC 9211.
package struct Outcome: Hashable, Sendable {
    /// How the answer was found.
    package enum Kind: Hashable, Sendable {
        /// From the store, without asking GitHub.
        case hit
        /// GitHub was asked, because there was nothing or it was too old.
        case forwarded(Reason, status: Int?)
        /// From the store although it is old or known wrong, because GitHub could not be asked, or is only being asked.
        case stale
        /// There was nothing to answer with: GitHub was to be asked, and gave no usable answer.
        case failed(Reason)
        /// The client forbade to ask GitHub (`only-if-cached`), and nothing that would do is stored.
        case refused
    }

    /// Why a request went on to GitHub: the values of `fwd`.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        case bypass
        case method
        case miss
        case stale
        case request
    }

    /// How the answer was found.
    package let kind: Kind
    /// Where the bytes came from; nil where they are none that this cache knows.
    package let source: Source?
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
        source: Source?,
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

    /// A request that was handed on as it came.
    package static func passedThrough(isRead: Bool) -> Outcome {
        Outcome(kind: .forwarded(isRead ? .bypass : .method, status: nil), source: nil, ttl: 0)
    }

    /// A read for which there was nothing to answer with.
    package static func failed(_ reason: Reason) -> Outcome { Outcome(kind: .failed(reason), source: nil, ttl: 0) }

    /// A read that forbade to ask GitHub, and for which nothing is stored.
    package static let refused = Outcome(kind: .refused, source: nil, ttl: 0)

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
        case .failed(let reason):
            parts.append("fwd=\(reason.rawValue)")
        case .refused:
            // Neither a hit nor forwarded.
            break
        }
        if let source { parts.append("detail=\(source.rawValue)") }
        return parts.joined(separator: "; ")
    }

    /// One word for metrics and logs.
    package enum Label: String, Hashable, Sendable, CaseIterable {
        /// Served from here, from bytes of GitHub's own.
        case hit
        /// Served from here, from bytes of a peer.
        case peer
        /// Served from here although old, because GitHub could not be asked, or is only being asked.
        case stale
        /// GitHub said that what is stored is right.
        case revalidated
        /// GitHub gave the answer.
        case miss
        /// Handed on as it came.
        case bypass
        /// Nothing to answer with.
        case failed
        /// Nothing stored, and GitHub was not to be asked.
        case refused
    }

    /// The word for metrics and logs.
    package var label: Label {
        switch kind {
        case .hit: source == .peer ? .peer : .hit
        case .stale: .stale
        case .forwarded(.bypass, _), .forwarded(.method, _): .bypass
        case .forwarded(_, status: 304): .revalidated
        case .forwarded: .miss
        case .failed: .failed
        case .refused: .refused
        }
    }
}
