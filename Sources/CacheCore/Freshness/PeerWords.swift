import GitHubCore

/// How often peers may change what is remembered of one run or job: honest ones seldom have anything to tell.
///
/// Without it a member could change it faster than GitHub can be asked, and each answer would look older than the last lie.
struct PeerWords: Sendable {
    private struct Record: Hashable, Sendable {
        var count: Int
        var since: Timestamp
    }

    /// Words at once.
    private static let burst = 32
    /// The time in which one more is granted, in milliseconds.
    private static let pause: Int64 = 10_000
    /// Runs and jobs of which it is remembered.
    private static let limit = 4096

    private var records: [ObjectID: Record] = [:]

    /// Takes note of a word; false where it is one too many.
    mutating func allow(_ id: ObjectID, now: Timestamp) -> Bool {
        if records[id] == nil, records.count >= Self.limit {
            records = records.compactMapValues { Self.forgiven($0, now) }
        }
        guard records[id] != nil || records.count < Self.limit else { return true }
        var record = records[id].flatMap { Self.forgiven($0, now) } ?? Record(count: 0, since: now)
        let isAllowed = record.count < Self.burst
        if isAllowed { record.count += 1 }
        records[id] = record
        return isAllowed
    }

    private static func forgiven(_ record: Record, _ now: Timestamp) -> Record? {
        // A clock that was set back begins anew.
        let passed = now.milliseconds(since: record.since)
        guard passed >= 0 else { return Record(count: record.count, since: now) }
        let granted = passed / Self.pause
        guard granted < Int64(record.count) else { return nil }
        let since = record.since.advanced(byMilliseconds: granted * Self.pause)
        return Record(count: record.count - Int(granted), since: since)
    }
}
