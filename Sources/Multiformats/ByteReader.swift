/// A cursor over bytes that never reads past their end.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        self.rest = bytes[...]
    }

    var isAtEnd: Bool { self.rest.isEmpty }

    mutating func varint() throws(MultiformatsError) -> UInt64 {
        guard let (value, length) = try Varint.decode(self.rest) else { throw .truncated }
        self.rest = self.rest.dropFirst(length)
        return value
    }

    mutating func take(_ count: Int) throws(MultiformatsError) -> [UInt8] {
        guard count >= 0, count <= self.rest.count else { throw .truncated }
        defer { self.rest = self.rest.dropFirst(count) }
        return Array(self.rest.prefix(count))
    }

    mutating func lengthPrefixed() throws(MultiformatsError) -> [UInt8] {
        guard let count = Int(exactly: try self.varint()) else { throw .truncated }
        return try self.take(count)
    }

    mutating func remainder() -> [UInt8] {
        defer { self.rest = [] }
        return Array(self.rest)
    }
}
