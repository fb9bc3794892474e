/// The network between the hosts: a switch for each side of a cut, and a cable from each host that is plugged into one.
struct Cables {
    /// How the network is cut.
    enum Cut: Hashable, CaseIterable, CustomStringConvertible {
        /// One host is alone, the others have each other.
        case apart(Int)
        /// Each host is alone.
        case scattered

        static let allCases: [Cut] = (0..<Cables.hosts).map { .apart($0) } + [.scattered]

        /// The side that a host is on.
        func side(of host: Int) -> Int {
            switch self {
            case .apart(let lonely): host == lonely ? 1 : 0
            case .scattered: host
            }
        }

        var description: String {
            let sides = Dictionary(grouping: 0..<Cables.hosts, by: self.side)
            return sides.sorted { $0.key < $1.key }.map { $0.value.map(Cables.name).joined() }.joined(separator: " | ")
        }
    }

    static let hosts = 3

    /// A host's letter.
    static func name(_ host: Int) -> String { String(UnicodeScalar(UInt8(ascii: "A") + UInt8(host))) }

    /// A host's namespace.
    static func namespace(_ host: Int) -> String { "host\(host)" }

    /// A host's address in the network.
    static func address(_ host: Int) -> String { "10.99.0.\(host + 1)" }

    /// Lays them.
    init() throws {
        for side in 0..<Self.hosts {
            try Self.ip("link", "add", "side\(side)", "type", "bridge")
            try Self.ip("link", "set", "side\(side)", "up")
        }
        for host in 0..<Self.hosts {
            let name = Self.namespace(host)
            try Self.ip("netns", "add", name)
            try Self.ip("link", "add", "cable\(host)", "type", "veth", "peer", "name", "mesh", "netns", name)
            try Self.ip("link", "set", "cable\(host)", "up")
            try Self.ip("-n", name, "addr", "add", "\(Self.address(host))/24", "dev", "mesh")
            try Self.ip("-n", name, "link", "set", "mesh", "up")
            try Self.ip("-n", name, "link", "set", "lo", "up")
        }
        try self.heal()
    }

    /// Plugs every host into the switch of its side.
    func cut(_ cut: Cut) throws {
        for host in 0..<Self.hosts { try Self.plug(host, into: cut.side(of: host)) }
    }

    /// Plugs all into one switch.
    func heal() throws {
        for host in 0..<Self.hosts { try Self.plug(host, into: 0) }
    }

    /// Breaks the connections that cross a cut, as middleboxes do that forget them.
    func breakConnections(across cut: Cut) throws {
        for host in 0..<Self.hosts {
            for other in 0..<Self.hosts where cut.side(of: other) != cut.side(of: host) {
                _ = try Command.run([
                    "ip", "netns", "exec", Self.namespace(host), "ss", "-K", "dst", Self.address(other),
                ])
            }
        }
    }

    /// The bytes that the hosts have sent so far.
    func bytesSent() throws -> Int {
        try (0..<Self.hosts).reduce(0) { sum, host in
            let lines = try Command.run(["ip", "-s", "link", "show", "cable\(host)"]).split(separator: "\n")
            // What the switch receives is what the host has sent.
            guard let title = lines.firstIndex(where: { $0.contains("RX:") }), title + 1 < lines.count,
                let bytes = lines[title + 1].split(separator: " ").first.flatMap({ Int($0) })
            else { return sum }
            return sum + bytes
        }
    }

    private static func plug(_ host: Int, into side: Int) throws {
        try self.ip("link", "set", "cable\(host)", "master", "side\(side)")
    }

    private static func ip(_ words: String...) throws { _ = try Command.run(["ip"] + words) }
}
