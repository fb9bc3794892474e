package import GitHubCore
package import Multiformats

/// A run's or job's object on its way between peers.
package struct SharedObject: Sendable {
    /// The repository it lies in.
    package let repository: RepositoryName
    /// Run or job.
    package let kind: ObjectKind
    /// The object's own bytes, as GitHub sent them.
    package let body: Body
    /// The delivery's identifier, which carries its own time.
    package let delivery: DeliveryID
    /// `deployment.updated_at` of the payload.
    package let deploymentUpdatedAt: Timestamp?
    /// When the node that got the delivery took it.
    package let acceptedAt: Timestamp
    /// Whether the repository is private: then it is for whoever proves access to it.
    package let isPrivate: Bool

    /// An object to share.
    package init(
        repository: RepositoryName,
        kind: ObjectKind,
        body: Body,
        delivery: DeliveryID,
        deploymentUpdatedAt: Timestamp?,
        acceptedAt: Timestamp,
        isPrivate: Bool = false
    ) {
        self.repository = repository
        self.kind = kind
        self.body = body
        self.delivery = delivery
        self.deploymentUpdatedAt = deploymentUpdatedAt
        self.acceptedAt = acceptedAt
        self.isPrivate = isPrivate
    }
}

/// An entry on its way between peers: a public one, or in a private network one for whoever proves access.
package struct SharedEntry: Sendable {
    /// The entry; its audience is not one credential alone.
    package let entry: Entry
    /// Its body, where it is small enough to ride along or was just pulled.
    package let body: Body?
    /// The peer that was asked for it and gave it; nil for what is announced.
    package let giver: PeerID?

    /// An entry to share.
    package init(entry: Entry, body: Body?, giver: PeerID? = nil) {
        self.entry = entry
        self.body = body
        self.giver = giver
    }
}

/// What a node tells its peers.
package enum Announcement: Sendable {
    /// An event happened: the object replaces, and lists are patched or invalidated by the same rules everywhere.
    case event(SharedObject)
    /// An entry was fetched from GitHub.
    case entry(SharedEntry)
    /// A repository is private since a moment: what was public of it is to be forgotten.
    case privatized(RepositoryName, asOf: Timestamp)
    /// This node is so far with a run of a prewarm job.
    case prewarm(PrewarmWord)
    /// This node remembers a state of a run or job.
    case state(SharedState)

    /// The repository that it concerns, or nil for an owner's entry and for a prewarm job.
    package var repository: RepositoryName? {
        switch self {
        case .event(let object): object.repository
        case .entry(let shared): shared.entry.key.repository
        case .privatized(let repository, _): repository
        case .prewarm: nil
        case .state(let state): state.repository
        }
    }
}

/// What a member of the mesh told this node, its origin and shape already checked.
package struct PeerAnnouncement: Sendable {
    /// Who wrote it: the message's signed author, never the connection it came over.
    package let author: PeerID
    /// What it says.
    package let announcement: Announcement

    /// A message.
    package init(author: PeerID, announcement: Announcement) {
        self.author = author
        self.announcement = announcement
    }
}

/// A peer's copy of a resource, without its body.
package struct PeerCopy: Sendable {
    /// Whose copy.
    package let peer: PeerID
    /// The copy; nil where the peer has none.
    package let entry: Entry?
    /// How long the peer took to answer, in microseconds.
    package let latencyMicroseconds: Int

    /// A copy.
    package init(peer: PeerID, entry: Entry?, latencyMicroseconds: Int) {
        self.peer = peer
        self.entry = entry
        self.latencyMicroseconds = latencyMicroseconds
    }
}

/// A peer as `peers list` shows it.
package struct NeighbourInfo: Hashable, Sendable {
    /// Who.
    package let peer: PeerID
    /// The address in use, as a multiaddr.
    package let address: String
    /// Its agent, as identify told; nil before that.
    package let agent: String?
    /// Whether its word is believed.
    package let isMember: Bool
    /// Whether the peer dialled this node.
    package let isInbound: Bool
    /// The last ping's round trip in microseconds.
    package let roundTripMicroseconds: Int?

    /// A peer.
    package init(
        peer: PeerID,
        address: String,
        agent: String?,
        isMember: Bool,
        isInbound: Bool,
        roundTripMicroseconds: Int?
    ) {
        self.peer = peer
        self.address = address
        self.agent = agent
        self.isMember = isMember
        self.isInbound = isInbound
        self.roundTripMicroseconds = roundTripMicroseconds
    }
}

/// A peer that came or went.
package struct NeighbourChange: Hashable, Sendable {
    /// Who.
    package let peer: PeerID
    /// Whether it is connected now.
    package let isConnected: Bool

    /// A change.
    package init(peer: PeerID, isConnected: Bool) {
        self.peer = peer
        self.isConnected = isConnected
    }
}

/// The other nodes, as this one uses them.
package protocol Neighbours: Sendable {
    /// Follows exactly these repositories from now on.
    func follow(_ repositories: Set<RepositoryName>) async
    /// Holds exactly these prewarm jobs from now on, by their digests: what others that hold them say is heard.
    func hold(_ jobs: Set<CID>) async
    /// The connected members that hold a prewarm job.
    func holders(of job: CID) async -> Set<PeerID>
    /// Tells the followers of a repository, or those that hold a prewarm job. What may not be shared is kept back here too.
    func announce(_ announcement: Announcement) async
    /// How long this node waits after a peer's event before it asks GitHub itself: its author and the followers before
    /// this one may announce what they fetched (invariant 7).
    func turn(after delivery: DeliveryID, of author: PeerID, in repository: RepositoryName) async -> Duration
    /// Asks connected members for a resource, and gives the newest provable copy with its body, or nil, by the deadline.
    func ask(for representation: Representation, deadline: Duration) async -> SharedEntry?
    /// Asks every connected peer for its copy of a resource.
    func query(_ representation: Representation) async -> [PeerCopy]
    /// Holds against a peer that GitHub showed what it said not to be so.
    func distrust(_ peer: PeerID) async
    /// The connected peers.
    func connected() async -> [NeighbourInfo]
    /// Connects to a peer by its multiaddr; the message says what went wrong.
    func connect(to address: String) async throws -> PeerID
    /// This node's own peer id and the addresses it listens on; nil without a mesh.
    func identity() async -> (peer: PeerID, addresses: [String])?
    /// Connections so far that turned out to be none of this network's.
    var strangers: Int { get }
}

extension Neighbours {
    /// Without a mesh nobody comes.
    package var strangers: Int { 0 }
}

/// A node on its own.
package struct NoNeighbours: Neighbours {
    /// Nobody.
    package init() {}

    package func follow(_ repositories: Set<RepositoryName>) async {}
    package func hold(_ jobs: Set<CID>) async {}
    package func holders(of job: CID) async -> Set<PeerID> { [] }
    package func announce(_ announcement: Announcement) async {}
    package func turn(after delivery: DeliveryID, of author: PeerID, in repository: RepositoryName) async -> Duration {
        .zero
    }
    package func ask(for representation: Representation, deadline: Duration) async -> SharedEntry? { nil }
    package func query(_ representation: Representation) async -> [PeerCopy] { [] }
    package func distrust(_ peer: PeerID) async {}
    package func connected() async -> [NeighbourInfo] { [] }
    package func connect(to address: String) async throws -> PeerID { throw NoMesh() }
    package func identity() async -> (peer: PeerID, addresses: [String])? { nil }

    /// There is no mesh to connect with.
    package struct NoMesh: Error, CustomStringConvertible {
        /// There is nobody to connect with.
        package init() {}

        package var description: String { "this node runs without a mesh" }
    }
}
