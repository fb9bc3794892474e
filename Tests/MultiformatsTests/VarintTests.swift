import Multiformats
import Testing

struct VarintTests {
    @Test(
        arguments: [
            (0, [0x00]), (1, [0x01]), (127, [0x7f]), (128, [0x80, 0x01]), (300, [0xac, 0x02]),
            (16384, [0x80, 0x80, 0x01]),
            (UInt64(1) << 63 - 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
        ] as [(UInt64, [UInt8])]
    )
    func valuesHaveTheirBytes(value: UInt64, bytes: [UInt8]) throws {
        #expect(Varint.encode(value) == bytes)
        #expect(Varint.length(of: value) == bytes.count)
        let decoded = try #require(try Varint.decode(bytes + [0xff]))
        #expect(decoded == (value, bytes.count))
    }

    @Test func unfinishedValuesNeedMore() throws {
        #expect(try Varint.decode([UInt8]()) == nil)
        #expect(try Varint.decode([0x80, 0x80] as [UInt8]) == nil)
    }

    @Test(
        arguments: [
            [0x80, 0x00], [0x81, 0x80, 0x00], [UInt8](repeating: 0x80, count: 9), [UInt8](repeating: 0xff, count: 10),
        ] as [[UInt8]]
    )
    func longFormsAndLongValuesAreRefused(bytes: [UInt8]) {
        #expect(throws: MultiformatsError.invalidVarint) { try Varint.decode(bytes) }
    }
}
