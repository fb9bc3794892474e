import CacheCore
import GitHubCore
import Multiformats
import Synchronization

/// Neighbours that listen, and give the copies that a test lends them.
final class ToldNeighbours: Neighbours {
    private let state = Mutex<(told: [Announcement], followed: Set<RepositoryName>)>(([], []))
    private let copies = Mutex<[Representation: SharedEntry]>([:])
    private let jobs = Mutex<(held: Set<CID>, holders: Set<PeerID>, me: PeerID?)>(([], [], nil))

    private let liars = Mutex<[PeerID]>([])
    /// The peers that were shown to have lied.
    var distrusted: [PeerID] { liars.withLock(\.self) }
    func distrust(_ peer: PeerID) async { liars.withLock { $0.append(peer) } }

    private let watcher = Mutex<@Sendable () -> Void>({})

    /// Does something each time that something is told, while the node waits.
    func onTold(_ action: @escaping @Sendable () -> Void) { watcher.withLock { $0 = action } }

    var told: [Announcement] { state.withLock(\.told) }
    var followed: Set<RepositoryName> { state.withLock(\.followed) }

    func follow(_ repositories: Set<RepositoryName>) async { state.withLock { $0.followed = repositories } }
    /// The prewarm jobs that the node says it holds.
    var held: Set<CID> { jobs.withLock(\.held) }
    /// Lets some peers hold every job too, beside this node under its own name.
    func share(jobsOf me: PeerID, with holders: Set<PeerID>) {
        jobs.withLock { ($0.me, $0.holders) = (me, holders) }
    }
    func hold(_ held: Set<CID>) async { jobs.withLock { $0.held = held } }
    func holders(of job: CID) async -> Set<PeerID> { jobs.withLock(\.holders) }
    func turn(after delivery: DeliveryID, of author: PeerID, in repository: RepositoryName) async -> Duration {
        .seconds(1)
    }
    func announce(_ announcement: Announcement) async {
        state.withLock { $0.told.append(announcement) }
        watcher.withLock(\.self)()
    }
    func lend(_ copy: SharedEntry) { copies.withLock { $0[copy.entry.key.representation] = copy } }
    func ask(for representation: Representation, deadline: Duration) async -> SharedEntry? {
        copies.withLock { $0[representation] }
    }
    func query(_ representation: Representation) async -> [PeerCopy] { [] }
    func connected() async -> [NeighbourInfo] { [] }
    func connect(to address: String) async throws -> PeerID { throw NoNeighbours.NoMesh() }
    func identity() async -> (peer: PeerID, addresses: [String])? { jobs.withLock(\.me).map { ($0, []) } }
}
