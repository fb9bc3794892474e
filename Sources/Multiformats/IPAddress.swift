/// An IPv4 address.
package struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
    /// The four bytes in network order.
    package let bytes: [UInt8]

    /// Reads exactly four bytes.
    package init(bytes: [UInt8]) throws(MultiformatsError) {
        guard bytes.count == 4 else { throw .invalidAddress }
        self.bytes = bytes
    }

    /// Reads dotted decimal without leading zeros.
    package init(_ text: String) throws(MultiformatsError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { throw .invalidAddress }
        var bytes: [UInt8] = []
        for part in parts {
            guard let byte = Decimal.parse(part, as: UInt8.self) else { throw .invalidAddress }
            bytes.append(byte)
        }
        try self.init(bytes: bytes)
    }

    /// Whether it is in 127/8.
    package var isLoopback: Bool { self.bytes[0] == 127 }

    /// Whether it is 0.0.0.0.
    package var isUnspecified: Bool { self.bytes.allSatisfy { $0 == 0 } }

    /// Dotted decimal.
    package var description: String { self.bytes.map(String.init).joined(separator: ".") }
}

/// An IPv6 address without a zone.
package struct IPv6Address: Hashable, Sendable, CustomStringConvertible {
    /// The sixteen bytes in network order.
    package let bytes: [UInt8]

    /// Reads exactly sixteen bytes.
    package init(bytes: [UInt8]) throws(MultiformatsError) {
        guard bytes.count == 16 else { throw .invalidAddress }
        self.bytes = bytes
    }

    /// Reads the text forms of RFC 4291.
    package init(_ text: String) throws(MultiformatsError) {
        guard text.utf8.count <= 45, text.utf8.allSatisfy({ $0 < 0x80 }) else { throw .invalidAddress }
        let characters = Array(text)
        let gap = characters.indices.first { characters[$0...].starts(with: "::") }
        guard let gap else {
            let bytes = try Self.groups(String(characters))
            try self.init(bytes: bytes)
            return
        }
        let head = try Self.groups(String(characters[..<gap]))
        let tail = try Self.groups(String(characters[(gap + 2)...]))
        guard head.count + tail.count <= 14 else { throw .invalidAddress }
        try self.init(bytes: head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail)
    }

    /// Reads groups between colons; the last may be an IPv4 address.
    private static func groups(_ text: String) throws(MultiformatsError) -> [UInt8] {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                bytes += try IPv4Address(String(part)).bytes
                continue
            }
            guard (1...4).contains(part.utf8.count), part.first != "+", part.first != "-",
                let group = UInt16(part, radix: 16)
            else { throw .invalidAddress }
            bytes += [UInt8(group >> 8), UInt8(group & 0xff)]
        }
        return bytes
    }

    /// Whether it is ::1.
    package var isLoopback: Bool { self.bytes.dropLast().allSatisfy { $0 == 0 } && self.bytes[15] == 1 }

    /// Whether it is ::.
    package var isUnspecified: Bool { self.bytes.allSatisfy { $0 == 0 } }

    /// The text of RFC 5952: lower case, the first longest run of two or more zero groups left out.
    package var description: String {
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(self.bytes[$0]) << 8 | UInt16(self.bytes[$0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > max(1, best.count) { best = start..<end }
            start = max(end, start) + 1
        }
        let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard !best.isEmpty else { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}

/// Decimal numbers in their only form: digits, no sign, no leading zero.
enum Decimal {
    static func parse<Number: FixedWidthInteger>(_ text: some StringProtocol, as: Number.Type) -> Number? {
        guard text == "0" || text.first != "0", text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Number(text)
    }
}
