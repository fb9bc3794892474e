import Testing

@testable import CacheStore

@Suite struct GzipTests {
    @Test(arguments: [0, 1, 255, 100_000])
    func whatWasCompressedComesBack(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let packed = try #require(Gzip.compress(bytes, level: 5))
        #expect(packed.starts(with: [0x1F, 0x8B]))
        #expect(Gzip.decompress(packed, size: size) == bytes)
    }

    @Test func anotherSizeIsRefused() throws {
        let packed = try #require(Gzip.compress(Array(repeating: 1, count: 500), level: 1))
        #expect(Gzip.decompress(packed, size: 499) == nil)
        #expect(Gzip.decompress(packed, size: 501) == nil)
        #expect(Gzip.decompress(packed, size: -1) == nil)
        #expect(Gzip.decompress(packed, size: .max) == nil)
    }

    @Test func cutAndForeignBytesAreRefused() throws {
        let bytes = (0..<500).map { UInt8(truncatingIfNeeded: $0 * $0) }
        let packed = try #require(Gzip.compress(bytes, level: 5))
        for count in 0..<packed.count { #expect(Gzip.decompress(Array(packed.prefix(count)), size: 500) == nil) }
        #expect(Gzip.decompress(packed + [0], size: 500) == nil)
        #expect(Gzip.decompress(Array("not gzip at all".utf8), size: 500) == nil)
    }

    @Test(arguments: [0, 10, 256, 4000])
    func packedBytesComeBack(size: Int) {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 50) }
        let packed = PackedBytes(bytes, effort: .thorough)
        #expect(packed.unpacked(limit: size) == bytes)
        #expect(packed.unpacked(limit: size - 1) == nil)
        #expect((packed.format == .gzip) == (size >= 256))
    }

    @Test func bytesThatDoNotShrinkStayPlain() {
        #expect(PackedBytes(Fixture.noise(1000), effort: .thorough).format == .plain)
    }
}
