import Multiformats
import Testing

struct BaseTests {
    @Test(
        arguments: [
            ("", []), ("1", [0]), ("11", [0, 0]), ("2", [1]), ("z", [57]), ("21", [58]), ("1112", [0, 0, 0, 1]),
            ("StV1DL6CwTryKyV", Array("hello world".utf8)),
        ] as [(String, [UInt8])]
    )
    func base58(text: String, bytes: [UInt8]) throws {
        #expect(Base58.encode(bytes) == text)
        #expect(try Base58.decode(text) == bytes)
    }

    @Test(arguments: ["0", "O", "I", "l", "1 1", "é"])
    func base58RefusesOtherCharacters(text: String) {
        #expect(throws: MultiformatsError.invalidCharacter) { try Base58.decode(text) }
    }

    @Test(arguments: [
        ("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foob", "mzxw6yq"), ("fooba", "mzxw6ytb"),
        ("foobar", "mzxw6ytboi"),
    ])
    func base32OfRFC4648(plain: String, text: String) throws {
        #expect(Base32.encode(Array(plain.utf8)) == text)
        #expect(try Base32.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: ["mz", "m", "mzx", "my======", "MY", "m1"])
    func base32RefusesWhatItWouldNotWrite(text: String) {
        #expect(throws: MultiformatsError.self) { try Base32.decode(text) }
    }

    @Test func textsAreBounded() {
        let long = String(repeating: "2", count: 1_000_000)
        #expect(throws: MultiformatsError.tooLong) { try Base58.decode(long) }
        #expect(throws: MultiformatsError.tooLong) { try Base32.decode(long) }
        #expect(throws: MultiformatsError.tooLong) { try PeerID(long) }
        #expect(throws: MultiformatsError.tooLong) { try CID("b" + long) }
        #expect(throws: MultiformatsError.tooLong) { try Multiaddr("/" + long) }
    }
}
