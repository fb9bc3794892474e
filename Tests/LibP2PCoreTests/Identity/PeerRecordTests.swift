import LibP2PCore
import Multiformats
import Testing

struct PeerRecordTests {
    private func record(of pair: KeyPair) throws -> PeerRecord {
        PeerRecord(peer: pair.peerID, sequence: 7, addresses: [try Multiaddr("/ip4/127.0.0.1/tcp/4001")])
    }

    @Test func aSealedRecordOpens() throws {
        let pair = try keyPair(1)
        let record = try record(of: pair)
        #expect(try PeerRecord(opening: record.sealed(with: pair)) == record)
    }

    @Test func nobodySpeaksForAnother() throws {
        let sealed = try record(of: keyPair(1)).sealed(with: keyPair(2))
        #expect(throws: IdentityError.wrongSubject) { try PeerRecord(opening: sealed) }
    }

    @Test func anotherDomainIsAnotherSignature() throws {
        let pair = try keyPair(1)
        let envelope = try SignedEnvelope(sealing: [1], type: [2], domain: "a", with: pair)
        #expect(try SignedEnvelope(opening: envelope.bytes, domain: "a").payload == [1])
        #expect(throws: IdentityError.invalidSignature) { try SignedEnvelope(opening: envelope.bytes, domain: "b") }
    }

    @Test func noChangedByteOpens() throws {
        let pair = try keyPair(1)
        let sealed = try record(of: pair).sealed(with: pair)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: IdentityError.self) { try PeerRecord(opening: changed) }
            #expect(throws: IdentityError.self) { try PeerRecord(opening: Array(sealed.prefix(index))) }
        }
    }

    @Test func noMutationMakesAnotherRecord() throws {
        let pair = try keyPair(1)
        let record = try record(of: pair)
        let sealed = try record.sealed(with: pair)
        var random = Seeded(state: 7)
        for _ in 0..<2000 {
            // What a reader passes over may be added.
            if let opened = try? PeerRecord(opening: sealed.mutated(using: &random)) { #expect(opened == record) }
            let noise = [UInt8].noise(.random(in: 0...200, using: &random), using: &random)
            #expect(throws: IdentityError.self) { try PeerRecord(opening: noise) }
        }
    }

    /// A peer signs what it likes: what is taken of it is its own, bounded, and can be told to others.
    @Test func whateverAPeerSignsIsItsOwnRecordOrNone() throws {
        let domain = "libp2p-peer-record"
        let pair = try keyPair(1)
        let sealed = try record(of: pair).sealed(with: pair)
        let plain = try SignedEnvelope(opening: sealed, domain: domain).payload
        var random = Seeded(state: 8)
        var taken = 0
        for _ in 0..<1000 {
            let noise = [UInt8].noise(.random(in: 0...100, using: &random), using: &random)
            let payload = Bool.random(using: &random) ? plain.mutated(using: &random) : noise
            let envelope = try SignedEnvelope(sealing: payload, type: [3, 1], domain: domain, with: pair)
            guard let record = try? PeerRecord(opening: envelope.bytes) else { continue }
            taken += 1
            #expect(record.peer == pair.peerID && record.addresses.count <= PeerRecord.maximumAddresses)
            #expect(try PeerRecord(opening: record.sealed(with: pair)) == record)
        }
        #expect(taken > 0)
    }

    @Test(.enabled(if: Vectors.areThere, Vectors.absence))
    func referenceVector() throws {
        let vectors = try Vectors.load()
        let pair = try KeyPair(seed: hex(vectors.identity_A.seed))
        let sealed = try record(of: pair).sealed(with: pair)
        #expect(sealed == hex(vectors.peer_record_of_A.envelope))
        #expect(try PeerRecord(opening: sealed).sequence == 7)
    }
}
