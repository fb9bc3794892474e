import CacheCore
import CacheStore
import GitHubCore
import LibP2P
import LibP2PCore
import Logging
import MeshCore
import Multiformats
import NIOCore
import Synchronization

/// Gives members what they lack over `/hookcache/sync/1.0.0`, from the store alone and as far as it may be shared.
final class SyncServer: Sendable {
    private struct Load {
        var peers: Set<PeerID> = []
        var counters = SyncCounters.Served()
    }

    private enum Admission {
        case begun
        /// It is being served already.
        case twice
        /// So many others are.
        case full
    }

    /// The peer said no more where it could have.
    private struct Ended: Error {}

    private let store: CacheStore
    private let shelves: Shelves
    private let membership: Membership
    private let limits: Mesh.Limits
    private let fault: @Sendable (Conduct.Fault, PeerID, String) -> Void
    private let logger: Logger
    private let load = Mutex(Load())

    init(
        shelves: Shelves,
        membership: Membership,
        limits: Mesh.Limits,
        fault: @escaping @Sendable (Conduct.Fault, PeerID, String) -> Void,
        logger: Logger
    ) {
        self.store = shelves.store
        self.shelves = shelves
        self.membership = membership
        self.limits = limits
        self.fault = fault
        self.logger = logger
    }

    /// What was served until now.
    var counters: SyncCounters.Served { self.load.withLock(\.counters) }

    /// Serves one stream: an opening, and what follows from it; `invited` is told of members that have news.
    func serve(_ stream: LibP2PStream, invited: (PeerID) -> Void) async {
        do {
            let opening = try Sync.Opening(decoding: try await self.read(stream))
            if opening.invites {
                if self.membership.contains(stream.peer) { invited(stream.peer) }
                return
            }
            guard self.membership.contains(stream.peer) else {
                return try await self.write(Sync.Comparison.refused.encoded, to: stream)
            }
            switch self.begin(stream.peer) {
            case .begun:
                defer { self.end(stream.peer) }
                try await self.serve(opening, stream)
            case .twice:
                self.fault(.sluggish, stream.peer, "it asks for several comparisons at a time")
                try await self.write(Sync.Comparison.busy.encoded, to: stream)
            case .full:
                try await self.write(Sync.Comparison.busy.encoded, to: stream)
            }
        } catch {
            stream.reset()
            switch error {
            case is MeshError, StreamError.messageTooLong, StreamError.malformed:
                self.fault(.wrong, stream.peer, "what it asks for in a comparison makes no sense")
            case is TimedOut:
                self.fault(.sluggish, stream.peer, "it neither goes on with a comparison nor reads what it gets")
            default: break
            }
            self.logger.debug(
                "A peer was not brought up to date",
                metadata: ["peer": "\(stream.peer)", "error": "\(error)"]
            )
        }
    }

    private func serve(_ opening: Sync.Opening, _ stream: LibP2PStream) async throws {
        let held = self.shelves.shelves(of: Set(opening.shelves.map(\.topic)))
        var differences: [Int: Sync.Difference] = [:]
        for (place, summary) in opening.shelves.enumerated() {
            differences[place] = held[summary.topic]?.difference(from: summary, at: place)
        }
        let answer = Sync.Comparison.ready(differences.sorted { $0.key < $1.key }.map(\.value))
        try await self.write(answer.encoded, to: stream)
        guard !differences.isEmpty else { return }
        var wanted: [(shelf: Sync.Shelf, items: [Sync.Item])] = []
        var known: Set<UInt64> = []
        for (place, difference) in differences where difference.digests.isEmpty {
            guard let shelf = held[opening.shelves[place].topic] else { continue }
            wanted.append((shelf, shelf.items))
        }
        if differences.values.contains(where: { !$0.digests.isEmpty }) {
            for holding in try Sync.Holdings(decoding: try await self.read(stream)).holdings {
                guard let difference = differences.removeValue(forKey: holding.shelf), !difference.digests.isEmpty,
                    let shelf = held[opening.shelves[holding.shelf].topic]
                else { throw MeshError.malformed }
                wanted.append((shelf, shelf.lacking(in: holding, ranges: difference.digests.count)))
                known.formUnion(holding.items.map(\.body))
            }
        }
        // The repository where something happened last comes first.
        wanted.sort { ($0.shelf.newest ?? .longAgo) > ($1.shelf.newest ?? .longAgo) }
        let items = wanted.flatMap { Sync.ordered($0.items) }
        try await self.send(items, known: known, stream)
    }

    private func send(_ items: [Sync.Item], known: Set<UInt64>, _ stream: LibP2PStream) async throws {
        var known = known
        var rest = items[...]
        while !rest.isEmpty {
            let portion = rest.prefix(Self.portion(of: rest, known: known))
            rest = rest.dropFirst(portion.count)
            let announcements = try await self.announcements(of: portion, known: &known)
            try await self.write(Sync.Part.encoded(announcements, isLast: rest.isEmpty), to: stream)
            self.load.withLock { $0.counters.items += announcements.count }
        }
        if items.isEmpty { try await self.write(Sync.Part.encoded([], isLast: true), to: stream) }
    }

    /// How many of some items go together.
    private static func portion(of items: ArraySlice<Sync.Item>, known: Set<UInt64>) -> Int {
        var (count, bytes) = (0, 0)
        for item in items.prefix(MeshCore.Limits.syncPortionItems) {
            if case .entry(let entry) = item.subject, !known.contains(item.body) { bytes += entry.size }
            guard count == 0 || bytes <= MeshCore.Limits.syncPortionBytes else { break }
            count += 1
        }
        return count
    }

    private func announcements(of items: ArraySlice<Sync.Item>, known: inout Set<UInt64>) async throws -> [[UInt8]] {
        let missing = items.filter { !known.contains($0.body) }.map(\.cid)
        let bodies = try await self.store.bodies(missing)
        var announcements: [[UInt8]] = []
        for item in items {
            var body: Body?
            if !known.contains(item.body) {
                // Gone since it was laid out, or too large to travel.
                guard let found = bodies[item.cid], found.bytes.count <= MeshCore.Limits.bodyBytes else { continue }
                body = found
                known.insert(item.body)
            }
            guard let claim = item.claim(body) else { continue }
            announcements.append(claim.encoded)
        }
        return announcements
    }

    private func read(_ stream: LibP2PStream) async throws -> [UInt8] {
        try await withDeadline(self.limits.syncPatience) {
            guard let bytes = try await stream.readMessage(maximumLength: MeshCore.Limits.syncRequestBytes) else {
                throw Ended()
            }
            return Array(bytes.readableBytesView)
        }
    }

    private func write(_ bytes: [UInt8], to stream: LibP2PStream) async throws {
        try await withDeadline(self.limits.syncPatience) {
            try await stream.writeMessage(ByteBuffer(bytes: bytes))
        }
    }

    private func begin(_ peer: PeerID) -> Admission {
        self.load.withLock { load in
            guard !load.peers.contains(peer) else { return .twice }
            guard load.peers.count < self.limits.syncsServed else { return .full }
            load.peers.insert(peer)
            load.counters.rounds += 1
            return .begun
        }
    }

    private func end(_ peer: PeerID) {
        self.load.withLock { _ = $0.peers.remove(peer) }
    }
}

extension Sync.Item {
    fileprivate var cid: CID {
        switch self.subject {
        case .entry(let entry): entry.cid
        case .state(let state): state.cid
        }
    }

    fileprivate func claim(_ body: Body?) -> Claim? {
        switch self.subject {
        case .entry(let entry):
            guard let repository = entry.key.repository else { return nil }
            return .entry(repository, EntryClaim(entry, body: body, inlineLimit: MeshCore.Limits.bodyBytes))
        case .state(let state):
            return .state(RememberedClaim(state, body: body))
        }
    }
}

extension Timestamp {
    fileprivate static let longAgo = Timestamp(milliseconds: .min)
}
