import LibP2P
import Logging
import Logs
import Multiformats
import NIOCore
import Testing

@testable import LibP2PCore

/// Peers whose gossip is made to hurt: hosts that write what they like on streams of pubsub.
@Suite(.timeLimit(.minutes(1)))
struct HostileGossipTests {
    private static let gossip = GossipRouter.Version.gossipsub11.rawValue

    /// Runs a gossiping host, and an attacker that is connected to it.
    private func withVictim(
        logger: Logger = quietLogger,
        prepare: (LibP2P.Host) -> Void = { _ in },
        settings: (inout PubSub.Configuration) -> Void = { _ in },
        _ body: @escaping @Sendable (PubSub, LibP2P.Host, _ attacker: LibP2P.Host) async throws -> Void
    ) async throws {
        let host = Host(configuration: try configuration(1), logger: logger)
        var configured = PubSub.Configuration()
        settings(&configured)
        let victim = PubSub(host: host, configuration: configured, logger: logger)
        let attacker = Host(configuration: try configuration(66), logger: quietLogger)
        prepare(attacker)
        try await withThrowingTaskGroup { group in
            group.addTask { try await host.run() }
            group.addTask { try await attacker.run() }
            group.addTask { try await victim.run() }
            defer { group.cancelAll() }
            _ = try await attacker.connect(host.address)
            try await body(victim, host, attacker)
        }
    }

    private func message(
        _ text: String,
        sequence: UInt64 = 1,
        by byte: UInt8 = 66,
        change: (inout GossipRouter.RPC.Message) -> Void = { _ in }
    ) throws -> [UInt8] {
        var rpc = GossipRouter.RPC()
        let signed = try SignedMessage(
            signing: Array(text.utf8),
            topic: "t",
            sequence: sequence,
            with: keyPair(byte)
        )
        rpc.messages = [signed.wire]
        change(&rpc.messages[0])
        return rpc.encoded
    }

    @Test(arguments: [
        ("so long", ByteBuffer(bytes: [0x81, 0x80, 0x40]), "may be so long"),
        ("no length", ByteBuffer(repeating: 0xff, count: 20), "may be so long"),
        ("nonsense", ByteBuffer(bytes: [3, 0xff, 0xff, 0xff]), "makes no sense"),
    ])
    func gossipThatIsNoneEndsTheConnection(name: String, bytes: ByteBuffer, reason: String) async throws {
        let log = LogBook()
        try await withVictim(logger: log.logger) { victim, host, attacker in
            let events = attacker.events()
            let stream = try await attacker.openStream(to: host.peerID, protocols: [Self.gossip])
            try? await stream.write(bytes)
            _ = try await events.first { if case .disconnected = $0 { true } else { false } }
            #expect(host.isBanned(attacker.peerID))
            try await log.eventuallyTells("A peer is banned", "\(attacker.peerID)", reason)
        }
    }

    @Test func anRPCThatNeverEndsIsGivenUp() async throws {
        let log = LogBook()
        let settings: (inout PubSub.Configuration) -> Void = { $0.limits.patience = .milliseconds(20) }
        try await withVictim(logger: log.logger, settings: settings) { victim, host, attacker in
            // Each one is borne for a while; the dozenth is one too many.
            while !host.isBanned(attacker.peerID) {
                guard let stream = try? await attacker.openStream(to: host.peerID, protocols: [Self.gossip]) else {
                    continue
                }
                try? await stream.write(ByteBuffer(bytes: [100, 1, 2, 3]))
                _ = try? await stream.read()
            }
            try await log.eventuallyTells("A peer is banned", "half said")
        }
    }

    @Test func whoReadsNothingIsCutOff() async throws {
        let log = LogBook()
        let deaf: (LibP2P.Host) -> Void = { host in
            host.handle(Self.gossip) { _ in try? await Task.sleep(for: .seconds(3600)) }
        }
        let settings: (inout PubSub.Configuration) -> Void = {
            $0.limits.patience = .milliseconds(20)
            $0.limits.attempts = 1000
            $0.parameters.heartbeat = .milliseconds(20)
        }
        try await withVictim(logger: log.logger, prepare: deaf, settings: settings) { victim, host, attacker in
            let stream = try await attacker.openStream(to: host.peerID, protocols: [Self.gossip])
            var rpc = GossipRouter.RPC()
            rpc.subscriptions = [.init(isSubscribed: true, topic: "t")]
            try await stream.writeMessage(ByteBuffer(bytes: rpc.encoded))
            try victim.subscribe("t")
            try await eventually { victim.followers(of: "t") == [attacker.peerID] }
            let large = Array(repeating: UInt8(1), count: 200_000)
            while !host.isBanned(attacker.peerID) {
                try victim.publish(large, to: "t")
                try await Task.sleep(for: .milliseconds(5))
            }
            try await log.eventuallyTells("A peer is banned", "does not read")
        }
    }

    @Test func forgeriesAreNotHeardAndCostTheirBearerTheConnection() async throws {
        let log = LogBook()
        try await withVictim(logger: log.logger) { victim, host, attacker in
            try victim.subscribe("t")
            let events = attacker.events()
            let stream = try await attacker.openStream(to: host.peerID, protocols: [Self.gossip])
            for sequence in 0..<UInt64(100) {
                let forged = try self.message("forged", sequence: sequence) { message in
                    switch sequence % 5 {
                    // Another's name, another's words, a signature of nothing, no signature, no name.
                    case 0: message.author = try? keyPair(7).peerID.bytes
                    case 1: message.data = Array("other words".utf8)
                    case 2: message.signature = Array(repeating: 0, count: 64)
                    case 3: message.signature = nil
                    default: message.author = nil
                    }
                }
                guard (try? await stream.writeMessage(ByteBuffer(bytes: forged))) != nil else { break }
            }
            _ = try await events.first { if case .disconnected = $0 { true } else { false } }
            #expect(host.isBanned(attacker.peerID))
            try await log.eventuallyTells("A peer is banned", "bad messages")
            // What is heard first is what a peer says that is who it says it is.
            let honest = Host(configuration: try configuration(7), logger: quietLogger)
            try await withThrowingTaskGroup { group in
                group.addTask { try await honest.run() }
                defer { group.cancelAll() }
                _ = try await honest.connect(host.address)
                let stream = try await honest.openStream(to: host.peerID, protocols: [Self.gossip])
                try await stream.writeMessage(ByteBuffer(bytes: self.message("true", by: 7)))
                let first = try await victim.messages.first { _ in true }
                #expect(first.data == Array("true".utf8))
            }
        }
    }

    @Test func aMessageThatIsPlayedAgainIsHeardOnce() async throws {
        try await withVictim { victim, host, attacker in
            try victim.subscribe("t")
            let stream = try await attacker.openStream(to: host.peerID, protocols: [Self.gossip])
            let replayed = try self.message("again", by: 7)
            for _ in 0..<1000 { try await stream.writeMessage(ByteBuffer(bytes: replayed)) }
            try await stream.writeMessage(ByteBuffer(bytes: self.message("last", sequence: 2, by: 7)))
            var heard: [String] = []
            for await message in victim.messages {
                heard.append(String(decoding: message.data, as: UTF8.self))
                victim.report(message.id, .accept)
                if heard.last == "last" { break }
            }
            #expect(heard == ["again", "last"])
        }
    }
}
