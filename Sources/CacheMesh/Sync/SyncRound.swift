import CacheCore
import CacheStore
import GitHubCore
import LibP2P
import LibP2PCore
import Logging
import MeshCore
import Multiformats
import NIOCore

/// One comparison with one peer: asks, judges what comes, and hands it to the node in batches.
struct SyncRound: Sendable {
    /// What came of a round.
    struct Yield: Sendable {
        var items = 0
        var doubted = 0
    }

    /// The peer does not keep to the protocol.
    struct Offence: Error {
        let what: String
    }

    /// The peer has no time or no ear for this node.
    struct Declined: Error {}

    let peer: PeerID
    let host: Host
    let store: CacheStore
    let intake: Intake
    let limits: Mesh.Limits
    let now: @Sendable () -> Timestamp
    /// Where the node takes batches from.
    let batches: AsyncStream<PeerBatch>.Continuation

    /// Compares shelves and takes in what is newer or missing; what came before an error is kept.
    func run(_ shelves: [Sync.Shelf], _ yield: inout Yield) async throws {
        let stream = try await self.host.openStream(to: self.peer, protocols: [Sync.protocolID])
        do {
            try await self.run(shelves, over: stream, &yield)
            stream.close()
        } catch {
            stream.reset()
            throw error
        }
    }

    private func run(_ shelves: [Sync.Shelf], over stream: LibP2PStream, _ yield: inout Yield) async throws {
        try await self.write(Sync.Opening(shelves: shelves.map(\.summary)).encoded, to: stream)
        let answer = try await self.read(stream, limit: MeshCore.Limits.syncRequestBytes)
        guard case .ready(let differences) = try Sync.Comparison(decoding: answer) else { throw Declined() }
        guard !differences.isEmpty else { return }
        guard differences.allSatisfy({ shelves.indices.contains($0.shelf) }) else {
            throw Offence(what: "a difference of a shelf that there is not")
        }
        let narrowed = differences.filter { !$0.digests.isEmpty }
        if !narrowed.isEmpty {
            let holdings = narrowed.map { shelves[$0.shelf].holding(where: $0) }
            try await self.write(Sync.Holdings(holdings: holdings).encoded, to: stream)
        }
        stream.closeWrite()
        let topics = Dictionary(uniqueKeysWithValues: shelves.map { ($0.repository, $0.topic) })
        var delivery = SyncDelivery(author: self.peer, batches: self.batches, patience: self.limits.syncPatience)
        var unsaved = 0
        while true {
            let bytes = try await self.read(stream, limit: MeshCore.Limits.syncPartBytes)
            let part = try Sync.Part(decoding: bytes)
            let (announcements, bodies) = try await self.believed(part.claims, of: topics, delivery.bodies, &yield)
            try await delivery.hand(over: announcements, bodies: bodies)
            unsaved += bytes.count
            if unsaved > self.limits.unsavedSyncBytes {
                // What is not on disk yet is bounded; the disk sets the pace then.
                try await delivery.settle()
                try await self.store.flush()
                unsaved = 0
            }
            if part.isLast { break }
        }
        try await delivery.settle()
        if unsaved > 0 { try await self.store.flush() }
    }

    /// Judges what came as if it had come by gossip and the peer were its author.
    private func believed(
        _ claims: [Claim],
        of topics: [RepositoryName: String],
        _ earlier: [CID: Body],
        _ yield: inout Yield
    ) async throws -> (announcements: [Announcement], bodies: [CID: Body]) {
        let moment = self.now()
        var bodies: [CID: Body] = [:]
        var announcements: [Announcement] = []
        for claim in claims {
            guard let topic = claim.repository.flatMap({ topics[$0] }), let named = claim.body else {
                throw Offence(what: "something that was not asked for")
            }
            var body = bodies[named.cid] ?? earlier[named.cid]
            if let inline = named.inline {
                guard let proven = Body(inline, claimed: named.cid) else {
                    throw Offence(what: "a body that has not the name it was sent under")
                }
                body = proven
                bodies[named.cid] = proven
            } else if body == nil {
                body = try? await self.store.body(named.cid)
            }
            guard let body else {
                yield.doubted += 1
                continue
            }
            let whole = claim.holding(body)
            switch self.intake.judge(
                whole,
                with: body.bytes,
                by: self.peer,
                evidence: .connection(self.peer),
                on: topic,
                now: moment
            ) {
            case .meets:
                guard let announcement = whole.announcement(with: body, now: moment) else { continue }
                announcements.append(announcement)
                yield.items += 1
            case .fails(let because):
                guard !because.isOffence else { throw Offence(what: because.rawValue) }
                yield.doubted += 1
            }
        }
        return (announcements, bodies)
    }

    private func read(_ stream: LibP2PStream, limit: Int) async throws -> [UInt8] {
        try await withDeadline(self.limits.syncPatience) {
            guard let bytes = try await stream.readMessage(maximumLength: limit) else { throw Declined() }
            return Array(bytes.readableBytesView)
        }
    }

    private func write(_ bytes: [UInt8], to stream: LibP2PStream) async throws {
        try await withDeadline(self.limits.syncPatience) {
            try await stream.writeMessage(ByteBuffer(bytes: bytes))
        }
    }
}
