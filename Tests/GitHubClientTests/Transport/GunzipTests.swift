import Testing

@testable import GitHubClient

@Suite struct GunzipTests {
    /// `{"id":1}`, by Python's gzip.
    private let small: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 76, 81, 178, 50, 172, 5, 0, 197, 248, 93, 68, 8, 0, 0, 0,
    ]
    /// 200,000 spaces, by Python's gzip.
    private let large: [UInt8] =
        [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 42, 235, 159, 210, 12, 254, 64, 1]
        + [UInt8](repeating: 0, count: 193) + [175, 1, 49, 97, 98, 16, 64, 13, 3, 0]

    @Test func decompressesWhatOthersCompressed() throws {
        #expect(try Gunzip.decompress(small, limit: 100) == Array(#"{"id":1}"#.utf8))
        #expect(try Gunzip.decompress(large, limit: 200_000) == [UInt8](repeating: 0x20, count: 200_000))
        let empty: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(try Gunzip.decompress(empty, limit: 0) == [])
    }

    @Test func whatFillsTheRoomExactlyEnds() throws {
        let exact: [UInt8] =
            [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 129, 0, 0, 0, 0, 128, 32, 214, 253, 37, 22, 169, 10]
            + [UInt8](repeating: 0, count: 63) + [106, 255, 145, 32, 195, 0, 0, 1, 0]
        #expect(try Gunzip.decompress(exact, limit: 65_536) == [UInt8](repeating: 0x61, count: 65_536))
    }

    @Test func stopsAtTheBound() {
        #expect(throws: Gunzip.Failure.tooLarge) { try Gunzip.decompress(large, limit: 199_999) }
        #expect(throws: Gunzip.Failure.tooLarge) { try Gunzip.decompress(small, limit: 7) }
    }

    @Test func theBeginningIsReadAsFarAsItGoes() {
        #expect(Gunzip.beginning(of: small, limit: 100) == Array(#"{"id":1}"#.utf8))
        #expect(Gunzip.beginning(of: small, limit: 4) == Array(#"{"id"#.utf8))
        #expect(Gunzip.beginning(of: Array(small.dropLast(8)), limit: 100) == Array(#"{"id":1}"#.utf8))
        #expect(Gunzip.beginning(of: large, limit: 4_096) == [UInt8](repeating: 0x20, count: 4_096))
        #expect(Gunzip.beginning(of: [], limit: 100) == [])
        #expect(Gunzip.beginning(of: Array("no gzip".utf8), limit: 100) == [])
    }

    @Test func everyCutIsNoticed() {
        for length in 0..<small.count {
            #expect(throws: Gunzip.Failure.damaged) { try Gunzip.decompress(Array(small.prefix(length)), limit: 100) }
        }
    }

    @Test func everyFlippedByteOfTheDataIsNoticed() {
        for index in 10..<small.count {
            var bytes = small
            bytes[index] ^= 0x41
            #expect(throws: Gunzip.Failure.self) { try Gunzip.decompress(bytes, limit: 100) }
        }
    }

    @Test func whatFollowsIsNotIgnored() {
        #expect(throws: Gunzip.Failure.damaged) { try Gunzip.decompress(small + [0], limit: 100) }
        #expect(throws: Gunzip.Failure.damaged) { try Gunzip.decompress(small + small, limit: 100) }
        #expect(throws: Gunzip.Failure.damaged) { try Gunzip.decompress(Array("plain text".utf8), limit: 100) }
    }
}
