import Multiformats
import Testing

struct CIDTests {
    /// The empty body's name is well known.
    private let empty = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"

    @Test func namesABodyByItsBytes() throws {
        #expect(CID(hashing: []).description == empty)
        let cid = CID(hashing: Array("{}".utf8))
        #expect(cid.matches(Array("{}".utf8)))
        #expect(!cid.matches(Array("{ }".utf8)))
        #expect(cid.bytes.count == 36)
        #expect(cid.bytes.prefix(4) == [0x01, 0x55, 0x12, 0x20])
    }

    @Test func textAndBytesRoundTrip() throws {
        let cid = CID(hashing: [1, 2, 3])
        #expect(try CID(cid.description) == cid)
        #expect(try CID(bytes: cid.bytes) == cid)
    }

    @Test func everyTruncationIsRefused() {
        let cid = CID(hashing: [1, 2, 3])
        for count in 0..<cid.bytes.count {
            #expect(throws: MultiformatsError.self) { try CID(bytes: Array(cid.bytes.prefix(count))) }
        }
        for count in 0..<cid.description.count {
            #expect(throws: MultiformatsError.self) { try CID(String(cid.description.prefix(count))) }
        }
    }

    @Test(arguments: [
        "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n", "zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA", "B", "",
        "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
    ])
    func otherKindsAreRefused(text: String) {
        #expect(throws: MultiformatsError.self) { try CID(text) }
    }

    @Test func trailingBytesAreRefused() {
        #expect(throws: MultiformatsError.trailingBytes) { try CID(bytes: CID(hashing: []).bytes + [0]) }
    }
}
