import GitHubCore
import Multiformats

/// How much one author may say.
struct RateBounds: Sendable {
    /// Announcements at once, and how many more each second.
    let announcements: (burst: Int, perSecond: Int)
    /// Bytes at once, and how many more each second.
    let bytes: (burst: Int, perSecond: Int)

    /// Those of members.
    static let members = RateBounds(announcements: Limits.authorAnnouncements, bytes: Limits.authorBytes)
    /// Those of strangers, of whose messages only the number counts.
    static let strangers = RateBounds(announcements: Limits.strangersMessages, bytes: Limits.authorBytes)
}

/// How much each author may say: a bucket of announcements and one of bytes, refilled with time.
struct AuthorRates: Sendable {
    /// What is left of a bucket, in thousandths.
    private struct Bucket: Sendable {
        let burst: Int
        let perSecond: Int
        var left: Int

        init(_ bound: (burst: Int, perSecond: Int)) {
            self.burst = bound.burst
            self.perSecond = bound.perSecond
            self.left = bound.burst * 1000
        }

        var isFull: Bool { self.left == self.burst * 1000 }

        mutating func refill(_ milliseconds: Int) {
            self.left = min(self.burst * 1000, self.left + milliseconds * self.perSecond)
        }

        mutating func spend(_ count: Int) -> Bool {
            guard count <= self.left / 1000 else { return false }
            self.left -= count * 1000
            return true
        }
    }

    private struct Allowance: Sendable {
        var announcements: Bucket
        var bytes: Bucket
        var at: Timestamp

        var isFull: Bool { self.announcements.isFull && self.bytes.isFull }

        mutating func refill(_ now: Timestamp) {
            // A clock that was set back gives nothing; one that leaps gives no more than a full bucket.
            let passed = Int(min(max(0, now.milliseconds(since: self.at)), 3_600_000))
            self.announcements.refill(passed)
            self.bytes.refill(passed)
            self.at = now
        }
    }

    private let bounds: RateBounds
    private let limit: Int
    private var allowances: [PeerID: Allowance] = [:]

    init(_ bounds: RateBounds, limit: Int) {
        self.bounds = bounds
        self.limit = limit
    }

    /// Spends of an author's allowance; false where there is too little left.
    mutating func spend(announcements: Int = 0, bytes: Int = 0, of author: PeerID, now: Timestamp) -> Bool {
        if self.allowances[author] == nil, self.allowances.count >= self.limit { self.makeRoom(now) }
        var allowance = self.allowances[author] ?? self.full(now)
        allowance.refill(now)
        defer { self.allowances[author] = allowance }
        return allowance.announcements.spend(announcements) && allowance.bytes.spend(bytes)
    }

    private func full(_ now: Timestamp) -> Allowance {
        Allowance(announcements: Bucket(self.bounds.announcements), bytes: Bucket(self.bounds.bytes), at: now)
    }

    /// Forgets whoever has full buckets again, or else who was silent longest.
    private mutating func makeRoom(_ now: Timestamp) {
        self.allowances = self.allowances.filter { _, allowance in
            var later = allowance
            later.refill(now)
            return !later.isFull
        }
        guard self.allowances.count >= self.limit, let silent = self.allowances.min(by: { $0.value.at < $1.value.at })
        else { return }
        self.allowances[silent.key] = nil
    }
}
