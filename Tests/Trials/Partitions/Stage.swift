import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import Logging
import ServiceLifecycle

/// A simulated GitHub, three hosts with a node each, and a repository for each node to hear of first.
struct Stage: Sendable {
    /// The nodes' own token at GitHub.
    static let token = "ghp_trialNode"
    /// The repositories: a node's webhook hears of the one with its place, and of no other.
    static let repositories = (0..<Cables.hosts).compactMap {
        RepositoryName("octo-trial/\(Cables.name($0).lowercased())")
    }

    let github: SimulatedGitHubServer
    let nodes: [ServedNode]
    let cables: Cables

    /// Sets it, does the work, and clears it away.
    static func with<Result: Sendable>(
        root: URL,
        _ work: @Sendable @escaping (Stage) async throws -> Result
    ) async throws -> Result {
        var logger = Logger(label: "trial")
        logger.logLevel = .critical
        // Nobody else is in this network: its ports are free.
        let github = SimulatedGitHubServer(.init(port: ServedNode.gitHubPort), logger: logger)
        let world = ServiceGroup(services: [github], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await world.run() }
            for repository in Self.repositories { try await github.createRepository(repository) }
            await github.createToken(Self.token, grants: Self.repositories.map { .admin($0) })
            _ = try await github.url()
            // GitHub's API for the relays in the hosts, and their webhook listeners for GitHub.
            var ways = [ServedNode.gitHubSocket(in: root), "\(ServedNode.gitHubPort)"]
            for host in 0..<Cables.hosts {
                ways += ["\(Self.hookPort(host))", ServedNode.hookSocket(host, in: root)]
            }
            group.addTask { [ways] in try await Relay.run(ways) }
            let cables = try Cables()
            let peers = try (0..<Cables.hosts).map { try ServedNode.peerID($0, in: root) }
            let nodes = try (0..<Cables.hosts).map { try ServedNode(host: $0, peers: peers, in: root) }
            defer { for node in nodes { node.stop() } }
            let stage = Stage(github: github, nodes: nodes, cables: cables)
            try await stage.open()
            let result = try await work(stage)
            group.cancelAll()
            return result
        }
    }

    /// Where GitHub delivers what a host is to hear.
    private static func hookPort(_ host: Int) -> Int { ServedNode.gitHubPort + 1 + host }

    /// Registers each repository's webhook through its node, and lets every node read and follow each repository.
    private func open() async throws {
        for node in self.nodes {
            try await eventually("node \(Cables.name(node.host)) answers") {
                try await node.get("/readyz").status == 200
            }
        }
        for (node, repository) in zip(self.nodes, Self.repositories) {
            let url = "http://127.0.0.1:\(Self.hookPort(node.host))/webhook"
            let hook = #"{"scope":"\#(repository)","url":"\#(url)"}"#
            let answer = try await node.post(hook, to: "hooks")
            guard answer.status == 200 else {
                throw ServedNode.Impatient(description: "no hook: \(String(decoding: answer.body, as: UTF8.self))")
            }
        }
        for node in self.nodes {
            for repository in Self.repositories {
                let path = "/repos/\(repository)/actions/runs"
                try await eventually("\(path) is read through \(Cables.name(node.host))") {
                    try await node.get(path, mayFetch: true).status == 200
                }
            }
        }
        try await self.meet()
    }

    /// Waits until every node is connected with the others of its side.
    func meet(within patience: Duration = .seconds(60), _ cut: Cables.Cut? = nil) async throws {
        for node in self.nodes {
            let side = cut?.side(of: node.host)
            let others = self.nodes.count { cut?.side(of: $0.host) == side } - 1
            try await eventually("\(Cables.name(node.host)) is connected with \(others) others", within: patience) {
                try await node.connectedPeers() == others
            }
        }
    }
}
