extension Settings {
    /// A value that shows itself in no text.
    public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
    {
        /// The value, for those who must hand it on.
        public let value: String

        /// Hides a value.
        public init(_ value: String) {
            self.value = value
        }

        /// Says that there is one, and nothing of it.
        public var description: String { "<secret>" }

        /// Says that there is one, and nothing of it.
        public var debugDescription: String { self.description }

        /// Shows nothing to dumps.
        public var customMirror: Mirror { Mirror(self, children: [:] as KeyValuePairs<String, Any>) }
    }

    /// A host and a TCP port to listen on; an IPv6 address is written in brackets.
    public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
        /// A name or an address, without brackets.
        public var host: String
        /// The port; 0 lets the system pick one.
        public var port: Int

        /// Puts the two together.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Reads `host:port` or `[ipv6]:port`; nil for anything else.
        public init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":") else { return nil }
            let port = text[text.index(after: colon)...]
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
                guard host.contains(":") else { return nil }
            } else if host.contains(":") {
                return nil
            }
            guard let port = UInt16(port), !port.description.isEmpty, ListenAddress.isHost(host) else { return nil }
            self.init(host: String(host), port: Int(port))
        }

        /// The form that is read.
        public var description: String {
            self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
        }

        /// Whether only this machine can reach it.
        public var isLoopback: Bool {
            self.host == "localhost" || self.host == "::1" || self.host.hasPrefix("127.")
        }

        static func isHost(_ text: some StringProtocol) -> Bool {
            !text.isEmpty
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                        UInt8(ascii: "_"), UInt8(ascii: "%"):
                        true
                    default: false
                    }
                }
        }
    }

    /// A repository or an owner, with all its repositories.
    public enum WatchTarget: Sendable, Hashable, CustomStringConvertible {
        /// Every repository of an owner.
        case owner(String)
        /// One repository.
        case repository(owner: String, name: String)

        /// Reads `owner` or `owner/name`; nil for anything else.
        public init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard let owner = parts.first, Self.isName(owner, upTo: 39, with: "-_") else { return nil }
            switch parts.count {
            case 1: self = .owner(String(owner))
            case 2:
                guard Self.isName(parts[1], upTo: 100, with: "-_."), parts[1] != ".", parts[1] != ".." else {
                    return nil
                }
                self = .repository(owner: String(owner), name: String(parts[1]))
            default: return nil
            }
        }

        /// The form that is read.
        public var description: String {
            switch self {
            case .owner(let owner): owner
            case .repository(let owner, let name): "\(owner)/\(name)"
            }
        }

        private static func isName(_ text: Substring, upTo limit: Int, with marks: String) -> Bool {
            let allowed = Set(marks.utf8)
            return !text.isEmpty && text.utf8.count <= limit
                && text.utf8.allSatisfy { byte in
                    allowed.contains(byte)
                        || (byte < 0x80
                            && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber))
                }
        }
    }

    /// Reads a number of bytes, such as `64MiB`, `1GB` or `1048576`; nil for anything else.
    static func byteCount(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        let unit: Int? =
            switch text.dropFirst(digits.count).trimmingPrefix(while: { $0 == " " }).lowercased() {
            case "", "b": 1
            case "kib", "k": 1 << 10
            case "mib", "m": 1 << 20
            case "gib", "g": 1 << 30
            case "kb": 1000
            case "mb": 1_000_000
            case "gb": 1_000_000_000
            default: nil
            }
        guard let unit else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? nil : product
    }
}
