import CacheCore
import GitHubCore
@testable import MeshCore
import Multiformats
import Testing

@Suite struct SyncMessageTests {
    @Test func messagesSurviveTheWire() throws {
        let opening = Sync.Opening(shelves: [
            .init(topic: "a", count: 3, digest: .max), .init(topic: "b", count: 0, digest: 0),
        ])
        #expect(try Sync.Opening(decoding: opening.encoded) == opening)
        #expect(!opening.invites)
        #expect(try Sync.Opening(decoding: Sync.Opening.invitation.encoded).invites)
        for comparison in [
            Sync.Comparison.refused, .busy, .ready([]),
            .ready([Sync.Difference(shelf: 0, digests: []), Sync.Difference(shelf: 9, digests: [1, .max])]),
        ] {
            #expect(try Sync.Comparison(decoding: comparison.encoded) == comparison)
        }
        let held = Sync.Holding.Held(id: 1, moment: Timestamp(milliseconds: -5), body: .max)
        let holdings = Sync.Holdings(holdings: [Sync.Holding(shelf: 2, ranges: [0, 7], items: [held])])
        #expect(try Sync.Holdings(decoding: holdings.encoded) == holdings)
    }

    @Test func aPortionCarriesEntriesAndStates() throws {
        let body = Sample.run(7)
        let state = RememberedClaim(
            repository: try Sample.repository(),
            kind: .run,
            deliveredAt: Sample.now,
            deploymentUpdatedAt: nil,
            seenAt: Sample.now.advanced(bySeconds: -1),
            isPrivate: true,
            object: BodyClaim(body)
        )
        let entry = EntryClaim(try Sample.entry(body: body), body: nil)
        let claims: [Claim] = [.state(state), .entry(try Sample.repository(), entry)]
        let part = try Sync.Part(decoding: Sync.Part.encoded(claims.map(\.encoded), isLast: true))
        #expect(part.isLast)
        #expect(try !Sync.Part(decoding: Sync.Part.encoded([], isLast: false)).isLast)
        guard case .state(let read) = part.claims.first, case .entry(_, let read2) = part.claims.last else {
            Issue.record("other claims than were sent")
            return
        }
        #expect(read.deliveredAt == Sample.now)
        #expect(read.seenAt == state.seenAt)
        #expect(read.object.inline == body.bytes)
        #expect(read2.body.inline == nil && read2.body.cid == body.cid)
    }

    @Test func nonsenseIsRefused() throws {
        for bytes in [[0xff], [0x0a, 0x05, 0x01]] as [[UInt8]] {
            #expect(throws: MeshError.malformed) { try Sync.Opening(decoding: bytes) }
            #expect(throws: MeshError.malformed) { try Sync.Comparison(decoding: bytes) }
            #expect(throws: MeshError.malformed) { try Sync.Holdings(decoding: bytes) }
            #expect(throws: MeshError.malformed) { try Sync.Part(decoding: bytes) }
        }
        #expect(throws: MeshError.missing("status")) { try Sync.Comparison(decoding: []) }
        let odd = Sync.Comparison.ready([Sync.Difference(shelf: 0, digests: [1, 2, 3])])
        #expect(throws: MeshError.malformed) { try Sync.Comparison(decoding: odd.encoded) }
        // Two ids and nothing else of them.
        let short: [UInt8] = [0x0a, 18, 0x1a, 16] + Array(repeating: 1, count: 16)
        #expect(throws: MeshError.malformed) { try Sync.Holdings(decoding: short) }
    }

    @Test func whatIsTooLongIsRefused() {
        let many = Array(repeating: Sync.Summary(topic: "", count: 0, digest: 1), count: Limits.syncShelves + 1)
        #expect(throws: MeshError.tooLarge) { try Sync.Opening(decoding: Sync.Opening(shelves: many).encoded) }
        let long = Array(repeating: UInt8(0), count: Limits.syncRequestBytes + 1)
        #expect(throws: MeshError.tooLarge) { try Sync.Holdings(decoding: long) }
        let item: [UInt8] = []
        let part = Sync.Part.encoded(Array(repeating: item, count: Limits.announcementsPerMessage + 1), isLast: false)
        #expect(throws: MeshError.tooLarge) { try Sync.Part(decoding: part) }
    }
}
