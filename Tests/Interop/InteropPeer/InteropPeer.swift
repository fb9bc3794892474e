import ArgumentParser
import Foundation
import LibP2P
import LibP2PCore
import Logging
import Multiformats

/// A node of this mesh that the interop scripts drive like those of other implementations: one JSON object per line.
///
/// What happens is printed as events; with `--stdin`, every line read is a command, and its answer is the event `reply`.
@main
struct InteropPeer: AsyncParsableCommand {
    @Option(help: "The address to listen on.")
    var listen = "/ip4/127.0.0.1/tcp/0"

    @Option(help: "The 32 bytes that the identity grows from, in hexadecimal; drawn where absent.")
    var seed: String?

    @Option(help: "An address to connect to at the start; may be repeated.")
    var connect: [String] = []

    @Option(help: "A topic to follow; may be repeated.")
    var topic: [String] = []

    @Option(help: "How much of a message to print: full, head or none.")
    var payload = Payload.full

    @Option(help: "A protocol on which every message comes back behind \"echo:\"; may be repeated.")
    var serve: [String] = []

    @Option(help: "The family of protocols that identify names.")
    var protocolVersion = "ipfs/0.1.0"

    @Option(help: "The file with the private network's key.")
    var psk: String?

    @Option(help: "Whether to take part in Kademlia: off, client or server.")
    var kad = Kad.off

    @Option(help: "The protocol of Kademlia; stock nodes of IPFS speak the default.")
    var kadProtocol = "/ipfs/kad/1.0.0"

    @Flag(help: "Take commands on the standard input; its end ends the node.")
    var stdin = false

    @Option(help: "Stop after so many seconds.")
    var duration: Double?

    /// How much of a message is printed.
    enum Payload: String, ExpressibleByArgument {
        case full, head, none
    }

    /// What part a node takes in Kademlia.
    enum Kad: String, ExpressibleByArgument {
        case off, client, server
    }

    func run() async throws {
        let node = try Node(self, logger: Self.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await node.run() }
            if let duration { group.addTask { try await Task.sleep(for: .seconds(duration)) } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The configuration of the host that the options describe.
    func hostConfiguration() throws -> LibP2P.Host.Configuration {
        let address = try Multiaddr(self.listen)
        guard address.components.count == 2, case .ip4(let ip) = address.components[0],
            case .tcp(let port) = address.components[1]
        else { throw ValidationError("--listen takes an IPv4 address and a TCP port") }
        let seed = try self.seed.map { text in
            guard let bytes = [UInt8](hexadecimal: text) else { throw ValidationError("--seed takes hexadecimal") }
            return bytes
        }
        return LibP2P.Host.Configuration(
            identity: try KeyPair(seed: seed ?? (0..<KeyPair.seedLength).map { _ in .random(in: .min ... .max) }),
            listenHost: ip.description,
            listenPort: Int(port),
            swarmKey: try self.psk.map { try SwarmKey(file: Array(Data(contentsOf: URL(filePath: $0)))) },
            agentVersion: "hookcache-interop",
            protocolVersion: self.protocolVersion
        )
    }

    private static var logger: Logger {
        var logger = Logger(label: "peer") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel =
            ProcessInfo.processInfo.environment["PEER_LOG"].flatMap { Logger.Level(rawValue: $0) } ?? .warning
        return logger
    }
}

extension [UInt8] {
    /// Reads hexadecimal digits; nil where something else is among them.
    init?(hexadecimal text: String) {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// The bytes as hexadecimal digits.
    var hexadecimal: String {
        self.map { (byte: UInt8) in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
