import Foundation
import GitHubSimulator

/// The cuts, one after the other.
enum Trial {
    /// How long a cut lasts, and what it does to connections.
    enum Manner: String {
        /// Packets are lost for a moment; connections outlive it.
        case brief
        /// Connections that cross it break.
        case broken
        /// Packets are lost until the nodes have given each other up.
        case noticed

        /// Every tenth cut is a long one, the others take turns.
        static func of(_ number: Int) -> Self { number % 10 == 9 ? .noticed : number / 4 % 2 == 0 ? .broken : .brief }
    }

    /// What came of it.
    struct Verdict {
        var cuts = 0
        /// What was not shown everywhere in time.
        var lost: [String] = []
        var stepsBack: [String] = []
        var answers = 0
        /// From each healing to the moment when all showed the same, in seconds.
        var healing: [Double] = []
        var upstreamCalls = 0

        var isGood: Bool { self.lost.isEmpty && self.stepsBack.isEmpty && self.answers > 0 }

        var summary: String {
            let sorted = self.healing.sorted()
            let times =
                sorted.isEmpty
                ? ""
                : String(
                    format: ", after %.1f s (median) and %.1f s (most)",
                    sorted[sorted.count / 2],
                    sorted[sorted.count - 1]
                )
            var lines = [
                "\(self.cuts) cuts, \(self.healing.count) times all nodes agreed with GitHub again\(times)",
                "\(self.answers) states read meanwhile, \(self.stepsBack.count) steps back, \(self.lost.count) states lost",
                "counted calls to GitHub by the three nodes: \(self.upstreamCalls)",
            ]
            lines += self.stepsBack.prefix(10).map { "step back: \($0)" } + self.lost.prefix(20).map { "lost: \($0)" }
            return lines.joined(separator: "\n")
        }
    }

    static func run(_ options: Options) async throws -> Verdict {
        let root = FileManager.default.temporaryDirectory.appending(path: "partitions-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer {
            if options.keepsLogs {
                say("the nodes' logs are in \(root.path)")
            } else {
                try? FileManager.default.removeItem(at: root)
            }
        }
        return try await Stage.with(root: root) { stage in
            let readers = stage.nodes.map(Reader.init)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                for reader in readers { group.addTask { await reader.run() } }
                var verdict = try await Self.cutAndHeal(stage, readers, options)
                group.cancelAll()
                verdict.stepsBack = readers.flatMap(\.stepsBack)
                verdict.answers = readers.reduce(0) { $0 + $1.answers }
                return verdict
            }
        }
    }

    private static func cutAndHeal(_ stage: Stage, _ readers: [Reader], _ options: Options) async throws -> Verdict {
        var verdict = Verdict()
        var truth = Truth(stage.github)
        try await truth.goOn()
        let start = try await Self.agree(stage, await truth.state(), within: options.patience)
        verdict.lost += start
        say("three nodes, before the first cut: \(start.isEmpty ? "all agree" : "\(start.count) states are missing")")
        let calls = await stage.github.statistics.counted
        for number in 0..<options.cuts {
            let cut = Cables.Cut.allCases[number % Cables.Cut.allCases.count]
            let manner = Manner.of(number)
            try stage.cables.cut(cut)
            if manner == .broken { try stage.cables.breakConnections(across: cut) }
            try await truth.goOn()
            for reader in readers { reader.watch(await truth.youngest().keys.sorted()) }
            if manner != .brief { try await stage.meet(cut) }
            try await truth.goOn()
            for reader in readers { reader.watch(await truth.youngest().keys.sorted()) }
            let behind = try await Self.missing(stage, await truth.youngest()).count
            let before = try stage.cables.bytesSent()
            try stage.cables.heal()
            let healed = ContinuousClock.now
            let late = try await Self.agree(stage, await truth.youngest(), within: options.patience)
            let seconds = (ContinuousClock.now - healed) / .seconds(1)
            // What was shown before must still be there; to ask for all of it takes its time.
            let all = await truth.state()
            let lost = late.isEmpty ? try await Self.agree(stage, all, within: options.patience) : late
            let sent = try stage.cables.bytesSent() - before
            verdict.cuts += 1
            if lost.isEmpty { verdict.healing.append(seconds) }
            verdict.lost += lost
            let outcome = lost.isEmpty ? String(format: "agreed after %.1f s", seconds) : "\(lost.count) states lost"
            say(
                "cut \(number + 1): \(cut), \(manner.rawValue): \(behind) states behind, \(outcome), \(sent / 1024) KiB sent"
            )
        }
        verdict.upstreamCalls = await stage.github.statistics.counted - calls
        return verdict
    }

    /// Waits until every node shows what is so at GitHub; gives what is still missing when patience ends.
    private static func agree(
        _ stage: Stage,
        _ state: [Subject: Sight],
        within patience: Duration
    ) async throws -> [String] {
        let deadline = ContinuousClock.now + patience
        var missing = try await Self.missing(stage, state)
        while !missing.isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
            missing = try await Self.missing(stage, state)
        }
        return missing
    }

    private static func missing(_ stage: Stage, _ state: [Subject: Sight]) async throws -> [String] {
        var missing: [String] = []
        for node in stage.nodes { missing += try await Truth.missing(of: state, at: node) }
        return missing
    }
}
