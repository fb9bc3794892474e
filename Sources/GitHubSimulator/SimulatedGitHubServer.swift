import AsyncHTTPClient
package import GitHubCore
package import GitHubSimulatorCore
package import Logging
import ServiceLifecycle

/// A simulated GitHub behind HTTP on loopback: it answers REST at `/` and at `/api/v3`, and really delivers to hooks.
///
/// It can look like github.com: URLs in bodies then begin with ``Configuration/publicURL``, and links to logs and artifacts
/// lead to a storage host of their own, which is a listener of its own here. Over a Unix socket it is all these hosts at
/// once, told apart by `Host`, as `gh` needs it.
///
/// All rules are ``SimulatedGitHub``'s; this shell gives it the time, listens, sends what is due to hooks on this machine
/// (and to no other), and writes down how they answered.
package actor SimulatedGitHubServer: Service {
    /// What can be chosen about it.
    package struct Configuration: Sendable {
        /// The rules' own; its `apiURL` becomes ``publicURL``, or else the server's once it listens.
        package var github: SimulatedGitHub.Configuration
        /// The port, 0 for any that is free.
        package var port: Int
        /// What URLs in bodies begin with, where that is not the address it listens at.
        package var publicURL: String?
        /// A Unix socket to listen at as well.
        package var socketPath: String?
        /// What URLs in bodies have after the host: `/api/v3` to look like an Enterprise Server.
        package var pathPrefix: String
        /// How long a hook may take to answer, in milliseconds; GitHub gives it ten seconds.
        package var deliveryTimeout: Int64

        /// Any free port, and GitHub's own numbers.
        package init(
            github: SimulatedGitHub.Configuration = .init(),
            port: Int = 0,
            publicURL: String? = nil,
            socketPath: String? = nil,
            pathPrefix: String = "",
            deliveryTimeout: Int64 = 10_000
        ) {
            self.github = github
            self.port = port
            self.publicURL = publicURL
            self.socketPath = socketPath
            self.pathPrefix = pathPrefix
            self.deliveryTimeout = deliveryTimeout
        }
    }

    /// Why there is no address to talk to.
    package struct NotRunning: Error, Equatable {
        /// There is none.
        package init() {}
    }

    let configuration: Configuration
    let clock: @Sendable () -> Timestamp
    let logger: Logger
    let courier: AsyncStream<CourierTask>.Continuation
    let gate = AnswerGate()
    private let tasks: AsyncStream<CourierTask>
    var github: SimulatedGitHub
    private var address = Address.unknown([])
    private var ports: [Door: Int] = [:]
    private var unanswered = 0
    private(set) var answered = 0
    private(set) var refused = 0
    var inFlight = 0
    var mostAtOnce = 0
    private var alarm: Timestamp?
    private var idleWaiters: [CheckedContinuation<Void, Never>] = []

    /// A server that does not listen yet.
    package init(
        _ configuration: Configuration = .init(),
        clock: @escaping @Sendable () -> Timestamp = SimulatedGitHubServer.now,
        logger: Logger = Logger(label: "github-simulator")
    ) {
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        github = SimulatedGitHub(configuration.github)
        // Bounded by the outbox of the rules, which is never longer.
        (tasks, courier) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(SimulatedGitHub.Limits.outbox))
    }

    /// Listens and delivers until it is shut down.
    package func run() async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        let tasks = tasks
        defer { close() }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await Courier(server: self, client: client, logger: self.logger).run(tasks) }
                for door in configuration.doors { group.addTask { try await self.listen(at: door) } }
                _ = try await group.next()
                group.cancelAll()
            }
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    /// The address it listens at, without a slash at the end; waits until there is one.
    package func url() async throws -> String {
        if case .known(let url) = address { return url }
        let url: String? = await withCheckedContinuation { continuation in
            guard case .unknown(let waiters) = address else { return continuation.resume(returning: nil) }
            address = .unknown(waiters + [continuation])
        }
        guard let url else { throw NotRunning() }
        return url
    }

    /// Waits until every delivery that was due has been answered, or has failed.
    package func settle() async {
        if unanswered == 0 { return }
        await withCheckedContinuation { idleWaiters.append($0) }
    }

    /// Does something with the rules, at this moment, and sends what comes of it.
    package func perform<Result: Sendable, Failure: Error>(
        _ work: @Sendable (inout SimulatedGitHub, Timestamp) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { sendWhatIsDue() }
        return try work(&github, clock())
    }

    /// Sends what has become due; for a clock that is moved by hand.
    package func sendWhatIsDue() {
        for delivery in github.takeDeliveries(at: clock()) {
            unanswered += 1
            courier.yield(.deliver(delivery))
        }
        guard let next = github.nextDeliveryAt, alarm.map({ next < $0 }) ?? true else { return }
        alarm = next
        courier.yield(.wake(next))
    }

    /// Sends what an alarm was set for.
    func alarmRang() {
        alarm = nil
        sendWhatIsDue()
    }

    /// Writes down how a delivery was received.
    func record(_ answer: SimulatedGitHub.DeliveryAnswer, of delivery: SimulatedGitHub.OutgoingDelivery) {
        github.record(answer, of: delivery, at: clock())
        let isWell = answer.status.map { (200...299).contains($0) } ?? false
        if isWell { answered += 1 } else { refused += 1 }
        unanswered -= 1
        guard unanswered == 0 else { return }
        idleWaiters.forEach { $0.resume() }
        idleWaiters = []
    }

    /// The address of storage, which is another host than the API's: there is one where links lead to a host of their own.
    package func storageURL() async throws -> String {
        _ = try await url()
        guard let port = ports[.storage] else { throw NotRunning() }
        return "http://127.0.0.1:\(port)"
    }

    /// Notes that it listens at a door; there is an address once all are open.
    func opened(_ door: Door, port: Int) {
        ports[door] = port
        guard ports.count == configuration.doors.count, let port = ports[.api] else { return }
        let url = "http://127.0.0.1:\(port)\(configuration.pathPrefix)"
        github.configuration.apiURL = configuration.publicURL ?? url
        settleAddress(.known(url), url)
    }

    private func close() {
        courier.finish()
        settleAddress(.closed, nil)
        idleWaiters.forEach { $0.resume() }
        idleWaiters = []
    }

    private func settleAddress(_ new: Address, _ url: String?) {
        if case .unknown(let waiters) = address { waiters.forEach { $0.resume(returning: url) } }
        address = new
    }

    /// What it listens at.
    enum Door: Hashable, Sendable {
        /// The API, over TCP.
        case api
        /// Storage, over TCP.
        case storage
        /// Everything, over a Unix socket.
        case socket
    }

    /// Whether it listens: first unknown, then known, and closed at the end.
    private enum Address {
        case unknown([CheckedContinuation<String?, Never>])
        case known(String)
        case closed
    }
}

extension SimulatedGitHubServer.Configuration {
    /// What there is to listen at.
    var doors: [SimulatedGitHubServer.Door] {
        [.api] + (github.storageURL == nil ? [] : [.storage]) + (socketPath == nil ? [] : [.socket])
    }

    /// The host of storage, where links lead to one of its own.
    package var storageHost: String? {
        github.storageURL.flatMap { url in url.firstRange(of: "://").map { String(url[$0.upperBound...]) } }
    }
}

/// What the courier is asked to do.
enum CourierTask: Sendable {
    /// Take this to its hook.
    case deliver(SimulatedGitHub.OutgoingDelivery)
    /// Ask again at that moment.
    case wake(Timestamp)
}
