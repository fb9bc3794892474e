package import CacheCore
package import GitHubCore

extension Sync {
    /// What a node holds of one repository.
    package struct Shelf: Sendable {
        /// The repository.
        package let repository: RepositoryName
        /// Its topic, by which both sides name it.
        package let topic: String
        /// What is held of it.
        package let items: [Item]
        /// The sum of all marks: it does not depend on their order.
        package let digest: UInt64

        /// Lays out what is held.
        ///
        /// - Parameters:
        ///   - repository: The repository.
        ///   - topic: Its topic.
        ///   - entries: The stored answers that may be shared.
        ///   - states: What is remembered of its runs and jobs.
        ///   - now: The time; states that were seen long before stay out.
        package init(
            _ repository: RepositoryName,
            topic: String,
            entries: [Entry],
            states: [ObjectState],
            now: Timestamp
        ) {
            let horizon = now.advanced(bySeconds: -Limits.syncedStateSeconds)
            self.repository = repository
            self.topic = topic
            self.items = entries.map { Item($0) } + states.filter { $0.seenAt > horizon }.map { Item($0) }
            self.digest = self.items.reduce(0) { $0 &+ $1.mark }
        }

        /// How the shelf looks from far.
        package var summary: Summary { Summary(topic: self.topic, count: self.items.count, digest: self.digest) }

        /// When the newest item was last known to be so.
        package var newest: Timestamp? { self.items.lazy.map(\.seenAt).max() }
    }

    /// How a shelf looks from far.
    package struct Summary: Hashable, Sendable {
        /// The repository's topic.
        package let topic: String
        /// How many items lie on it.
        package let count: Int
        /// The sum of their marks.
        package let digest: UInt64

        /// A summary.
        package init(topic: String, count: Int, digest: UInt64) {
            self.topic = topic
            self.count = count
            self.digest = digest
        }
    }

    /// Where two shelves differ, as the peer that is asked sees it.
    package struct Difference: Hashable, Sendable {
        /// The shelf's place in the opening.
        package let shelf: Int
        /// The sums of marks in equal ranges of ids; empty where everything follows unasked.
        package let digests: [UInt64]

        /// A difference.
        package init(shelf: Int, digests: [UInt64]) {
            self.shelf = shelf
            self.digests = digests
        }
    }

    /// What the node that asks holds where the shelves differ.
    package struct Holding: Hashable, Sendable {
        /// An item without its body.
        package struct Held: Hashable, Sendable {
            /// Names it.
            package let id: UInt64
            /// When it was known to be so.
            package let moment: Timestamp
            /// Names its body.
            package let body: UInt64

            /// An item.
            package init(id: UInt64, moment: Timestamp, body: UInt64) {
                self.id = id
                self.moment = moment
                self.body = body
            }
        }

        /// The shelf's place in the opening.
        package let shelf: Int
        /// The ranges that differ.
        package let ranges: Set<Int>
        /// Every item that is held in them and is good.
        package let items: [Held]

        /// A holding.
        package init(shelf: Int, ranges: Set<Int>, items: [Held]) {
            self.shelf = shelf
            self.ranges = ranges
            self.items = items
        }
    }
}

extension Sync.Shelf {
    /// Compares this shelf with another side's, which is at a place of its opening; nil where they are the same.
    package func difference(from summary: Sync.Summary, at place: Int) -> Sync.Difference? {
        guard summary.digest != self.digest || summary.count != self.items.count else { return nil }
        guard summary.count > 0, !self.items.isEmpty else { return Sync.Difference(shelf: place, digests: []) }
        // A few items to a range, by the larger of the two.
        let wanted = min(max(summary.count, self.items.count) / 4, Limits.syncRanges)
        var ranges = 1
        while ranges < wanted { ranges *= 2 }
        return Sync.Difference(shelf: place, digests: self.digests(ranges: ranges))
    }

    /// What this shelf holds in the ranges where a difference shows other sums.
    package func holding(where difference: Sync.Difference) -> Sync.Holding {
        let count = difference.digests.count
        let own = self.digests(ranges: count)
        let ranges = Set(own.indices.filter { own[$0] != difference.digests[$0] })
        let items = self.items.filter { ranges.contains(Sync.range(of: $0.id, among: count)) }
        return Sync.Holding(
            shelf: difference.shelf,
            ranges: ranges,
            items: items.map { Sync.Holding.Held(id: $0.id, moment: $0.moment, body: $0.body) }
        )
    }

    /// The items of this shelf that another side lacks or holds older, by what it holds in some ranges.
    package func lacking(in holding: Sync.Holding, ranges count: Int) -> [Sync.Item] {
        let held = Dictionary(holding.items.map { ($0.id, $0) }) { first, _ in first }
        return self.items.filter { item in
            guard holding.ranges.contains(Sync.range(of: item.id, among: count)) else { return false }
            guard let held = held[item.id] else { return true }
            // Which of two states is the newer one, only who gets it can tell.
            if case .state = item.subject { return held.body != item.body }
            return held.moment < item.moment
        }
    }

    private func digests(ranges count: Int) -> [UInt64] {
        var digests = Array(repeating: UInt64(0), count: count)
        for item in self.items { digests[Sync.range(of: item.id, among: count)] &+= item.mark }
        return digests
    }
}

extension Sync {
    /// The range that an id lies in; ids are spread evenly.
    static func range(of id: UInt64, among count: Int) -> Int {
        Int(id.multipliedFullWidth(by: UInt64(count)).high)
    }
}
