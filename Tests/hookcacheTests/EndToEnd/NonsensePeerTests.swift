import Foundation
import GitHubSimulator
import NIOCore
import Testing

@testable import hookcache

/// Whoever talks nonsense to the libp2p port is shed, and the node lives on for its peers and its readers.
@Suite(.serialized) struct NonsensePeerTests {
    private static let settings = ["GITHUB_API_URL": "http://127.0.0.1:1"]

    /// What may be said first, and is no peer's opening.
    private static var nonsense: [(name: String, bytes: [UInt8])] {
        // A sequence that is the same on each run (xorshift).
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        let random = (0..<65_536).map { _ -> UInt8 in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state)
        }
        let multistream = Array("\u{13}/multistream/1.0.0\n".utf8)
        let noise = multistream + Array("\u{7}/noise\n".utf8)
        return [
            ("random bytes", random),
            ("zeros", [UInt8](repeating: 0, count: 65_536)),
            ("a length without end", [UInt8](repeating: 0xFF, count: 4_096)),
            ("HTTP", Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)),
            ("TLS", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]),
            ("multistream, then random bytes", multistream + random),
            ("noise, then random bytes", noise + random),
            ("noise, then an empty frame", noise + [0, 0]),
            ("noise, then the longest frame", noise + [0xFF, 0xFF] + [UInt8](repeating: 0x41, count: 65_535)),
        ]
    }

    @Test(.timeLimit(.minutes(5))) func nonsenseIsShed() async throws {
        try await TemporaryFolder.with { folder in
            try await RunningNode.with(in: folder, Self.settings) { node in
                let port = try node.port("CACHE_LISTEN_PORT")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (_, bytes) in Self.nonsense {
                        for thenClosing in [false, true] {
                            // It returns when the node has closed the connection.
                            group.addTask {
                                _ = try await RawConnection.exchange(
                                    port: port,
                                    sending: bytes,
                                    thenClosing: thenClosing
                                )
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(node.isRunning)
                #expect(try await node.isReady())
                #expect(try await node.statistics()["connected_peers"] == .integer(0))
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func theHalfOpenAreShedAndPeersStillGetIn() async throws {
        try await TemporaryFolder.with { folder in
            let second = folder.appending(path: "second")
            try FileManager.default.createDirectory(at: second, withIntermediateDirectories: true)
            try await RunningNode.with(in: folder, Self.settings) { node in
                let port = try node.port("CACHE_LISTEN_PORT")
                let id = try #require(try await node.statistics()["peer_id"]?.string)
                let address = "/ip4/127.0.0.1/tcp/\(port)/p2p/\(id)"
                try await withThrowingTaskGroup(of: Void.self) { group in
                    // More than may show who they are at the same time.
                    for number in 0..<100 {
                        let opening = number % 2 == 0 ? "" : "\u{13}/multistream/1.0.0\n"
                        group.addTask {
                            _ = try await RawConnection.exchange(port: port, sending: Array(opening.utf8))
                        }
                    }
                    let settings = Self.settings.merging(["CACHE_BOOTSTRAP_PEERS": address]) { $1 }
                    try await RunningNode.with(in: second, settings) { peer in
                        try await eventually("the peer is connected") {
                            try await peer.statistics()["connected_peers"] == .integer(1)
                        }
                        #expect(try await node.isReady())
                    }
                    try await group.waitForAll()
                }
                #expect(try await node.isReady())
            }
        }
    }
}
