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

    @Test(.enabled(if: Vectors.areThere, Vectors.absence))
    func referenceVector() throws {
        let vectors = try Vectors.load()
        let pair = try KeyPair(seed: hex(vectors.identity_A.seed))
        let sealed = try record(of: pair).sealed(with: pair)
        #expect(sealed == hex(vectors.peer_record_of_A.envelope))
        #expect(try PeerRecord(opening: sealed).sequence == 7)
    }
}
