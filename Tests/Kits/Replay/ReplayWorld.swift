package import AsyncHTTPClient
package import CacheWorld
import Foundation
package import GitHubCore
package import GitHubSimulator
package import GitHubSimulatorCore
package import HookCacheKit
package import Logging
import ServiceLifecycle

/// A simulated GitHub, a real node with its webhooks, and clients, over real sockets and in virtual time.
package struct ReplayWorld: Sendable {
    /// The time of all of them.
    package let clock: ManualClock
    /// GitHub.
    package let github: SimulatedGitHubServer
    /// The node, which every webhook of ``owner`` leads to; nil where the clients ask GitHub themselves.
    package let node: HookCacheNode?
    /// What the clients take for GitHub's API.
    package let api: String
    /// What carries their requests.
    package let http: HTTPClient

    /// The organisation that all repositories belong to.
    package static let owner = "octo-tools"
    /// The clients' credential, which may read everything.
    package static let token = "a-clients-token"
    private static let secret = "a secret of the replays"
    /// When all begins.
    package static let start = Timestamp(seconds: 1_800_000_000)

    /// Who the clients ask.
    package enum Way: Sendable {
        /// The node.
        case throughNode
        /// The node, which no webhook leads to.
        case throughNodeWithoutWebhooks
        /// GitHub.
        case direct
    }

    /// Starts all of it, lets something happen, and stops it.
    package static func with<Result: Sendable>(
        _ way: Way,
        repositories names: [String],
        arePrivate: Bool = false,
        events: [String] = ["workflow_run", "workflow_job"],
        listLag: Int64 = 0,
        settings adjust: (inout Settings) -> Void = { _ in },
        logger: Logger = quiet,
        _ work: (ReplayWorld) async throws -> Result
    ) async throws -> Result {
        let clock = ManualClock(start)
        var configuration = SimulatedGitHubServer.Configuration()
        configuration.github.callsPerHour = 1_000_000
        configuration.github.pointsPerMinute = 1_000_000
        configuration.github.listLag = listLag
        return try await SimulatedGitHubServer.withServer(configuration, clock: { clock.now }, logger: logger) {
            github,
            url in
            guard let owner = Scope(owner) else { throw Failure("\(owner) is no owner") }
            for name in names {
                guard let repository = RepositoryName(owner: Self.owner, name: name) else {
                    throw Failure("\(name) is no repository")
                }
                try await github.createRepository(repository, isPrivate: arePrivate)
            }
            await github.createToken(token, grants: [.init(.read, to: owner)])
            await github.createToken("node-token", login: "keeper", grants: [.init(.admin, to: owner)])
            guard way != .direct else {
                return try await work(Self(clock: clock, github: github, node: nil, api: url, http: .shared))
            }
            return try await withNode(url, clock, logger, adjust) { node in
                let (port, hookPort) = (await node.apiPort() ?? 0, await node.webhookPort() ?? 0)
                if way == .throughNode {
                    let url = "http://127.0.0.1:\(hookPort)/webhook"
                    try await github.createHook(in: owner, url: url, secret: secret, events: events)
                }
                let api = "http://127.0.0.1:\(port)"
                let world = Self(clock: clock, github: github, node: node, api: api, http: .shared)
                await world.settle()
                return try await work(world)
            }
        }
    }

    private static func withNode<Result: Sendable>(
        _ url: String,
        _ clock: ManualClock,
        _ logger: Logger,
        _ adjust: (inout Settings) -> Void,
        _ work: (HookCacheNode) async throws -> Result
    ) async throws -> Result {
        let root = FileManager.default.temporaryDirectory.appending(path: "hookcache-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: root) }
        var settings = Settings(directory: root.path)
        settings.github.apiURL = url
        settings.github.token = Settings.Secret("node-token")
        settings.webhook.secrets = [Settings.Secret(secret)]
        settings.webhook.listen.port = 0
        settings.api.listen.port = 0
        settings.mesh.listen.port = 0
        adjust(&settings)
        let time = HookCacheNode.Time(now: { clock.now }, sleep: { try await clock.sleep($0) })
        let node = try HookCacheNode(settings, logger: logger, time: time)
        let life = ServiceGroup(configuration: .init(services: [node], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await life.run() }
            let result: Swift.Result<Result, any Error>
            do {
                result = .success(try await work(node))
            } catch {
                result = .failure(error)
            }
            await life.triggerGracefulShutdown()
            try await group.waitForAll()
            return try result.get()
        }
    }

    /// Logs nothing but errors.
    package static var quiet: Logger {
        var logger = Logger(label: "replay")
        logger.logLevel = .critical
        return logger
    }

    /// Something is not as it should be.
    package struct Failure: Error, CustomStringConvertible {
        /// What.
        package let description: String

        /// Says what.
        package init(_ description: String) { self.description = description }
    }
}

extension ReplayWorld {
    /// Moves on to a moment, as far at once as nobody wakes, and each time waits until all that came of it is done.
    package func pass(to moment: Timestamp) async {
        await settle()
        while clock.now < moment {
            let next = node == nil ? moment : min(moment, await clock.nextWake())
            clock.advance(milliseconds: max(0, next.milliseconds(since: clock.now)))
            await github.sendWhatIsDue()
            await settle()
        }
    }

    /// Lets something happen at GitHub, and waits until every webhook of it was taken and its effects are done.
    @discardableResult
    package func act<Result: Sendable>(
        _ action: @Sendable (inout SimulatedGitHub, Timestamp) throws(SimulatedGitHub.Misuse) -> Result
    ) async throws(SimulatedGitHub.Misuse) -> Result {
        let result = try await github.perform(action)
        await settle()
        return result
    }

    /// Waits until nothing more happens before time passes.
    func settle() async {
        await github.settle()
        guard let node else { return }
        _ = await clock.nextWake()
        while !node.isAtRest { try? await Task.sleep(for: .microseconds(200)) }
    }

    /// A client whose every question takes 20 milliseconds of the world.
    package func client(headers: [(name: String, value: String)], hasETags: Bool = false) -> ReplayClient {
        ReplayClient(api: api, headers: headers, hasETags: hasETags, http: http) { [self] in
            await pass(to: clock.now.advanced(byMilliseconds: 20))
        }
    }
}
