package import CacheCore
package import GitHubCore
package import Multiformats

/// What the listeners ask of a node: the node itself behind HTTP, and whatever a test puts in its place.
package protocol NodeInterface: Sendable {
    /// Takes a delivery: verified, checked, on disk and synced before it says accepted.
    func accept(_ request: WebhookRequest) async -> WebhookAnswer
    /// Answers a read from the store, the neighbours or GitHub.
    func read(_ request: ReadRequest) async -> ReadAnswer
    /// The body of an answer that this node just gave, in the gzip format as it is stored; nil where it is not at hand so.
    func packedBody(_ cid: CID) -> [UInt8]?
    /// Takes in that a request was handed on which may have changed something; called before its answer goes back.
    func wrote(_ request: WriteRequest) async
    /// The live rate-limit headers of a caller's credential, for what was read of a repository or an owner.
    func rateLimitHeaders(
        for caller: Caller,
        of kind: QuotaKind,
        in scope: Scope
    ) -> [(name: String, value: String)]
    /// Which owners are known as organisations and which as users.
    var ownerKinds: OwnerKinds { get }
    /// The resource that a target means, by name or by the ids of GitHub's page links; nil where that is not known.
    func resource(of target: RequestTarget) -> Resource?
    /// Whether the store is open, the inbox was replayed and is below its mark; otherwise why not.
    func readiness() -> String?
    /// Whether there is a secret, so that webhooks can be taken.
    var hasSecret: Bool { get }

    /// The statistics.
    func statistics() async -> Statistics
    /// How far events can be trusted, of all repositories that are followed.
    func health() -> HealthReport
    /// How what this node needs stands, as far as it alone knows.
    func checkups() async -> [Checkup]
    /// Stored entries whose path has a prefix, by path; private ones only where asked for.
    func entries(prefix: String, limit: Int, cursor: String?, includesPrivate: Bool) -> (
        entries: [Entry], next: String?
    )
    /// Every connected peer's copy of a resource.
    func query(_ representation: Representation) async -> [PeerCopy]
    /// Waiting and running jobs of a scope; only of public repositories unless private ones are asked for too.
    func queue(_ scope: Scope, labels: [String], includesPrivate: Bool) async throws(ControlError) -> QueueReport
    /// This node's peer id and the addresses that others can dial; nil without a mesh.
    func identity() async -> (peer: PeerID, addresses: [String])?
    /// The connected peers.
    func peers() async -> [NeighbourInfo]
    /// Connects to a peer.
    func connect(to address: String) async throws(ControlError) -> PeerID
    /// The hooks of a scope at GitHub and what this node knows of them; all known ones without a scope.
    func hooks(of scope: Scope?) async throws(ControlError) -> [HookReport]
    /// Registers the webhook of a scope, or mends what differs.
    func registerHook(of scope: Scope, url: String?) async throws(ControlError) -> HookReport
    /// Has GitHub ping the webhook, and waits for the ping to arrive.
    func pingHook(of scope: Scope) async throws(ControlError)
    /// Gives the webhook another secret without one refused delivery, and waits for the old one to go.
    func rotateHook(of scope: Scope) async throws(ControlError) -> RotationReport
    /// One of GitHub's delivery logs beside what this node knows; without one, what the inbox knows.
    func deliveries(of log: DeliveryLog?, failedOnly: Bool, limit: Int) async throws(ControlError) -> [DeliveryReport]
    /// Reads a delivery log now, and takes in what never arrived.
    func recover(_ log: DeliveryLog) async throws(ControlError) -> RecoveryReport
    /// Removes the webhook from GitHub, and its secret from here.
    func removeHook(of scope: Scope) async throws(ControlError)
    /// Fetches resources of repositories ahead of any reader.
    func prewarm(_ repositories: [RepositoryName], resources: [String]) async throws(ControlError) -> [PrewarmReport]
    /// The repositories that patterns name now.
    func repositories(matching patterns: [RepositoryPattern]) async throws(ControlError) -> [RepositoryName]
    /// The declared prewarm jobs, and how each stands.
    func prewarmJobs() async -> [PrewarmJobReport]
    /// Has a declared prewarm job run now.
    func runPrewarmJob(named name: String) async throws(ControlError)
    /// Removes entries; gives how many.
    func clear(stale: Bool, pattern: String?) async throws(ControlError) -> Int
    /// Hashes every body again; gives how many were checked, and the CIDs of those that were wrong and are removed.
    func verify() async throws(ControlError) -> (checked: Int, corrupt: [String])
    /// What happens from now on; a slow reader loses the oldest.
    func events() -> AsyncStream<NodeEvent>
}
