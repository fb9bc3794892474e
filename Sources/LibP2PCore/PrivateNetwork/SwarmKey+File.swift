import CSodium

extension SwarmKey {
    /// The bounds of a key file.
    package enum Limits {
        /// The longest file.
        package static let fileLength = 1024
    }

    /// Why something is no swarm key; nothing of a file is repeated, since it may be the key.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        /// The file is longer than any key file.
        case tooLong
        /// The first line is another.
        case noHeader
        /// The second line is another.
        case unknownEncoding
        /// The key is not in the encoding that the second line names.
        case notEncoded(as: String)
        /// The key has so many bytes.
        case length(Int)

        /// What is wrong, and what would be right.
        package var description: String {
            switch self {
            case .tooLong: "a swarm key file of at most \(Limits.fileLength) bytes"
            case .noHeader: "a swarm key file, whose first line is \(header)"
            case .unknownEncoding: "a swarm key file, whose second line is /base16/, /base64/ or /bin/"
            case .notEncoded(let encoding):
                "a swarm key file, whose key is encoded as \(encoding) says and ends the file"
            case .length(let count): "a swarm key of \(SwarmKey.length) bytes, not of \(count)"
            }
        }
    }

    private enum Encoding: String {
        case base16 = "/base16/"
        case base64 = "/base64/"
        case binary = "/bin/"
    }

    private static let header = "/key/swarm/psk/1.0.0/"

    /// Reads a key file: two lines that say what follows, and the key.
    package init(file: [UInt8]) throws(Failure) {
        guard file.count <= Limits.fileLength else { throw .tooLong }
        var rest = file[...]
        guard Self.line(&rest) == Self.header else { throw .noHeader }
        guard let encoding = Encoding(rawValue: Self.line(&rest) ?? "") else { throw .unknownEncoding }
        let bytes: [UInt8]? =
            switch encoding {
            case .base16: Self.base16(Self.trimmed(rest))
            case .base64: Self.base64(Self.trimmed(rest))
            // A line's end may follow it, as editors leave one.
            case .binary: rest.count == Self.length + 1 && rest.last == 10 ? rest.dropLast() : Array(rest)
            }
        guard let bytes else { throw .notEncoded(as: encoding.rawValue) }
        try self.init(bytes: bytes)
    }

    /// The text of a key file that others read too.
    package var file: String {
        let digits = self.bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        return "\(Self.header)\n\(Encoding.base16.rawValue)\n\(digits)\n"
    }

    /// Takes a line off the front, without its end.
    private static func line(_ bytes: inout ArraySlice<UInt8>) -> String? {
        guard let end = bytes.firstIndex(of: 10) else { return nil }
        let line = bytes[..<end]
        bytes = bytes[(end + 1)...]
        return String(validating: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> [CChar] {
        let spaces: Set<UInt8> = [9, 10, 13, 32]
        var bytes = bytes
        while let last = bytes.last, spaces.contains(last) { bytes.removeLast() }
        return bytes.map { CChar(bitPattern: $0) }
    }

    // The library decodes in a time that says nothing of the digits.

    private static func base16(_ text: [CChar]) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: text.count)
        var count = 0
        guard sodium_hex2bin(&bytes, bytes.count, text, text.count, nil, &count, nil) == 0 else { return nil }
        return Array(bytes.prefix(count))
    }

    private static func base64(_ text: [CChar]) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: text.count)
        var count = 0
        let variant = sodium_base64_VARIANT_ORIGINAL
        guard sodium_base642bin(&bytes, bytes.count, text, text.count, nil, &count, nil, Int32(variant)) == 0 else {
            return nil
        }
        return Array(bytes.prefix(count))
    }
}
