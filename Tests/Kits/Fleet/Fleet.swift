package import AsyncHTTPClient
import Foundation
package import GitHubCore
package import GitHubSimulator
import GitHubSimulatorCore
package import HookCacheKit
package import Logging
package import NIOCore
import ServiceLifecycle
package import NIOHTTP1

/// A simulated GitHub and real nodes on loopback, joined over libp2p, each in a folder of its own.
package struct Fleet: Sendable {
    /// GitHub.
    package let github: SimulatedGitHubServer
    /// GitHub's address.
    package let githubURL: String
    /// The nodes; the first takes the deliveries.
    package let nodes: [HookCacheNode]
    /// What talks to them.
    package let http: HTTPClient
    private let lives: [ServiceGroup]

    /// The secret that deliveries are signed with.
    package static let secret = "a secret of the tests"
    /// The nodes' own token at GitHub.
    package static let token = "node-token"
    /// The public repository.
    package static let repository = "octo-tools/hello-ci"
    /// How long anything may take before a test gives up.
    package static let patience = Duration.seconds(60)

    /// Starts GitHub with more repositories than the public one, then nodes, does the work, and stops them all.
    package static func with(
        nodes count: Int,
        repositories: [String] = [],
        github configuration: SimulatedGitHubServer.Configuration = .init(),
        settings adjust: (Int, inout Settings) -> Void = { _, _ in },
        time: HookCacheNode.Time? = nil,
        logger: Logger = quiet,
        _ work: @Sendable @escaping (Fleet) async throws -> Void
    ) async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "hookcache-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: root) }
        let github = SimulatedGitHubServer(configuration, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await github.run() }
            let url = try await github.url()
            try await prepare(github, repositories)
            var nodes: [HookCacheNode] = []
            var lives: [ServiceGroup] = []
            // Every key is made before the first node starts, so that each knows the members.
            let folders = (0..<count).map { root.appending(path: "\($0)").path }
            let members = try folders.map { try NodeIdentity.peerID(inDirectory: $0) }
            for index in 0..<count {
                var settings = Settings(directory: folders[index])
                settings.github.apiURL = url
                settings.github.token = Settings.Secret(token)
                settings.webhook.secrets = [Settings.Secret(secret)]
                settings.webhook.listen.port = 0
                settings.api.listen.port = 0
                settings.mesh.listen.port = 0
                try settings.mesh.setAllowedPeers(members)
                if let storage = configuration.storageHost {
                    settings.github.fileHosts[storage] = try await github.storageURL()
                }
                if let first = nodes.first { try settings.mesh.setBootstrapPeers(await first.meshAddresses()) }
                adjust(index, &settings)
                let node =
                    if let time {
                        try HookCacheNode(settings, logger: logger, time: time)
                    } else {
                        try HookCacheNode(settings, logger: logger)
                    }
                nodes.append(node)
                let life = ServiceGroup(configuration: .init(services: [node], logger: logger))
                lives.append(life)
                group.addTask { try await life.run() }
                try await eventually("node \(index) listens") { await !node.meshAddresses().isEmpty }
            }
            let fleet = Fleet(github: github, githubURL: url, nodes: nodes, http: client, lives: lives)
            try await fleet.eventually("every node has its peers") {
                for node in nodes where await node.statistics().connectedPeers < min(1, count - 1) { return false }
                return true
            }
            for node in nodes.indices { try await fleet.listens(node) }
            var failure: (any Error)?
            do { try await work(fleet) } catch { failure = error }
            for life in lives { await life.triggerGracefulShutdown() }
            for _ in lives { try await group.next() }
            group.cancelAll()
            if let failure { throw failure }
        }
    }

    /// Stops one node while the others go on.
    package func stop(_ node: Int) async { await lives[node].triggerGracefulShutdown() }

    /// As a browser, but that redirects are not followed.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private static func prepare(_ github: SimulatedGitHubServer, _ others: [String]) async throws {
        guard let repository = RepositoryName(repository) else { return }
        for name in [repository] + others.compactMap({ RepositoryName($0) }) { try await github.createRepository(name) }
        await github.createToken(token, grants: [.admin(repository)])
    }

    /// Logs nothing but errors.
    package static var quiet: Logger {
        var logger = Logger(label: "fleet")
        logger.logLevel = .error
        return logger
    }
}

extension Fleet {
    /// Something did not come true in time.
    package struct Impatient: Error, CustomStringConvertible {
        /// What did not come true.
        package let description: String

        /// Says what was waited for.
        package init(_ what: String) {
            description = "in \(Fleet.patience) this did not come true: \(what)"
        }
    }

    /// Waits, within bounds, until something holds.
    package func eventually(_ what: String, _ holds: () async throws -> Bool) async throws {
        try await Self.eventually(what, holds)
    }

    /// Waits, within bounds, until something holds.
    package static func eventually(_ what: String, _ holds: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw Impatient(what)
    }

    /// Waits until every node sees the others on the topic of the repository: gossip reaches them from then on.
    package func settleMesh() async throws {
        try await eventually("every node knows who follows \(Self.repository)") {
            nodes.allSatisfy { $0.followers(of: Self.repository) >= min(1, nodes.count - 1) }
        }
    }

    /// Sends a signed delivery to the first node and gives the status of its answer.
    package func deliver(
        event: String,
        id: String,
        body: [UInt8],
        secret: WebhookSignature.Secret = WebhookSignature.Secret(Self.secret)
    ) async throws -> Int {
        let port = await nodes[0].webhookPort() ?? 0
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/webhook")
        request.method = .POST
        let signature = WebhookSignature(of: body, with: secret)
        request.headers = [
            "Content-Type": "application/json", "X-GitHub-Event": event, "X-GitHub-Delivery": id,
            "X-Hub-Signature-256": signature.headerValue,
        ]
        request.body = .bytes(body)
        return Int(try await http.execute(request, timeout: .seconds(10)).status.code)
    }

    /// The stored body of a path of a node, by its API and without asking GitHub; nil where nothing fresh is stored.
    package func stored(_ path: String, on node: Int) async throws -> [UInt8]? {
        let answer = try await get(path, from: node, headers: ["Cache-Control": "only-if-cached"])
        return answer.status == 200 ? answer.body : nil
    }

    /// GETs a path of a node's API over TCP; redirects are not followed.
    package func get(
        _ path: String,
        from node: Int,
        headers: HTTPHeaders = [:],
        timeout: TimeAmount = .seconds(30)
    ) async throws -> (status: Int, headers: HTTPHeaders, body: [UInt8]) {
        let port = await nodes[node].apiPort() ?? 0
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.headers = headers
        return try await answer(to: request, timeout: timeout)
    }

    /// POSTs JSON to a path of a node's API over TCP.
    package func post(
        _ json: [UInt8],
        to path: String,
        of node: Int = 0,
        headers: HTTPHeaders = [:]
    ) async throws -> (status: Int, headers: HTTPHeaders, body: [UInt8]) {
        let port = await nodes[node].apiPort() ?? 0
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .POST
        request.headers = headers
        request.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
        request.body = .bytes(json)
        return try await answer(to: request, timeout: .seconds(30))
    }

    private func answer(
        to request: HTTPClientRequest,
        timeout: TimeAmount
    ) async throws -> (status: Int, headers: HTTPHeaders, body: [UInt8]) {
        let response = try await http.execute(request, timeout: timeout)
        let body = try await response.body.collect(upTo: 64 << 20)
        return (Int(response.status.code), response.headers, Array(buffer: body))
    }
}
