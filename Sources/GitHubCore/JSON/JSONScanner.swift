/// Walks over a JSON text byte by byte, with a bounded depth (RFC 8259).
struct JSONScanner {
    let bytes: [UInt8]
    var offset: Int
    var depthLeft: Int

    mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard offset < bytes.count else { throw .truncated }
        guard bytes[offset] == byte else { throw .unexpected(offset: offset) }
        offset += 1
    }

    mutating func skipValue() throws(JSONError) {
        guard offset < bytes.count else { throw .truncated }
        switch bytes[offset] {
        case 0x7B: try skipContainer(closing: 0x7D, keyed: true)
        case 0x5B: try skipContainer(closing: 0x5D, keyed: false)
        case 0x22: try skipString()
        case 0x74: try skipWord("true")
        case 0x66: try skipWord("false")
        case 0x6E: try skipWord("null")
        case 0x2D, 0x30...0x39: try skipNumber()
        default: throw .unexpected(offset: offset)
        }
    }

    private mutating func skipContainer(closing: UInt8, keyed: Bool) throws(JSONError) {
        guard depthLeft > 0 else { throw .tooDeep }
        depthLeft -= 1
        defer { depthLeft += 1 }
        offset += 1
        skipSpace()
        if consume(closing) { return }
        repeat {
            skipSpace()
            if keyed {
                try skipString()
                skipSpace()
                try expect(0x3A)
                skipSpace()
            }
            try skipValue()
            skipSpace()
        } while consume(0x2C)
        try expect(closing)
    }

    mutating func skipString() throws(JSONError) {
        try expect(0x22)
        while true {
            offset = endOfPlain(from: offset)
            guard offset < bytes.count else { throw .truncated }
            switch bytes[offset] {
            case 0x22:
                offset += 1
                return
            case 0x5C: try skipEscape()
            default: throw .unexpected(offset: offset)
            }
        }
    }

    /// Where a string's bytes that stand for themselves end; most of a text is these.
    private func endOfPlain(from start: Int) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index < bytes.count, bytes[index] != 0x22, bytes[index] != 0x5C, bytes[index] >= 0x20 { index += 1 }
            return index
        }
    }

    private mutating func skipEscape() throws(JSONError) {
        guard offset + 1 < bytes.count else { throw .truncated }
        switch bytes[offset + 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: offset += 2
        case 0x75:
            guard offset + 6 <= bytes.count else { throw .truncated }
            for index in (offset + 2)..<(offset + 6) where hexValue(bytes[index]) == nil {
                throw .unexpected(offset: index)
            }
            offset += 6
        default: throw .unexpected(offset: offset + 1)
        }
    }

    private mutating func skipWord(_ word: StaticString) throws(JSONError) {
        let length = word.utf8CodeUnitCount
        guard offset + length <= bytes.count else { throw .truncated }
        let matches = word.withUTF8Buffer { expected in
            bytes[offset..<(offset + length)].elementsEqual(expected)
        }
        guard matches else { throw .unexpected(offset: offset) }
        offset += length
    }

    private mutating func skipNumber() throws(JSONError) {
        _ = consume(0x2D)
        guard offset < bytes.count else { throw .truncated }
        if !consume(0x30) {
            try skipDigits()
        }
        if consume(0x2E) {
            try skipDigits()
        }
        if consume(0x65) || consume(0x45) {
            _ = consume(0x2B) || consume(0x2D)
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(JSONError) {
        guard offset < bytes.count else { throw .truncated }
        let start = offset
        while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) {
            offset += 1
        }
        guard offset > start else { throw .unexpected(offset: offset) }
    }

    /// Reads a string and decodes its escapes; lone surrogates become U+FFFD.
    mutating func string() throws(JSONError) -> String {
        let start = offset
        try skipString()
        let raw = bytes[(start + 1)..<(offset - 1)]
        guard raw.contains(0x5C) else { return String(decoding: raw, as: UTF8.self) }
        return Self.unescape(raw)
    }

    private static func unescape(_ raw: ArraySlice<UInt8>) -> String {
        var units: [UInt16] = []
        var text = ""
        var plain: [UInt8] = []
        func flushUnits() {
            text += String(decoding: units, as: UTF16.self)
            units.removeAll(keepingCapacity: true)
        }
        func flushPlain() {
            text += String(decoding: plain, as: UTF8.self)
            plain.removeAll(keepingCapacity: true)
        }
        var index = raw.startIndex
        while index < raw.endIndex {
            guard raw[index] == 0x5C else {
                flushUnits()
                plain.append(raw[index])
                index += 1
                continue
            }
            let escape = raw[index + 1]
            if escape == 0x75 {
                flushPlain()
                units.append(raw[(index + 2)..<(index + 6)].reduce(0) { $0 << 4 | UInt16(hexValue($1) ?? 0) })
                index += 6
                continue
            }
            flushUnits()
            plain.append(Self.simpleEscapes[escape] ?? escape)
            index += 2
        }
        flushUnits()
        flushPlain()
        return text
    }

    private static let simpleEscapes: [UInt8: UInt8] = [0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09]
}

/// The value of a hexadecimal digit, or nil for another byte.
func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    case 0x41...0x46: byte - 0x41 + 10
    default: nil
    }
}
