import CacheCore
import CacheMesh
import CacheStore
import GitHubCore
import LibP2P
import LibP2PCore
import Logging
import MeshCore
import Multiformats

let quiet = Logger(label: "mesh") { _ in SwiftLogNoOpLogHandler() }

/// A node of the mesh: its key, its store in memory, its mesh on a port of its own.
struct MeshNode: Sendable {
    let store: CacheStore
    let mesh: Mesh
    let peer: PeerID

    /// Makes a node whose key grows from a number, and that believes the nodes of other numbers.
    init(
        _ number: UInt8,
        members: [UInt8],
        share: ShareRule = .public,
        bootstrap: [Multiaddr] = [],
        limits: Mesh.Limits = Mesh.Limits(),
        gossip: PubSub.Configuration = PubSub.Configuration(),
        logger: Logger = quiet,
        directory: String? = nil,
        adjust: (inout Mesh.Configuration) -> Void = { _ in }
    ) throws {
        let identity = try Self.identity(number)
        self.peer = identity.peerID
        self.store = try CacheStore(configuration: .init(directory: directory), logger: quiet, now: { Sample.now })
        let allowed = try Set(members.map { try Self.identity($0).peerID })
        var configuration = Mesh.Configuration(
            host: Host.Configuration(identity: identity, bootstrap: bootstrap),
            membership: Membership(allowed: allowed, bootstrap: []),
            share: share,
            gossip: gossip,
            limits: limits
        )
        adjust(&configuration)
        self.mesh = Mesh(configuration: configuration, store: self.store, logger: logger, now: { Sample.now })
    }

    static func identity(_ number: UInt8) throws -> KeyPair {
        try KeyPair(seed: Array(repeating: number, count: 32))
    }

    func connect(to other: MeshNode) async throws {
        _ = try await self.mesh.connect(to: try await other.address())
    }

    /// Connects to a node that follows a repository, and knows that it does.
    func connect(toFollower other: MeshNode) async throws {
        try await other.follow("octo/hello")
        try await self.connect(to: other)
        try await self.see(follower: other.peer)
    }

    /// Runs a host of another program that follows the repository, and connects to it.
    func connect(toFollower host: Host, _ group: inout ThrowingTaskGroup<Void, any Error>) async throws {
        let pubSub = PubSub(host: host, logger: quiet)
        group.addTask { try await host.run() }
        group.addTask { try await pubSub.run() }
        try pubSub.subscribe(Topic.name(for: Sample.repository()))
        guard let address = await host.listenAddresses.first else { throw MeshError.missing("address") }
        _ = try await self.mesh.connect(to: address.appending(host.peerID).description)
        try await self.see(follower: host.peerID)
    }

    private func see(follower: PeerID) async throws {
        let repository = try Sample.repository()
        for _ in 0..<20_000 where !self.mesh.followers(of: repository).contains(follower) {
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    func address() async throws -> String {
        guard let address = await self.mesh.identity()?.addresses.first else { throw MeshError.missing("address") }
        return address
    }

    /// Knows a repository to be public, or private.
    func see(_ repository: String = "octo/hello", isPrivate: Bool = false) throws {
        let name = try Sample.repository(repository)
        let visibility = Visibility(repository: name, repositoryID: nil, isPrivate: isPrivate, asOf: Sample.now)
        self.store.apply([.see(visibility)])
    }

    func follow(_ repositories: String...) async throws {
        await self.mesh.follow(Set(try repositories.map { try Sample.repository($0) }))
    }

    func first() async -> PeerAnnouncement? {
        await self.mesh.announcements.first { _ in true }
    }
}

/// Runs nodes around a body.
func running<Value: Sendable>(_ nodes: MeshNode..., body: () async throws -> Value) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for node in nodes {
            group.addTask { try await node.store.run() }
            group.addTask { try await node.mesh.run() }
        }
        let value = try await body()
        group.cancelAll()
        while let result = await group.nextResult() {
            if case .failure(let error) = result, !(error is CancellationError) { throw error }
        }
        return value
    }
}

enum Sample {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)

    static func repository(_ text: String = "octo/hello") throws -> RepositoryName {
        guard let name = RepositoryName(text) else { throw MeshError.missing(text) }
        return name
    }

    static func object(
        _ id: Int64 = 7,
        repository: String = "octo/hello",
        padding: Int = 0,
        isPrivate: Bool = false
    ) throws -> SharedObject {
        let text = #"""
            {"id":\#(id),"run_attempt":1,"status":"queued","name":"\#(String(repeating: "x", count: padding))",
            "repository":{"full_name":"\#(repository)","private":\#(isPrivate)}}
            """#
        guard let delivery = DeliveryID("5f8a1f60-7a3c-11ee-8c99-0242ac120002") else { throw MeshError.missing("id") }
        return SharedObject(
            repository: try self.repository(repository),
            kind: .run,
            body: Body(Array(text.utf8)),
            delivery: delivery,
            deploymentUpdatedAt: nil,
            acceptedAt: now,
            isPrivate: isPrivate
        )
    }

    static func representation(_ path: String = "/repos/octo/hello/actions/runs") throws -> Representation {
        guard let resource = Resource(path) else { throw MeshError.missing(path) }
        return Representation(resource)
    }

    static func entry(
        _ path: String = "/repos/octo/hello/actions/runs",
        body: Body,
        audience: Audience = .public,
        secondsAgo: Int = 0
    ) throws -> Entry {
        Entry(
            key: ResourceKey(try self.representation(path), audience: audience),
            cid: body.cid,
            size: body.bytes.count,
            validatedAt: now.advanced(bySeconds: -secondsAgo),
            freshUntil: now.advanced(bySeconds: 120),
            source: .upstream
        )
    }
}

extension PeerAnnouncement {
    var event: SharedObject? {
        guard case .event(let object) = self.announcement else { return nil }
        return object
    }

    var entry: SharedEntry? {
        guard case .entry(let entry) = self.announcement else { return nil }
        return entry
    }

    var runID: Int64? {
        guard let object = self.event, let json = try? JSONObject(object.body.bytes) else { return nil }
        return json.integer("id")
    }
}
