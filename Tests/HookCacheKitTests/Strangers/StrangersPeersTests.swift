import CacheCore
import Fleet
import GitHubCore
import HookCacheKit
import LibP2P
import LibP2PCore
import Logging
import MeshCore
import Multiformats
import NIOCore
import Testing

/// A peer that speaks the mesh's own protocol gets nothing of a private entry, whether it is a member or not.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StrangersPeersTests {
    private static let seed = Array(repeating: UInt8(7), count: 32)
    private static let open = "/repos/\(Fleet.repository)/actions/runs"

    @Test func aPeerThatIsNoMember() async throws {
        try await Self.asking(asMember: false) { vault, ask in
            for request in try Self.requests(vault) + [.copy(Self.representation(Self.open), withBody: true)] {
                guard case .refused = try await ask(request) else {
                    Issue.record("\(request) was answered")
                    continue
                }
            }
        }
    }

    @Test func aMember() async throws {
        try await Self.asking(asMember: true) { vault, ask in
            // What is public is given, so the others are kept back for what they are.
            _ = try await vault.fleet.get(Self.open, from: 0)
            _ = try await vault.fleet.get(Self.open, from: 0)
            guard case .copy(let claim) = try await ask(.copy(Self.representation(Self.open), withBody: true)) else {
                Issue.record("a member gets no public entry")
                return
            }
            guard case .body = try await ask(.body(claim.body.cid)) else {
                Issue.record("a member gets no public body")
                return
            }
            for request in try Self.requests(vault) {
                guard case .notFound = try await ask(request) else {
                    Issue.record("\(request) was answered")
                    continue
                }
            }
        }
    }

    /// Everything that is stored of the private repository: by its paths, with and without bodies, and by the bodies' names.
    private static func requests(_ vault: Vault) throws -> [Fetch.Request] {
        try vault.stored.keys.flatMap { path in
            try [true, false].map { .copy(try representation(path), withBody: $0) }
        } + vault.cids.map { .body(try CID($0)) }
    }

    private static func representation(_ path: String) throws -> Representation {
        Representation(try #require(Resource(path)))
    }

    private static func asking(
        asMember isMember: Bool,
        _ work: @Sendable @escaping (Vault, (Fetch.Request) async throws -> Fetch.Response) async throws -> Void
    ) async throws {
        let identity = try KeyPair(seed: seed)
        try await Vault.with(doors: [.tcp]) { _, settings in
            if isMember { settings.mesh.allowedPeers?.insert(identity.peerID) }
        } _: { vault in
            let address = try #require(await vault.fleet.nodes[0].meshAddresses().first)
            let node = try #require(try Multiaddr(address).peerID)
            let peer = Host(configuration: .init(identity: identity), logger: Fleet.quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await peer.run() }
                _ = try await peer.connect(try Multiaddr(address))
                try await work(vault) { request in
                    let stream = try await peer.openStream(to: node, protocols: [Fetch.protocolID])
                    try await stream.writeMessage(ByteBuffer(bytes: request.encoded))
                    stream.closeWrite()
                    let answer = try #require(try await stream.readMessage(maximumLength: 1 << 20))
                    return try Fetch.Response(decoding: Array(answer.readableBytesView))
                }
                group.cancelAll()
            }
        }
    }
}
