import ArgumentParser
import GitHubSimulatorCore
import HookCacheKit
import Logging
import ServiceLifecycle
import UnixSignals

/// `hookcache demo`: the main job, with no account and no network.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the main job: a simulated GitHub, three nodes on loopback, one webhook.",
        discussion: """
            Workflow runs happen at the simulated GitHub, which signs and sends a delivery for each event to one node. \
            Each event is read back through every node, and the calls to GitHub are counted beside what polling would \
            have taken. It exits 0 only if every event arrived everywhere.
            """
    )

    @Flag(help: "Leave it running, with a new workflow run every few seconds, until interrupted.")
    var serve = false

    @Option(
        help: ArgumentHelp(
            "What the nodes log: trace, debug, info, notice, warning, error or critical. (default: critical)",
            valueName: "level"
        ),
        transform: Self.level
    )
    var logLevel = Logger.Level.critical

    @OptionGroup var output: OutputOptions

    func run() async throws {
        var logger = Logger(label: "demo") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = self.logLevel
        let isComplete: Bool
        do {
            isComplete = try await DemoStage.with(logger: logger) { stage in
                let report = try await self.perform(on: stage)
                if self.serve { try await self.goOn(stage) }
                return report.isComplete
            }
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError.failed("\(error)")
        }
        if !isComplete { throw ExitCode.failure }
    }

    private func perform(on stage: DemoStage) async throws -> DemoReport {
        var report = DemoReport()
        for (node, (name, reader)) in zip(stage.nodes, zip(DemoStage.names, stage.readers)) {
            let peerID = try NodeIdentity.peerID(inDirectory: node.settings.storage.directory)
            report.nodes.append(.init(name: name, peerID: peerID, apiURL: reader.apiURL))
        }
        let style = Terminal.output.style
        self.say(report.opening(githubURL: stage.githubURL, repository: DemoStage.repository, style))
        self.say(report.header(style))
        let before = await stage.calls()
        var events: [DemoReport.Event] = []
        let tell = { (event: DemoReport.Event) in
            events.append(event)
            self.say(DemoReport.row(event, style))
        }
        let first = try await stage.play.play(.init(stage.play.repository), tell: tell)
        let plan = SimulatedGitHub.RunPlan(
            stage.play.repository,
            branch: "topic",
            jobs: ["build", .init("test", conclusion: .failure)]
        )
        let second = try await stage.play.play(plan, tell: tell)
        try await stage.play.playAgain(first, tell: tell)
        report.events = events
        report.staleLists = try await stage.play.staleLists(ofRuns: [first, second])
        report.calls = .init(before: before, during: await stage.calls() - before)
        self.say("\n" + report.summary(style))
        if self.output.json || !self.output.fields.isEmpty { self.output.print(object: report.json, columns: []) }
        return report
    }

    /// Keeps the stage, with a run now and then, until the process is told to end.
    private func goOn(_ stage: DemoStage) async throws {
        self.say("\nIt goes on until you interrupt it. Try, in another shell:\n")
        for (node, (name, reader)) in zip(stage.nodes, zip(DemoStage.names, stage.readers)) {
            self.say("  # node \(name)\n")
            self.say("  curl -i \(reader.apiURL)/repos/\(DemoStage.repository)/actions/runs\n")
            self.say("  hookcache stats --socket \(node.settings.api.socket)\n")
        }
        if let node = stage.nodes.first {
            self.say("  # what happens, live\n")
            self.say("  hookcache runs \(DemoStage.repository) --watch --socket \(node.settings.api.socket)\n")
        }
        self.say("\n")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(5))
                    let style = Terminal.output.style
                    _ = try await stage.play.play(.init(stage.play.repository)) { self.say(DemoReport.row($0, style)) }
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Speaks to people alone.
    private func say(_ text: String) {
        if !self.output.json, self.output.fields.isEmpty { Terminal.output.write(text) }
    }

    private static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else { throw ValidationError("\(text) is no log level") }
        return level
    }
}
