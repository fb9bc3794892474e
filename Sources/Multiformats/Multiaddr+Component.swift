extension Multiaddr.Component: CustomStringConvertible {
    /// The protocols' codes in the binary form.
    private enum Code: UInt64 {
        case ip4 = 4
        case tcp = 6
        case ip6 = 41
        case dns = 53
        case dns4 = 54
        case dns6 = 55
        case udp = 273
        case unix = 400
        case p2p = 421
    }

    init(from reader: inout ByteReader) throws(MultiformatsError) {
        guard let code = Code(rawValue: try reader.varint()) else { throw .unsupported }
        switch code {
        case .ip4: self = .ip4(try IPv4Address(bytes: reader.take(4)))
        case .ip6: self = .ip6(try IPv6Address(bytes: reader.take(16)))
        case .tcp: self = .tcp(try Self.port(reader.take(2)))
        case .udp: self = .udp(try Self.port(reader.take(2)))
        case .dns: self = .dns(try Self.name(Self.text(reader.lengthPrefixed())))
        case .dns4: self = .dns4(try Self.name(Self.text(reader.lengthPrefixed())))
        case .dns6: self = .dns6(try Self.name(Self.text(reader.lengthPrefixed())))
        case .unix:
            let path = try Self.text(reader.lengthPrefixed())
            guard path.utf8.count > 1, path.hasPrefix("/") else { throw .invalidAddress }
            self = .unix(path)
        case .p2p: self = .p2p(try PeerID(multihash: reader.lengthPrefixed()))
        }
    }

    init(name: Substring, value: String) throws(MultiformatsError) {
        switch name {
        case "ip4": self = .ip4(try IPv4Address(value))
        case "ip6": self = .ip6(try IPv6Address(value))
        case "tcp": self = .tcp(try Self.port(value))
        case "udp": self = .udp(try Self.port(value))
        case "dns": self = .dns(try Self.name(value))
        case "dns4": self = .dns4(try Self.name(value))
        case "dns6": self = .dns6(try Self.name(value))
        // The older name of the same component still turns up in configurations.
        case "p2p", "ipfs": self = .p2p(try PeerID(value))
        default: throw .unsupported
        }
    }

    func append(to bytes: inout [UInt8]) {
        switch self {
        case .ip4(let address): Self.append(.ip4, address.bytes, prefixed: false, to: &bytes)
        case .ip6(let address): Self.append(.ip6, address.bytes, prefixed: false, to: &bytes)
        case .tcp(let port): Self.append(.tcp, [UInt8(port >> 8), UInt8(port & 0xff)], prefixed: false, to: &bytes)
        case .udp(let port): Self.append(.udp, [UInt8(port >> 8), UInt8(port & 0xff)], prefixed: false, to: &bytes)
        case .dns(let name): Self.append(.dns, Array(name.utf8), prefixed: true, to: &bytes)
        case .dns4(let name): Self.append(.dns4, Array(name.utf8), prefixed: true, to: &bytes)
        case .dns6(let name): Self.append(.dns6, Array(name.utf8), prefixed: true, to: &bytes)
        case .unix(let path): Self.append(.unix, Array(path.utf8), prefixed: true, to: &bytes)
        case .p2p(let peer): Self.append(.p2p, peer.bytes, prefixed: true, to: &bytes)
        }
    }

    /// The component's text, with its leading slash.
    package var description: String {
        switch self {
        case .ip4(let address): "/ip4/\(address)"
        case .ip6(let address): "/ip6/\(address)"
        case .tcp(let port): "/tcp/\(port)"
        case .udp(let port): "/udp/\(port)"
        case .dns(let name): "/dns/\(name)"
        case .dns4(let name): "/dns4/\(name)"
        case .dns6(let name): "/dns6/\(name)"
        case .unix(let path): "/unix\(path)"
        case .p2p(let peer): "/p2p/\(peer)"
        }
    }

    private static func append(_ code: Code, _ value: [UInt8], prefixed: Bool, to bytes: inout [UInt8]) {
        Varint.append(code.rawValue, to: &bytes)
        if prefixed { Varint.append(UInt64(value.count), to: &bytes) }
        bytes += value
    }

    private static func port(_ bytes: [UInt8]) throws(MultiformatsError) -> UInt16 {
        guard bytes.count == 2 else { throw .truncated }
        return UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    }

    private static func port(_ text: String) throws(MultiformatsError) -> UInt16 {
        guard let port = Decimal.parse(text, as: UInt16.self) else { throw .invalidAddress }
        return port
    }

    private static func text(_ bytes: [UInt8]) throws(MultiformatsError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidAddress }
        return text
    }

    /// A name of printable ASCII that survives the text form.
    private static func name(_ text: String) throws(MultiformatsError) -> String {
        let printable = text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") }
        guard !text.isEmpty, text.utf8.count <= Limits.nameLength, printable else { throw .invalidAddress }
        return text
    }
}
