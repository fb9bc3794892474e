import LibP2PCore
import Logs
import Multiformats
import NIOCore
import Testing

@testable import LibP2P

/// Peers that are who they say and break the muxer's protocol, or wear the host out within it.
@Suite(.timeLimit(.minutes(1)))
struct HostileMuxerTests {
    /// What ends a session at once, by name.
    private static let breaches: [(name: String, bytes: [UInt8])] = [
        ("unknownVersion", [9, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
        ("unknownType", [0, 9, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
        ("frameTooLong", [0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]),
        ("invalidStreamID", Self.bytes(.open(2))),
        ("invalidStreamID", Self.bytes(.open(0))),
        ("invalidStreamID", Self.bytes(.open(1), .open(1))),
        ("windowExceeded", Self.bytes(.open(1)) + Self.windowAndMore),
    ]

    private static func bytes(_ frames: Yamux.Frame...) -> [UInt8] {
        var buffer = ByteBuffer()
        for frame in frames { Yamux.FrameEncoder.write(frame, to: &buffer) }
        return Array(buffer: buffer)
    }

    /// A window's worth of what nobody reads, behind half a word about the protocol, and one byte more.
    private static var windowAndMore: [UInt8] {
        let word = Self.bytes(.data([19] + Array("/multistream".utf8), on: 1))
        return word + Self.bytes(.data(Array(repeating: 0, count: Yamux.Limits.initialWindow), on: 1))
    }

    @Test(arguments: Self.breaches)
    func whoBreaksTheProtocolIsBanned(name: String, bytes: [UInt8]) async throws {
        let log = LogBook()
        try await withHosts([configuration(1), configuration(2)], logger: log.logger) { hosts in
            try await RawPeer.dial(hosts[0], as: 66) { peer in
                try await peer.send(bytes)
                await peer.end()
            }
            let attacker = try keyPair(66).peerID
            try await eventually { hosts[0].isBanned(attacker) }
            try await log.eventuallyTells("A peer is banned", "\(attacker)", name)
            // Under the same name it is not let in again, and everyone else is.
            try await RawPeer.dial(hosts[0], as: 66) { peer in await peer.end() }
            try await log.eventuallyTells("A peer is refused", "\(attacker)")
            _ = try await hosts[1].connect(hosts[0].address)
            try await eventually { hosts[0].connectedPeers == [hosts[1].peerID] }
        }
    }

    @Test func whoFloodsWithPingsAndReadsNothingIsBanned() async throws {
        let log = LogBook()
        try await withHosts([configuration(1)], logger: log.logger) { hosts in
            try? await RawPeer.dial(hosts[0], as: 66) { peer in
                let flood = (0..<4096).map { Yamux.Frame(.ping(UInt32($0)), flags: .syn) }
                // The answers fill the sockets' buffers, and then what waits here is too much.
                while true { try await peer.send(flood) }
            }
            let attacker = try keyPair(66).peerID
            try await eventually { hosts[0].isBanned(attacker) }
            try await log.eventuallyTells("A peer is banned", "flooded")
        }
    }

    @Test func streamsThatAreNeverUsedAreBoundedAndCostTheirPeerTheConnection() async throws {
        let log = LogBook()
        var impatient = try configuration(1)
        impatient.limits.negotiationTimeout = .milliseconds(50)
        try await withHosts([impatient], logger: log.logger) { hosts in
            let refused = try await RawPeer.dial(hosts[0], as: 66) { peer in
                try await peer.send((0..<500).map { .open(UInt32(2 * $0 + 1)) })
                var refused: Set<Yamux.StreamID> = []
                while let frames = await peer.receive() {
                    for frame in frames where frame.flags.contains(.rst) { refused.insert(frame.streamID) }
                }
                return refused
            }
            #expect(refused.count >= 500 - Yamux.Limits().inboundStreams)
            #expect(hosts[0].isBanned(try keyPair(66).peerID))
            try await log.eventuallyTells("A peer is banned", "half open")
        }
    }

    @Test func nonsenseWhereProtocolsAreAgreedOnIsBorneTwice() async throws {
        let log = LogBook()
        try await withHosts([configuration(1)], logger: log.logger) { hosts in
            try await RawPeer.dial(hosts[0], as: 66) { peer in
                for id in [1, 3, 5] as [Yamux.StreamID] {
                    try await peer.send(.open(id), .data([0xff, 0xff, 0xff, 0x7f], on: id))
                }
                await peer.end()
            }
            #expect(hosts[0].isBanned(try keyPair(66).peerID))
            try await log.eventuallyTells("A peer is banned", "makes no sense")
        }
    }

    @Test(arguments: [false, true])
    func whoDoesNotAnswerIsCutOff(guesses: Bool) async throws {
        let log = LogBook()
        var impatient = try configuration(1)
        impatient.limits.pingTimeout = .milliseconds(100)
        try await withHosts([impatient], logger: log.logger) { hosts in
            try await RawPeer.dial(hosts[0], as: 66) { peer in
                // What was asked cannot be guessed.
                if guesses { try await peer.send((0..<5000).map { Yamux.Frame(.ping($0), flags: .ack) }) }
                await peer.end()
            }
            try await log.eventuallyTells("A peer does not answer any more", "\(try keyPair(66).peerID)")
            try await eventually { hosts[0].connectedPeers.isEmpty }
        }
    }

    @Test func bytesForStreamsThatAreNotThereCostNothing() async throws {
        try await withHosts([configuration(1)]) { hosts in
            try await RawPeer.dial(hosts[0], as: 66) { peer in
                for round in 0..<100 {
                    let frames = (0..<10).map {
                        Yamux.Frame.data(Array(repeating: 7, count: 1000), on: UInt32($0 * 2 + 1))
                    }
                    try await peer.send(frames + [Yamux.Frame(.ping(UInt32(round) + 7_000_000), flags: .syn)])
                }
                // The host has read all of it and lives.
                var isAnswered = false
                while !isAnswered, let frames = await peer.receive() {
                    isAnswered = frames.contains { $0.kind == .ping(7_000_099) }
                }
                #expect(isAnswered)
                #expect(hosts[0].connections(to: try keyPair(66).peerID).first?.streamCount ?? 0 <= 1)
            }
        }
    }
}
