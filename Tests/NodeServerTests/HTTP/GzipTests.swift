import Testing

@testable import NodeServer

struct GzipTests {
    @Test(arguments: [0, 1, 1000, 300_000])
    func makesAGzipMember(count: Int) throws {
        let compressed = try #require(Gzip.compress([UInt8](repeating: 7, count: count)))
        #expect(compressed.starts(with: [0x1F, 0x8B, 8]))
        // The last four bytes are the length of what was compressed (RFC 1952, section 2.3.1).
        let length = compressed.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(length == count)
    }
}
