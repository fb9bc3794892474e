package import GitHubCore

/// Finds in a webhook's delivery log what never arrived here, page by page, the newest first.
///
/// It reads back to the moment up to which everything is settled, keeps of each event that this program uses one attempt
/// that no one received well and that was not taken here, and says at the end which payloads to read.
package struct Recovery: Sendable {
    /// The bounds of one search.
    package struct Limits: Hashable, Sendable {
        /// Pages read, of a hundred entries each; what lies further back counts as lost.
        package var pages = 200
        /// How far before the settled moment it looks, for entries that came into the log late, in seconds.
        package var overlap = 60
        /// How long GitHub keeps a delivery, in seconds.
        package var retention = 3 * 86_400

        /// The defaults.
        package init() {}
    }

    /// An event whose payload is to be read.
    package struct Wanted: Hashable, Sendable {
        /// The number of its latest attempt.
        package var id: Int64
        /// The event.
        package let guid: DeliveryID
        /// `X-GitHub-Event`.
        package let event: String
        /// When it was first sent, as far as the log tells.
        package var sentAt: Timestamp
        /// Whether somebody asked for it again already.
        package var isRedelivered: Bool
    }

    /// What a search found.
    package struct Plan: Hashable, Sendable {
        /// What to read, in the order it was sent.
        package let wanted: [Wanted]
        /// Up to when everything is settled once that is done.
        package let settledThrough: Timestamp
        /// Whether something may be missing that the log does not tell of any more.
        package let hasGap: Bool
        /// Pings that the log tells of.
        package let pings: [DeliveryID]

        /// Up to when everything is settled once so many of those to read are.
        package func settledThrough(after count: Int) -> Timestamp {
            count < wanted.count ? min(settledThrough, wanted[count].sentAt) : settledThrough
        }
    }

    private let limits: Limits
    private let startedAt: Timestamp
    private let horizon: Timestamp
    private let takesReceived: Bool
    private var pages = 0
    private var isAtEnd = false
    private var wanted: [DeliveryID: Wanted] = [:]
    private var received: Set<DeliveryID> = []
    private var pings: [DeliveryID] = []
    private var hasGap: Bool

    /// Entries looked at.
    package private(set) var listed = 0

    /// A search that begins now.
    ///
    /// - Parameters:
    ///   - settledThrough: Up to when everything is settled: where the last search ended, or when the hook was made.
    ///   - now: The moment.
    ///   - takesReceived: Whether what somebody received well is wanted too: then the log is the source of events.
    ///   - limits: Its bounds.
    package init(settledThrough: Timestamp, now: Timestamp, takesReceived: Bool = false, limits: Limits = Limits()) {
        self.limits = limits
        self.takesReceived = takesReceived
        startedAt = now
        horizon = settledThrough.advanced(bySeconds: -limits.overlap)
        hasGap = settledThrough < now.advanced(bySeconds: -limits.retention)
    }

    /// The events of a page of which it must be known whether they were taken here.
    package func candidates(in page: [LoggedDelivery]) -> [DeliveryID] {
        page.filter { isCandidate($0) && wanted[$0.guid] == nil }.map(\.guid)
    }

    /// Takes a page, with those of its events that were taken here; says whether the next one is needed.
    package mutating func take(_ page: [LoggedDelivery], isLast: Bool, known: Set<DeliveryID>) -> Bool {
        pages += 1
        for entry in page {
            guard entry.deliveredAt >= horizon else {
                isAtEnd = true
                break
            }
            listed += 1
            if entry.event == EventName.ping.rawValue { pings.append(entry.guid) }
            if entry.isOK { received.insert(entry.guid) }
            guard isCandidate(entry), !known.contains(entry.guid) else { continue }
            note(entry)
        }
        if isLast || page.isEmpty { isAtEnd = true }
        if !isAtEnd, pages >= limits.pages { hasGap = true }
        return !isAtEnd && pages < limits.pages
    }

    private mutating func note(_ entry: LoggedDelivery) {
        if var other = wanted[entry.guid] {
            other.sentAt = min(other.sentAt, entry.deliveredAt)
            other.isRedelivered = other.isRedelivered || entry.isRedelivery
            wanted[entry.guid] = other
        } else {
            wanted[entry.guid] = Wanted(
                id: entry.id,
                guid: entry.guid,
                event: entry.event,
                sentAt: entry.deliveredAt,
                isRedelivered: entry.isRedelivery
            )
        }
    }

    private func isCandidate(_ entry: LoggedDelivery) -> Bool {
        guard let event = EventName(rawValue: entry.event), event != .ping, entry.deliveredAt >= horizon else {
            return false
        }
        return takesReceived || !entry.isOK
    }

    /// What was found.
    package var plan: Plan {
        let open = wanted.values.filter { takesReceived || !received.contains($0.guid) }
        return Plan(
            wanted: open.sorted { ($0.sentAt, $0.id) < ($1.sentAt, $1.id) },
            settledThrough: startedAt,
            hasGap: hasGap,
            pings: pings
        )
    }
}
