import CacheCore
import CacheMesh
package import CacheNode
import CacheStore
import Crypto
import GitHubClient
import GitHubCore
import LibP2P
public import Logging
import MeshCore
import Multiformats
import NodeServer
public import ServiceLifecycle

/// One node: webhook listener, API proxy, mesh and store, wired from its settings.
///
/// ```swift
/// let node = try HookCacheNode(Settings(directory: "/var/lib/hookcache"), logger: Logger(label: "hookcache"))
/// try await node.run()
/// ```
public final class HookCacheNode: Service {
    /// The program's version, as `User-Agent`, identify and `--version` tell it.
    public static let version = "0.1.0"

    /// What it was wired from.
    public let settings: Settings
    /// The actor behind it.
    package let node: Node
    let store: CacheStore
    let mesh: Mesh
    private let origin: GitHubOrigin
    let webhook: WebhookListener
    let api: APIListener
    private let socket: APIListener
    let counters: ServerCounters
    private let logger: Logger

    /// Opens the store, loads the keys and wires the parts; nothing listens before it runs.
    ///
    /// - Throws: ``NodeError``, which says what to change.
    public convenience init(_ settings: Settings, logger: Logger) throws(NodeError) {
        try self.init(settings, logger: logger, time: Time())
    }

    /// The same with a time of its own.
    package init(_ settings: Settings, logger: Logger, time: Time) throws(NodeError) {
        self.settings = settings
        self.logger = logger
        do {
            store = try CacheStore(configuration: CacheStore.Configuration(settings), logger: logger, now: time.now)
        } catch {
            throw NodeError(error.message, cause: error)
        }
        // Whatever may fail comes before the client of GitHub, which must be shut down once it is there.
        let meshSettings = try Mesh.Configuration(settings)
        let nodeSettings = try Node.Configuration(settings)
        let listeners = try ListenerConfiguration(settings)
        origin = GitHubOrigin(try GitHubOrigin.Configuration(settings), logger: logger, now: time.now)
        mesh = Mesh(
            configuration: meshSettings,
            store: store,
            logger: logger,
            now: time.now
        )
        node = Node(
            nodeSettings,
            store: store,
            origin: origin,
            hookAdmin: GitHubHookAdmin(origin),
            neighbours: mesh,
            peerAnnouncements: mesh.announcements,
            peerBatches: mesh.batches,
            peerChanges: mesh.changes,
            logger: logger,
            now: time.now,
            sleep: time.sleep,
            random: { SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) } }
        )
        counters = ServerCounters()
        webhook = WebhookListener(listeners, node: node, counters: counters, logger: logger)
        api = APIListener(.tcp, listeners, node: node, passThrough: origin, counters: counters, logger: logger)
        socket = APIListener(
            .unixSocket,
            listeners,
            node: node,
            passThrough: origin,
            counters: counters,
            logger: logger
        )
    }

    /// Runs until shutdown; the parts stop in the reverse order of their start.
    public func run() async throws {
        let services: [any Service] = [
            store, OriginLife(origin: origin), mesh, node, WebhookDoor(node: node, listener: webhook), api, socket,
        ]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { service in
                    // A node that was never given a secret ends its webhook door early; that is no failure.
                    .init(
                        service: service,
                        successTerminationBehavior: service is WebhookDoor ? .ignore : .gracefullyShutdownGroup
                    )
                },
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch let error as HostError where error.code == .addressInUse || error.code == .cannotListen {
            let isInUse = error.code == .addressInUse
            let key = isInUse ? "CACHE_LISTEN_PORT" : "CACHE_LISTEN_HOST"
            let reason = isInUse ? "the address is in use, perhaps by another node" : "\(error)"
            throw NodeError("\(key): cannot listen on \(settings.mesh.listen): \(reason)", cause: error)
        }
    }
}
