import Testing

@testable import GitHubSimulatorCore

struct ZipArchiveTests {
    @Test func checksumsAreThoseOfTheStandard() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(CRC32.checksum([]) == 0)
    }

    @Test func anArchiveEndsWithItsDirectory() {
        let archive = ZipArchive([("a", Array("one".utf8)), ("b/c", [])]).bytes
        let local = (30 + 1 + 3) + (30 + 3)
        let directory = (46 + 1) + (46 + 3)
        #expect(archive.count == local + directory + 22)
        #expect(archive.starts(with: [0x50, 0x4B, 3, 4, 20, 0]))
        let end = archive.suffix(22)
        #expect(end.starts(with: [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 2, 0, 2, 0]))
        #expect(Array(end.dropFirst(12)) == [UInt8(directory), 0, 0, 0, UInt8(local), 0, 0, 0, 0, 0])
        #expect(Array(archive[local..<(local + 4)]) == [0x50, 0x4B, 1, 2])
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
    func base64IsThatOfTheStandard(text: String, code: String) {
        #expect(Base64.encode(Array(text.utf8)) == code)
        #expect(Base64.decode(code) == Array(text.utf8))
    }

    @Test func contentsAreWrappedAfterSixtyDigits() {
        let text = Base64.lines([UInt8](repeating: 0, count: 50))
        #expect(text == String(repeating: "A", count: 60) + "\nAAAAAAA=\n")
        #expect(Base64.lines([]).isEmpty)
    }
}
