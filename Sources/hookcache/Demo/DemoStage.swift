import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Logging
import ServiceLifecycle

/// A simulated GitHub and three real nodes on loopback, joined over libp2p, in folders that vanish afterwards.
struct DemoStage: Sendable {
    static let names = ["A", "B", "C"]
    static let repository = "octo-org/app"
    /// Quicker than jobs are in life, and slow enough that nothing is batched.
    private static let pace = Duration.milliseconds(400)
    /// The nodes' own credential.
    private static let token = "ghp_demoNode"

    let github: SimulatedGitHubServer
    let githubURL: String
    let nodes: [HookCacheNode]
    let readers: [DemoReader]
    let play: DemoPlay

    /// Sets the stage, does the work and clears it away.
    static func with<Result: Sendable>(
        logger: Logger,
        _ work: @Sendable (DemoStage) async throws -> Result
    ) async throws -> Result {
        let root = FileManager.default.temporaryDirectory.appending(
            path: "hookcache-demo-\(UUID().uuidString.prefix(8))"
        )
        defer { try? FileManager.default.removeItem(at: root) }
        let github = SimulatedGitHubServer(logger: logger)
        let world = ServiceGroup(services: [github], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await world.run() }
            let url = try await github.url()
            let settings = try Self.settings(in: root.path, githubURL: url)
            var nodes: [HookCacheNode] = []
            var lives = [world]
            for var settings in settings {
                // A later node dials those before it.
                var addresses: [String] = []
                for node in nodes { addresses += await node.meshAddresses() }
                try settings.mesh.setBootstrapPeers(addresses)
                let node = try HookCacheNode(settings, logger: logger)
                let life = ServiceGroup(services: [node], logger: logger)
                lives.append(life)
                group.addTask { try await life.run() }
                guard await node.apiPort() != nil else {
                    try await group.next()
                    throw CommandError.failed("a node ended as it started")
                }
                nodes.append(node)
            }
            let stage = try await Self.open(github, url, nodes)
            let result = try await work(stage)
            for life in lives.reversed() { await life.triggerGracefulShutdown() }
            try await group.waitForAll()
            return result
        }
    }

    /// The nodes' settings, each with a folder of its own and all three as members.
    private static func settings(in root: String, githubURL: String) throws -> [Settings] {
        let folders = Self.names.map { "\(root)/\($0)" }
        let members = try folders.map { try NodeIdentity.peerID(inDirectory: $0) }
        return try folders.map { folder in
            var settings = Settings(directory: folder)
            settings.github.apiURL = githubURL
            settings.github.token = Settings.Secret(Self.token)
            settings.api.listen.port = 0
            settings.webhook.listen.port = 0
            // With a secret the webhook listener has a port before GitHub is told of it.
            settings.webhook.secrets = [Settings.Secret(UUID().uuidString)]
            settings.mesh.listen.port = 0
            try settings.mesh.setAllowedPeers(members)
            return settings
        }
    }

    /// Creates the repository, registers the webhook through the first node, and reads once through each.
    private static func open(
        _ github: SimulatedGitHubServer,
        _ url: String,
        _ nodes: [HookCacheNode]
    ) async throws -> DemoStage {
        guard let repository = RepositoryName(Self.repository), let webhookPort = await nodes[0].webhookPort() else {
            throw CommandError.failed("the webhook listener did not start")
        }
        try await github.createRepository(repository)
        await github.createToken(Self.token, grants: [.admin(repository)])
        await github.createToken(DemoReader.token, login: "hubot", grants: [.read(repository)])
        try await Self.meet(nodes)

        let hook = try await ControlClient(socket: nodes[0].settings.api.socket).request(
            .post,
            "hooks",
            body: .object([
                "scope": .string(Self.repository), "url": .string("http://127.0.0.1:\(webhookPort)/webhook"),
            ])
        ).json()
        guard case .integer(let hookID)? = hook["id"] else { throw CommandError.failed("the hook has no id") }

        var readers: [DemoReader] = []
        for node in nodes {
            let reader = DemoReader(apiURL: "http://127.0.0.1:\(await node.apiPort() ?? 0)", githubURL: url)
            // What was read is followed: from now on each node hears of this repository.
            guard try await reader.read("/repos/\(Self.repository)/actions/runs", mayFetch: true) != nil else {
                throw CommandError.failed("a first read through a node failed")
            }
            readers.append(reader)
        }
        let play = DemoPlay(github: github, repository: repository, hookID: hookID, readers: readers, pace: Self.pace)
        return DemoStage(github: github, githubURL: url, nodes: nodes, readers: readers, play: play)
    }

    /// Waits until every node is connected to every other.
    private static func meet(_ nodes: [HookCacheNode]) async throws {
        let deadline = ContinuousClock.now + DemoReader.patience
        for node in nodes {
            while await node.statistics().connectedPeers < nodes.count - 1 {
                guard ContinuousClock.now < deadline else {
                    throw CommandError.failed("the nodes did not find each other")
                }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    /// Calls to GitHub that counted, of all nodes together.
    func calls() async -> Int {
        var sum = 0
        for node in self.nodes { sum += await node.statistics().apiCallsMade }
        return sum
    }
}
