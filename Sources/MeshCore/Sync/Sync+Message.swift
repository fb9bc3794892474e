import CacheCore
import GitHubCore
import SwiftProtobuf

extension Sync {
    /// What the node that asks says first.
    package struct Opening: Hashable, Sendable {
        /// Its shelves from far.
        package let shelves: [Summary]
        /// Whether it asks nothing, and only says that it has news which the peer may lack.
        package let invites: Bool

        /// An opening.
        package init(shelves: [Summary]) {
            self.shelves = shelves
            self.invites = false
        }

        private init() {
            self.shelves = []
            self.invites = true
        }

        /// Says that there are news.
        package static let invitation = Opening()
    }

    /// What the peer answers to an opening.
    package enum Comparison: Hashable, Sendable {
        /// The shelves that differ.
        case ready([Difference])
        /// Only members are answered.
        case refused
        /// Too much is being asked just now.
        case busy
    }

    /// What the node that asks holds where it was asked for it.
    package struct Holdings: Hashable, Sendable {
        /// By shelf.
        package let holdings: [Holding]

        /// The holdings.
        package init(holdings: [Holding]) {
            self.holdings = holdings
        }
    }

    /// A portion of what is sent.
    package struct Part: Sendable {
        /// What is claimed in it.
        package let claims: [Claim]
        /// Nothing comes after.
        package let isLast: Bool
    }
}

extension Sync.Opening {
    /// Reads an opening.
    package init(decoding bytes: [UInt8]) throws(MeshError) {
        guard bytes.count <= Limits.syncRequestBytes else { throw .tooLarge }
        guard let wire = try? WireSyncOpening(serializedBytes: bytes) else { throw .malformed }
        guard wire.shelves.count <= Limits.syncShelves else { throw .tooLarge }
        self.shelves = wire.shelves.map {
            Sync.Summary(topic: $0.topic, count: Int($0.count), digest: $0.digest)
        }
        self.invites = wire.invites
    }

    /// The opening's bytes.
    package var encoded: [UInt8] {
        let wire = WireSyncOpening.with { wire in
            wire.invites = self.invites
            wire.shelves = self.shelves.map { shelf in
                .with {
                    $0.topic = shelf.topic
                    $0.count = UInt32(clamping: shelf.count)
                    $0.digest = shelf.digest
                }
            }
        }
        return wire.bytes
    }
}

extension Sync.Comparison {
    /// Reads a comparison.
    package init(decoding bytes: [UInt8]) throws(MeshError) {
        guard bytes.count <= Limits.syncRequestBytes else { throw .tooLarge }
        guard let wire = try? WireSyncComparison(serializedBytes: bytes) else { throw .malformed }
        switch wire.status {
        case .refused: self = .refused
        case .busy: self = .busy
        case .ready:
            var differences: [Sync.Difference] = []
            for difference in wire.differences {
                let count = difference.digests.count
                guard count <= Limits.syncRanges, count & (count - 1) == 0 || count == 0 else { throw .malformed }
                differences.append(Sync.Difference(shelf: Int(difference.shelf), digests: difference.digests))
            }
            self = .ready(differences)
        case .unspecified, .UNRECOGNIZED: throw .missing("status")
        }
    }

    /// The comparison's bytes.
    package var encoded: [UInt8] {
        let wire = WireSyncComparison.with { wire in
            switch self {
            case .refused: wire.status = .refused
            case .busy: wire.status = .busy
            case .ready(let differences):
                wire.status = .ready
                wire.differences = differences.map { difference in
                    .with {
                        $0.shelf = UInt32(clamping: difference.shelf)
                        $0.digests = difference.digests
                    }
                }
            }
        }
        return wire.bytes
    }
}

extension Sync.Holdings {
    /// Reads the holdings.
    package init(decoding bytes: [UInt8]) throws(MeshError) {
        guard bytes.count <= Limits.syncRequestBytes else { throw .tooLarge }
        guard let wire = try? WireSyncHoldings(serializedBytes: bytes) else { throw .malformed }
        guard wire.holdings.count <= Limits.syncShelves else { throw .tooLarge }
        var holdings: [Sync.Holding] = []
        for holding in wire.holdings {
            guard holding.moments.count == holding.ids.count, holding.bodies.count == holding.ids.count,
                holding.ranges.count <= Limits.syncRanges
            else { throw .malformed }
            holdings.append(
                Sync.Holding(
                    shelf: Int(holding.shelf),
                    ranges: Set(holding.ranges.map { Int($0) }),
                    items: holding.ids.indices.map { index in
                        Sync.Holding.Held(
                            id: holding.ids[index],
                            moment: Timestamp(milliseconds: holding.moments[index]),
                            body: holding.bodies[index]
                        )
                    }
                )
            )
        }
        self.holdings = holdings
    }

    /// The holdings' bytes.
    package var encoded: [UInt8] {
        let wire = WireSyncHoldings.with { wire in
            wire.holdings = self.holdings.map { holding in
                .with {
                    $0.shelf = UInt32(clamping: holding.shelf)
                    $0.ranges = holding.ranges.sorted().map { UInt32(clamping: $0) }
                    $0.ids = holding.items.map(\.id)
                    $0.moments = holding.items.map(\.moment.milliseconds)
                    $0.bodies = holding.items.map(\.body)
                }
            }
        }
        return wire.bytes
    }
}

extension Sync.Part {
    /// Reads a portion; announcements of a later version are left out.
    package init(decoding bytes: [UInt8]) throws(MeshError) {
        guard bytes.count <= Limits.syncPartBytes else { throw .tooLarge }
        guard let wire = try? WireSyncPart(serializedBytes: bytes) else { throw .malformed }
        guard wire.announcements.count <= Limits.announcementsPerMessage else { throw .tooLarge }
        var claims: [Claim] = []
        for announcement in wire.announcements {
            guard let claim = try Claim(announcement) else { continue }
            claims.append(claim)
        }
        self.claims = claims
        self.isLast = wire.isLast
    }

    /// The bytes of a portion of encoded announcements.
    package static func encoded(_ announcements: [[UInt8]], isLast: Bool) -> [UInt8] {
        // The same field as a batch's.
        Claim.batch(announcements) + WireSyncPart.with { $0.isLast = isLast }.bytes
    }
}
