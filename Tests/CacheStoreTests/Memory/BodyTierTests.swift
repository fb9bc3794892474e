import CacheCore
import Multiformats
import Testing

@testable import CacheStore

@Suite struct BodyTierTests {
    private let body = Fixture.body(1)

    @Test func aFailedTransactionLeavesEverythingUnsaved() {
        var tier = BodyTier(capacity: 10_000)
        tier.keep(body)
        let share = tier.take(deletions: 9, references: [body.cid: 1])
        #expect(share.saved == [body])
        #expect(tier.body(body.cid) == body)
        tier.giveBack(share, references: [body.cid: 1])
        #expect(tier.unsavedBytes == body.bytes.count)
        #expect(tier.take(deletions: 9, references: [body.cid: 1]).saved == [body])
    }

    @Test func aFailedTransactionOfAReleasedBodyLeavesNothing() {
        var tier = BodyTier(capacity: 10_000)
        tier.keep(body)
        let share = tier.take(deletions: 9, references: [body.cid: 1])
        tier.release(body.cid)
        tier.giveBack(share, references: [:])
        #expect(tier.unsavedBytes == 0)
        #expect(!tier.isKnown(body.cid))
        #expect(!tier.hasChanges)
    }

    @Test func aFailedDeletionIsTriedAgain() {
        var tier = BodyTier(capacity: 10_000)
        tier.note(onDisk: body.cid, size: 30)
        tier.release(body.cid)
        let share = tier.take(deletions: 9, references: [:])
        #expect(share.deleted.map(\.cid) == [body.cid])
        #expect(tier.diskBytes == 0)
        tier.giveBack(share, references: [:])
        #expect(tier.diskBytes == 30)
        #expect(tier.take(deletions: 9, references: [:]).deleted.map(\.cid) == [body.cid])
    }

    @Test func aBodyKeptWhileItIsBeingDeletedIsSavedAgain() {
        var tier = BodyTier(capacity: 10_000)
        tier.note(onDisk: body.cid, size: 30)
        tier.release(body.cid)
        _ = tier.take(deletions: 9, references: [:])
        tier.keep(body)
        tier.saved([:], references: [body.cid: 1])
        #expect(tier.take(deletions: 9, references: [body.cid: 1]).saved == [body])
        let packed = PackedBytes(body.bytes, effort: .fast)
        tier.saved([body.cid: packed], references: [body.cid: 1])
        #expect(tier.diskBytes == packed.data.count)
        #expect(tier.unsavedBytes == 0)
        #expect(tier.cachedBytes == body.bytes.count + packed.data.count)
    }

    @Test func theCompressedBytesOfTheRowLieBesideTheBody() {
        var tier = BodyTier(capacity: 10_000)
        tier.keep(body)
        #expect(tier.packed(body.cid) == nil)
        _ = tier.take(deletions: 9, references: [body.cid: 1])
        let packed = PackedBytes(body.bytes, effort: .thorough)
        tier.saved([body.cid: packed], references: [body.cid: 1])
        #expect(tier.packed(body.cid) == Array(packed.data))
        tier.cache(body)
        #expect(tier.packed(body.cid) == Array(packed.data))
        #expect(tier.cachedBytes == body.bytes.count + packed.data.count)
        tier.release(body.cid)
        #expect(tier.packed(body.cid) == nil)
        #expect(tier.cachedBytes == 0)
    }
}
