import GitHubCore

/// A GitHub that behaves, as a value: time, chance and every request are arguments, every effect is in what is returned.
///
/// It answers REST requests (``respond(to:at:)``), lives through runs and jobs (``startRun(_:at:)``,
/// ``advance(run:at:)``), and queues signed webhook deliveries (``takeDeliveries(at:)``) as GitHub does: payload objects
/// are the bytes that REST would answer at that moment. Left out: the legacy SHA-1 signature, and of Git's data all but the
/// heads of branches and one tree of files.
package struct SimulatedGitHub: Sendable {
    /// What can be chosen about it.
    package struct Configuration: Sendable {
        /// What URLs in bodies begin with.
        package var apiURL: String
        /// What URLs of pages begin with.
        package var webURL: String
        /// What links to logs and artifacts begin with, such as `https://productionresultssa0.blob.core.windows.net`; nil
        /// for a path of the API.
        package var storageURL: String?
        /// What ids, hashes and chance come from.
        package var seed: UInt64
        /// Calls an hour of a credential.
        package var callsPerHour: Int
        /// Calls an hour of an address without a credential.
        package var anonymousCallsPerHour: Int
        /// GraphQL's points an hour of a credential.
        package var graphQLPointsPerHour: Int
        /// Points a minute before the secondary limit: a read costs 1, a write 5.
        package var pointsPerMinute: Int
        /// The same for GraphQL, where a query costs 1 and a mutation 5.
        package var graphQLPointsPerMinute: Int
        /// Requests that may be on their way at once, REST and GraphQL together.
        package var requestsAtOnce: Int
        /// How far filtered run lists lag behind, in milliseconds.
        package var listLag: Int64
        /// Whether a 304 says `Link` again; GitHub's did not always.
        package var repeatsLink = true
        /// Whether the delivery log shows what was in a delivery.
        package var logsPayloads = true

        /// GitHub's own numbers, and lists that do not lag.
        package init(
            apiURL: String = "https://api.github.com",
            webURL: String = "https://github.com",
            storageURL: String? = nil,
            seed: UInt64 = 1,
            callsPerHour: Int = 5_000,
            anonymousCallsPerHour: Int = 60,
            graphQLPointsPerHour: Int = 5_000,
            pointsPerMinute: Int = 900,
            graphQLPointsPerMinute: Int = 2_000,
            requestsAtOnce: Int = 100,
            listLag: Int64 = 0
        ) {
            self.apiURL = apiURL
            self.webURL = webURL
            self.storageURL = storageURL
            self.seed = seed
            self.callsPerHour = callsPerHour
            self.anonymousCallsPerHour = anonymousCallsPerHour
            self.graphQLPointsPerHour = graphQLPointsPerHour
            self.pointsPerMinute = pointsPerMinute
            self.graphQLPointsPerMinute = graphQLPointsPerMinute
            self.requestsAtOnce = requestsAtOnce
            self.listLag = listLag
        }
    }

    /// The bounds of what is kept and answered.
    package enum Limits {
        /// Elements of one page.
        package static let page = 100
        /// Results of a filtered run list that can be paged to.
        package static let filteredResults = 1_000
        /// Hooks of one repository or organisation.
        package static let hooks = 20
        /// Former states of one run, for lists that lag.
        package static let formerStates = 16
        /// Entries of one hook's delivery log.
        package static let deliveryLog = 2_000
        /// How long a delivery is in the log, in seconds.
        package static let deliveryLogAge = 3 * 86_400
        /// Deliveries waiting to be sent.
        package static let outbox = 100_000
        /// Entries of the call log, and paths counted by it.
        package static let callLog = 10_000
        /// Registrations of runners an hour.
        package static let runnerRegistrations = 10_000
        /// How long a link to a log or an artifact opens it, in seconds.
        package static let linkAge = 60
        /// Bytes of a request's or an answer's body that are kept.
        package static let body = 1_048_576
    }

    /// What was asked of it that cannot be.
    package enum Misuse: Error, Equatable {
        /// There is nothing of that name or number.
        case unknown(String)
        /// A name that GitHub would not take.
        case malformed(String)
        /// The run or job is past that, or not there yet.
        case wrongState(String)
    }

    /// What was chosen.
    package var configuration: Configuration
    /// What goes wrong, and how often.
    package var faults = Faults()
    /// What was asked and answered.
    package internal(set) var calls = CallLog()
    /// What storage was asked for.
    package internal(set) var storage = StorageLog()

    var random: SeededRandom
    var nextID: [IDKind: Int64] = [:]
    var accounts: [Account] = []
    var repositories: [Int64: Repository] = [:]
    var contents: [Int64: Contents] = [:]
    var formerNames: [RepositoryName: Int64] = [:]
    var workflows: [Workflow] = []
    var runs: [Int64: Run] = [:]
    var runIDs: [Int64: [Int64]] = [:]
    var formerStates: [Int64: [FormerState]] = [:]
    var jobs: [Int64: Job] = [:]
    var annotations: [Int64: [Annotation]] = [:]
    var artifacts: [Artifact] = []
    var deletedLogs: Set<Int64> = []
    var runners: [Runner] = []
    var pullRequests: [Int64: [PullRequest]] = [:]
    var tokens: [String: Token] = [:]
    var meters: [MeterKey: Meter] = [:]
    var hooks: [Hook] = []
    var outbox: [OutgoingDelivery] = []
    var deliveryLog: [Int64: [LoggedDelivery]] = [:]
    var apps: [Int64: App] = [:]
    var installations: [Int64: Installation] = [:]
    var eventCount: UInt64 = 0

    /// A GitHub without accounts.
    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        random = SeededRandom(seed: configuration.seed)
    }
}

extension SimulatedGitHub {
    /// What numbers are given to.
    enum IDKind: Hashable {
        case account, repository, workflow, run, suite, job, artifact, runner, pullRequest, hook, delivery, deployment
        case hosted, request, app, installation

        /// Where GitHub has got to, about.
        var first: Int64 {
            switch self {
            case .account: 40_000_000
            case .repository: 800_000_000
            case .workflow: 120_000_000
            case .run: 18_000_000_000
            case .suite: 47_000_000_000
            case .job: 52_000_000_000
            case .artifact: 4_200_000_000
            case .runner, .hosted: 20
            case .pullRequest: 2_900_000_000
            case .hook: 570_000_000
            case .delivery: 19_000_000_000_000
            case .deployment: 3_100_000_000
            case .request: 4_096
            case .app: 1_200_000
            case .installation: 90_000_000
            }
        }
    }

    /// What a budget is kept under.
    struct MeterKey: Hashable {
        let caller: String
        let kind: Meter.Kind
    }

    /// A state that a run was in from some moment on.
    struct FormerState {
        let since: Timestamp
        let run: Run
    }

    /// The next number of a kind; numbers of one kind only grow.
    mutating func makeID(_ kind: IDKind) -> Int64 {
        let isCounter = kind == .runner || kind == .hosted || kind == .request
        let step = isCounter ? 1 : Int64(random.next() % 97) + 1
        let id = (nextID[kind] ?? kind.first) + step
        nextID[kind] = id
        return id
    }
}
