/// What a `Host` field names: a host in lower case, and a port where it gives one (RFC 9110, section 7.2).
struct HostName: Hashable, Sendable, CustomStringConvertible {
    let host: String
    let port: Int?

    /// The name as a URL has it.
    var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }

    /// Reads `name`, `name:port`, `1.2.3.4:port` or `[::1]:port`; nil for anything else.
    init?(_ text: some StringProtocol) {
        guard (1...300).contains(text.utf8.count) else { return nil }
        let name: Substring
        var rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            name = Substring(text[text.index(after: text.startIndex)..<end])
            rest = Substring(text[text.index(after: end)...])
            guard name.utf8.allSatisfy({ Self.isHex($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }) else {
                return nil
            }
        } else {
            name = Substring(text.prefix { $0 != ":" })
            rest = Substring(text.dropFirst(name.count))
            guard name.utf8.allSatisfy(Self.isNameByte) else { return nil }
        }
        guard !name.isEmpty else { return nil }
        if rest.isEmpty {
            port = nil
        } else {
            rest = rest.dropFirst()
            guard text.dropFirst(text.count - rest.count - 1).first == ":", (1...5).contains(rest.utf8.count),
                rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(rest), number <= 65_535
            else { return nil }
            port = number
        }
        host = name.lowercased()
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
}
