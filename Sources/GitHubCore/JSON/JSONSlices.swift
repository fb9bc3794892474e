/// What is wrong with bytes that should be JSON.
package enum JSONError: Error, Equatable {
    /// The bytes end inside a value.
    case truncated
    /// A byte that no JSON text has at this offset.
    case unexpected(offset: Int)
    /// Arrays and objects nest deeper than the limit.
    case tooDeep
    /// The value at hand is of another kind than asked for.
    case wrongKind
    /// A key is given twice, and readers disagree on which counts.
    case ambiguous
}

/// Byte-exact views into a JSON text: where each value begins and ends, without building a tree.
///
/// GitHub's objects are cut out of payloads and lists and put elsewhere as the very bytes GitHub sent (RFC 8259 for the
/// grammar). Nothing is decoded that is not asked for.
package struct JSONSlices: Sendable {
    /// The deepest nesting of arrays and objects that is read.
    package static let maximumDepth = 64

    /// The whole text.
    package let bytes: [UInt8]
    /// The range of the outermost value, without the white space around it.
    package let root: Range<Int>

    /// Checks the whole text once: grammar, one value, bounded depth.
    package init(_ bytes: [UInt8], maximumDepth: Int = JSONSlices.maximumDepth) throws(JSONError) {
        self.bytes = bytes
        var scanner = JSONScanner(bytes: bytes, offset: 0, depthLeft: maximumDepth)
        scanner.skipSpace()
        let start = scanner.offset
        try scanner.skipValue()
        root = start..<scanner.offset
        scanner.skipSpace()
        guard scanner.offset == bytes.count else { throw .unexpected(offset: scanner.offset) }
    }

    /// Checks a text whose value is an object, in one walk with reading its members.
    static func object(_ bytes: [UInt8]) throws(JSONError) -> (text: JSONSlices, members: [Member]) {
        var scanner = JSONScanner(bytes: bytes, offset: 0, depthLeft: Self.maximumDepth - 1)
        scanner.skipSpace()
        let start = scanner.offset
        guard start < bytes.count, bytes[start] == 0x7B else {
            // What else is wrong with it comes first.
            _ = try JSONSlices(bytes)
            throw .wrongKind
        }
        let members = try scanner.members()
        let root = start..<scanner.offset
        scanner.skipSpace()
        guard scanner.offset == bytes.count else { throw .unexpected(offset: scanner.offset) }
        return (JSONSlices(bytes, root: root), members)
    }

    private init(_ bytes: [UInt8], root: Range<Int>) {
        self.bytes = bytes
        self.root = root
    }

    /// One member of an object: its decoded key and where its value stands.
    package struct Member: Equatable, Sendable {
        /// The key, with escapes decoded.
        package let key: String
        /// The range of the value.
        package let value: Range<Int>
    }

    /// Where the first value of a key stands in the object at a range; reads no further than that.
    package func value(of key: String, in range: Range<Int>) -> Range<Int>? {
        var scanner = JSONScanner(bytes: bytes, offset: range.lowerBound, depthLeft: Self.maximumDepth)
        guard scanner.consume(0x7B) else { return nil }
        repeat {
            scanner.skipSpace()
            guard let found = try? scanner.string() else { return nil }
            scanner.skipSpace()
            guard scanner.consume(0x3A) else { return nil }
            scanner.skipSpace()
            let start = scanner.offset
            guard (try? scanner.skipValue()) != nil else { return nil }
            if found == key { return start..<scanner.offset }
            scanner.skipSpace()
        } while scanner.consume(0x2C)
        return nil
    }

    /// The members of the object at a range, in their order.
    package func members(of range: Range<Int>) throws(JSONError) -> [Member] {
        var scanner = JSONScanner(bytes: bytes, offset: range.lowerBound, depthLeft: Self.maximumDepth)
        return try scanner.members()
    }

    /// The elements of the array at a range, in their order.
    package func elements(of range: Range<Int>) throws(JSONError) -> [Range<Int>] {
        var scanner = JSONScanner(bytes: bytes, offset: range.lowerBound, depthLeft: Self.maximumDepth)
        guard scanner.consume(0x5B) else { throw .wrongKind }
        var found: [Range<Int>] = []
        scanner.skipSpace()
        if scanner.consume(0x5D) { return found }
        repeat {
            scanner.skipSpace()
            let start = scanner.offset
            try scanner.skipValue()
            found.append(start..<scanner.offset)
            scanner.skipSpace()
        } while scanner.consume(0x2C)
        try scanner.expect(0x5D)
        return found
    }

    /// The kinds of value, told by the first byte.
    package enum Kind: Equatable, Sendable {
        case object, array, string, number, bool, null
    }

    /// The kind of the value at a range.
    package func kind(of range: Range<Int>) -> Kind {
        switch bytes[range.lowerBound] {
        case 0x7B: .object
        case 0x5B: .array
        case 0x22: .string
        case 0x74, 0x66: .bool
        case 0x6E: .null
        default: .number
        }
    }

    /// The text of the string at a range, or nil where the value is none.
    package func string(_ range: Range<Int>) -> String? {
        guard kind(of: range) == .string else { return nil }
        var scanner = JSONScanner(bytes: bytes, offset: range.lowerBound, depthLeft: 1)
        return try? scanner.string()
    }

    /// The integer at a range, or nil where the value is none.
    package func integer(_ range: Range<Int>) -> Int64? {
        guard kind(of: range) == .number else { return nil }
        return Int64(String(decoding: bytes[range], as: UTF8.self))
    }

    /// The truth value at a range, or nil where the value is none.
    package func bool(_ range: Range<Int>) -> Bool? {
        guard kind(of: range) == .bool else { return nil }
        return bytes[range.lowerBound] == 0x74
    }
}

extension JSONScanner {
    /// The members of the object that begins here.
    fileprivate mutating func members() throws(JSONError) -> [JSONSlices.Member] {
        guard consume(0x7B) else { throw .wrongKind }
        var found: [JSONSlices.Member] = []
        skipSpace()
        if consume(0x7D) { return found }
        repeat {
            skipSpace()
            let key = try string()
            skipSpace()
            try expect(0x3A)
            skipSpace()
            let start = offset
            try skipValue()
            found.append(JSONSlices.Member(key: key, value: start..<offset))
            skipSpace()
        } while consume(0x2C)
        try expect(0x7D)
        return found
    }
}
