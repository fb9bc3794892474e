import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Testing

/// A GitHub with something to see, a node before it, and `gh` twice: straight to the one, and through the other.
struct GitHubCLIStage: Sendable {
    /// The repositories there are, alike but for who may see them.
    enum Place: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case open = "octo-tools/open-ci"
        case closed = "octo-tools/closed-ci"

        var testDescription: String { self == .open ? "public" : "private" }
    }

    /// What there is in a repository.
    struct Facts: Sendable {
        /// A run that went well, on the branch of a pull request.
        var good: Int64 = 0
        /// A run of which a job failed, with annotations and artifacts.
        var bad: Int64 = 0
        /// A run whose jobs are running.
        var busy: Int64 = 0
        /// A run without jobs: its workflow file was broken.
        var broken: Int64 = 0
    }

    let fleet: Fleet
    let place: Place
    let facts: Facts
    /// `gh` as it speaks to GitHub itself.
    let direct: GitHubCLI
    /// `gh` as it speaks to the node.
    let through: GitHubCLI

    private static let storage = "https://productionresultssa0.blob.core.windows.net"

    /// Sets it up, does something with it and takes it down; deliveries reach the node where it has a webhook.
    static func with(
        _ place: Place,
        hasWebhook: Bool = false,
        _ work: @Sendable @escaping (GitHubCLIStage) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gh-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let socket = folder.appending(path: "github.sock").path
        let github = SimulatedGitHubServer.Configuration(
            github: .init(storageURL: self.storage),
            publicURL: "https://api.github.com",
            socketPath: socket
        )
        try await Fleet.with(nodes: 1, github: github) { _, settings in
            settings.api.hosts = ["api.github.com"]
        } _: { fleet in
            let repository = try #require(RepositoryName(place.rawValue))
            let facts = try await fleet.github.perform { (github, now) throws(SimulatedGitHub.Misuse) in
                try Self.furnish(&github, repository, isPrivate: place == .closed, now)
            }
            await fleet.github.createToken(
                "gho_reader",
                login: "hubot",
                grants: [.init(.write, to: .repository(repository))],
                scopes: ["repo", "workflow", "read:org", "gist"]
            )
            let nodeSocket = fleet.nodes[0].settings.api.socket
            try await fleet.eventually("the socket is there") { FileManager.default.fileExists(atPath: nodeSocket) }
            if hasWebhook {
                try await fleet.eventually("the node takes deliveries") { await fleet.nodes[0].webhookPort() != nil }
                try await fleet.github.createHook(
                    in: .repository(repository),
                    url: "http://127.0.0.1:\(await fleet.nodes[0].webhookPort() ?? 0)/webhook",
                    secret: Fleet.secret
                )
                await fleet.github.settle()
            }
            let (token, name) = ("gho_reader", place.rawValue)
            try await work(
                GitHubCLIStage(
                    fleet: fleet,
                    place: place,
                    facts: facts,
                    direct: .init(socket: socket, in: folder, named: "direct", token: token, repository: name),
                    through: .init(socket: nodeSocket, in: folder, named: "node", token: token, repository: name)
                )
            )
        }
    }

    /// All of it happened seven weeks ago, so that what `gh` says of its age does not change while it is compared.
    private static func furnish(
        _ github: inout SimulatedGitHub,
        _ name: RepositoryName,
        isPrivate: Bool,
        _ now: Timestamp
    ) throws(SimulatedGitHub.Misuse) -> Facts {
        var time = now.advanced(bySeconds: -49 * 86_400)
        var facts = Facts()
        github.createAccount("octocat", at: time)
        try github.createRepository(
            name,
            isPrivate: isPrivate,
            description: "Says hello, ünïcödé & \"quotes\"",
            topics: ["ci", "hello"],
            at: time
        )
        let inputs = [SimulatedGitHub.WorkflowInput("name", isRequired: true), .init("greeting", fallback: "hello")]
        try github.createWorkflow("ci.yml", in: name, at: time)
        try github.createWorkflow("greet.yml", name: "Greet somebody", inputs: inputs, in: name, at: time)
        for number in 1...9 {
            let plan = SimulatedGitHub.RunPlan(
                name,
                workflow: number % 3 == 0 ? "greet.yml" : "ci.yml",
                title: "Run \(number)"
            )
            let run = try github.startRun(plan, at: time)
            time = time.advanced(bySeconds: 65)
            try github.finish(run: run, at: time)
        }
        try github.openPullRequest("topic", in: name)
        let jobs: [SimulatedGitHub.JobPlan] = ["build", .init("test (ubuntu, 1)", conclusion: .failure)]
        facts.good = try github.startRun(.init(name, branch: "topic", title: "Make it right"), at: time)
        facts.bad = try github.startRun(
            .init(name, branch: "topic", actor: "monalisa", title: "Try it", jobs: jobs),
            at: time
        )
        facts.broken = try github.startRun(.init(name, opening: .startupFailure), at: time)
        time = time.advanced(bySeconds: 90)
        try github.finish(run: facts.good, at: time)
        try github.finish(run: facts.bad, at: time)
        let failed = github.jobs(ofRun: facts.bad)[1].id
        try github.annotate(job: failed, .init(.failure, "Process completed with exit code 1.", line: 12))
        try github.annotate(job: failed, .init(.warning, "Node 16 is old.", path: "src/a.js", line: 3))
        let files = [
            (path: "bin/tool", content: Array("#!/bin/sh\n".utf8)), (path: "a b.txt", content: Array("ü\n".utf8)),
        ]
        try github.createArtifact("tools", run: facts.bad, files: files, at: time)
        try github.createArtifact("report", run: facts.bad, at: time)
        let old = try github.createArtifact("old", run: facts.bad, at: time)
        try github.expire(artifact: old.id)
        facts.busy = try github.startRun(.init(name, title: "Still going"), at: time)
        try github.advance(run: facts.busy, at: time.advanced(bySeconds: 2))
        try github.setEnabled(false, workflow: "old.yml", in: name, at: time)
        return facts
    }

    /// What GitHub and its storage were asked for while something was done.
    func asked(_ work: () async throws -> Void) async throws -> [String] {
        let before = await fleet.github.statistics
        try await work()
        let after = await fleet.github.statistics
        let targets = await fleet.github.calls.entries.suffix(after.requests - before.requests).map {
            "\($0.method) \($0.target)"
        }
        let files = after.storage.requests - before.storage.requests
        return targets + [String](repeating: "a file", count: files)
    }

    /// Runs a command straight and through the node, compares all that it did, and gives it.
    @discardableResult
    func compare(_ arguments: String..., asTerminal: Bool = false) async throws -> GitHubCLI.Outcome {
        try await self.compare(arguments, asTerminal: asTerminal)
    }

    /// The same, with the arguments in a list.
    @discardableResult
    func compare(_ arguments: [String], asTerminal: Bool = false) async throws -> GitHubCLI.Outcome {
        let direct = try await self.direct.run(arguments, asTerminal: asTerminal)
        let through = try await self.through.run(arguments, asTerminal: asTerminal)
        #expect(through == direct, "\(arguments)")
        return direct
    }

    /// Compares a command that reads, as a program and as a person sees it, and then expects that the node can answer
    /// it again without asking GitHub for anything but what is never kept.
    func compareTwice(
        _ arguments: String...,
        status: Int32 = 0,
        saying words: String,
        costs: [String] = []
    ) async throws {
        var (direct, first) = (GitHubCLI.Outcome(), GitHubCLI.Outcome())
        let straight = try await self.asked { direct = try await self.direct.run(arguments) }
        let once = try await self.asked { first = try await self.through.run(arguments) }
        #expect(first == direct, "\(arguments)")
        #expect(direct.status == status, "\(direct)")
        #expect(!straight.isEmpty)
        #expect(once.count <= straight.count, "\(arguments): \(once)")
        let terminal = try await self.compare(arguments, asTerminal: true)
        let all = direct.output + direct.error + terminal.output + terminal.error
        #expect(all.contains(words), "\(arguments): \(all)")
        let asked = try await self.asked {
            let again = try await self.through.run(arguments)
            #expect(again == direct)
            let shown = try await self.through.run(arguments, asTerminal: true)
            #expect(shown == terminal)
        }
        #expect(asked.sorted() == (costs + costs).sorted(), "\(arguments)")
    }
}
