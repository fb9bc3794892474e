/// The path and query of a request in origin form (RFC 9112, section 3.2.1), decoded and checked.
///
/// Dot segments, empty segments, encoded slashes, control characters and bytes that no target may hold name nothing at
/// GitHub and are refused, so that no path can mean one thing here and another there.
package struct RequestTarget: Hashable, Sendable {
    /// The longest target that is read, in bytes.
    package static let maximumLength = 8192

    /// The path's segments, decoded.
    package let segments: [String]
    /// The query's parameters in their order, decoded.
    package let query: [QueryItem]

    /// Parses an origin-form target, or nil where it is malformed or ambiguous.
    package init?(_ text: some StringProtocol) {
        self.init(parsing: Substring(text))
    }

    // Of one type, so that a table of tens of thousands is read without a detour through witnesses.
    private init?(parsing text: Substring) {
        guard text.utf8.count <= Self.maximumLength, text.utf8.first == 0x2F,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 })
        else { return nil }
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var segments: [String] = []
        for raw in halves[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = PercentEncoding.decode(raw, plusIsSpace: false), !segment.isEmpty, segment != ".",
                segment != "..", !segment.utf8.contains(0x2F), !segment.utf8.contains(0x5C),
                segment.utf8.allSatisfy({ $0 > 0x1F && $0 != 0x7F })
            else { return nil }
            segments.append(segment)
        }
        self.segments = segments
        var query: [QueryItem] = []
        if halves.count == 2 {
            for item in halves[1].split(separator: "&") {
                let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = PercentEncoding.decode(pair[0], plusIsSpace: true),
                    let value = pair.count == 2 ? PercentEncoding.decode(pair[1], plusIsSpace: true) : ""
                else { return nil }
                query.append(QueryItem(name, value))
            }
        }
        self.query = query
    }

    /// A target from segments and parameters that are already decoded.
    package init(segments: [String], query: [QueryItem]) {
        self.segments = segments
        self.query = query
    }
}

/// Percent-encoding of paths and queries (RFC 3986, section 2.1).
package enum PercentEncoding {
    /// Decodes a text; nil where an escape is cut or the bytes are no UTF-8.
    package static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> String? {
        decode(text: Substring(text), plusIsSpace: plusIsSpace)
    }

    private static func decode(text: Substring, plusIsSpace: Bool) -> String? {
        guard text.utf8.contains(where: { $0 == 0x25 || $0 == 0x2B && plusIsSpace }) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == 0x25 {
                guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(plusIsSpace && byte == 0x2B ? 0x20 : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Encodes one path segment.
    package static func segment(_ text: String) -> String {
        encode(text) { (0x21...0x7E).contains($0) && !reservedInSegment.contains($0) }
    }

    /// Encodes one name or value of a query.
    package static func query(_ text: String) -> String {
        encode(text) { (0x21...0x7E).contains($0) && !reservedInQuery.contains($0) }
    }

    private static let reservedInSegment = Set("%/?#[]\\\"<>^`{|}".utf8)
    private static let reservedInQuery = Set("%&+#[]\\\"<>^`{|}'".utf8)

    private static func encode(_ text: String, keeping isPlain: (UInt8) -> Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
