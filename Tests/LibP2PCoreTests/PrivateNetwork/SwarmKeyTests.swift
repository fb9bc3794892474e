import LibP2PCore
import Testing

struct SwarmKeyTests {
    private static let bytes = Array(UInt8(0)..<32)
    private static let header = "/key/swarm/psk/1.0.0/\n"
    private static let digits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

    private static func file(_ encoding: String, _ key: some Sequence<UInt8>) -> [UInt8] {
        Array("\(self.header)\(encoding)\n".utf8) + key
    }

    @Test(arguments: [
        file("/base16/", digits.utf8),
        file("/base16/", "\(digits)\n".utf8),
        file("/base16/", "\(digits.uppercased())\r\n".utf8),
        file("/base64/", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n".utf8),
        file("/bin/", bytes),
        file("/bin/", bytes + [10]),
        Array("/key/swarm/psk/1.0.0/\r\n/base16/\r\n\(digits)\r\n".utf8),
    ])
    func everyEncodingIsRead(file: [UInt8]) throws {
        #expect(try SwarmKey(file: file).bytes == Self.bytes)
    }

    @Test(
        arguments: [
            ([], .noHeader),
            (Array("\(digits)\n".utf8), .noHeader),
            (Array("/key/swarm/psk/2.0.0/\n/base16/\n\(digits)\n".utf8), .noHeader),
            ([0xff, 10], .noHeader),
            (Array(header.utf8), .unknownEncoding),
            (Array("\(header)\(digits)\n".utf8), .unknownEncoding),
            (file("/base58/", digits.utf8), .unknownEncoding),
            (file("/base16/", "\(digits.dropLast())x".utf8), .notEncoded(as: "/base16/")),
            (file("/base16/", "\(digits)\n\(digits)".utf8), .notEncoded(as: "/base16/")),
            (file("/base64/", "AAEC*".utf8), .notEncoded(as: "/base64/")),
            (file("/base16/", "".utf8), .length(0)),
            (file("/base16/", digits.dropLast(2).utf8), .length(31)),
            (file("/base16/", "\(digits)00".utf8), .length(33)),
            (file("/bin/", bytes.dropLast()), .length(31)),
            (file("/bin/", bytes + [11]), .length(33)),
            (Array(repeating: 0x2f, count: 4096), .tooLong),
        ] as [([UInt8], SwarmKey.Failure)]
    )
    func whatIsWrongWithAFileIsSaid(file: [UInt8], failure: SwarmKey.Failure) {
        let error = #expect(throws: SwarmKey.Failure.self) { try SwarmKey(file: file) }
        #expect(error == failure)
        #expect(error?.description.contains("0001020304") == false)
    }

    @Test func aKeySurvivesItsOwnFile() throws {
        let key = try SwarmKey(bytes: Self.bytes)
        #expect(key.file == "\(Self.header)/base16/\n\(Self.digits)\n")
        #expect(try SwarmKey(file: Array(key.file.utf8)) == key)
    }

    @Test(arguments: [
        file("/base16/", "\(digits)\n".utf8), file("/base64/", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n".utf8),
        file("/bin/", bytes),
    ])
    func whatBecomesOfAFileIsAKeyOrRefused(file: [UInt8]) {
        var random = Seeded(state: 5)
        var keys: Set<SwarmKey> = []
        for _ in 0..<2000 {
            do throws(SwarmKey.Failure) {
                let key = try SwarmKey(file: file.mutated(using: &random))
                keys.insert(key)
                let again = try? SwarmKey(file: Array(key.file.utf8))
                #expect(again == key)
            } catch {
                #expect(!error.description.contains("0001020304"))
            }
        }
        // Some of them are as good as the one that was written, and say something else.
        #expect(keys.count > 1)
    }

    @Test(arguments: ["", header, "\(header)/base16/\n", "\(header)/base64/\n", "\(header)/bin/\n"])
    func noiseIsNoKey(beginning: String) {
        var random = Seeded(state: 6)
        for _ in 0..<1000 {
            let noise = [UInt8].noise(.random(in: 0...100, using: &random), using: &random)
            let key = try? SwarmKey(file: Array(beginning.utf8) + noise)
            #expect(key.map { $0.bytes.count == SwarmKey.length } ?? true)
        }
    }

    @Test func aKeyShowsItselfInNoText() throws {
        let key = try SwarmKey(bytes: Self.bytes)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(!text.contains("0001020304"))
            #expect(!text.contains("1, 2, 3"))
        }
    }

    @Test func aFingerprintIsTheKeysOwn() throws {
        let key = try SwarmKey(bytes: Self.bytes)
        #expect(key.fingerprint.count == 16)
        #expect(key.fingerprint == (try SwarmKey(bytes: Self.bytes)).fingerprint)
        #expect(key.fingerprint != (try SwarmKey(bytes: Self.bytes.reversed())).fingerprint)
    }
}
