import CacheNode
import Foundation
import GitHubCore
import HookCacheKit
import LibP2P
import Logging
import Synchronization

/// Some of the nodes, in a process of their own, which does as it is told on its standard input.
final class Crew: Sendable {
    /// The secret that deliveries are signed with.
    static let secret = "a secret of the fleet"
    /// The nodes' own token at GitHub.
    static let token = "node-token"

    private struct Member {
        let node: HookCacheNode
        let life: Task<Void, Never>
    }

    private let folder: String
    private let gitHub: String
    private let members: [String]
    private let nodes = Mutex<[Int: Member]>([:])

    init(folder: String, gitHub: String, members: [String]) {
        self.folder = folder
        self.gitHub = gitHub
        self.members = members
    }

    /// Works until its input ends.
    func run() async {
        let (lines, input) = AsyncStream<String>.makeStream()
        Thread.detachNewThread {
            while let line = readLine() { input.yield(line) }
            input.finish()
        }
        for await line in lines {
            let words = line.split(separator: " ").map(String.init)
            do {
                try await self.perform(words)
            } catch {
                self.say("failed", "\(words.first ?? "") \(error)".replacing("\n", with: " "))
            }
        }
        for member in self.nodes.withLock({ $0.values.map(\.life) }) { member.cancel() }
    }

    private func perform(_ words: [String]) async throws {
        let number = words.count > 1 ? Int(words[1]) ?? 0 : 0
        switch words.first {
        case "start": try await self.start(number, bootstrap: words.count > 2 ? [words[2]] : [])
        case "read":
            for (index, node) in self.living { self.say("read", index, try await node.read(words[1]).status) }
        case "look":
            for (index, node) in self.living {
                let gossip = node.gossip
                self.say(
                    "look",
                    index,
                    await node.statistics().connectedPeers,
                    node.followers(of: words[1]),
                    gossip.copies,
                    gossip.messages
                )
            }
        case "kill":
            let member = self.nodes.withLock { $0.removeValue(forKey: number) }
            member?.life.cancel()
            self.say("killed", number)
        case "usage": self.say("usage", Usage.now.words)
        default: self.say("failed", "unknown \(words)")
        }
    }

    private var living: [(Int, HookCacheNode)] {
        self.nodes.withLock { $0.map { ($0.key, $0.value.node) } }.sorted { $0.0 < $1.0 }
    }

    private func start(_ index: Int, bootstrap: [String]) async throws {
        var settings = Settings(directory: "\(self.folder)/\(index)")
        settings.github.apiURL = self.gitHub
        settings.github.token = Settings.Secret(Self.token)
        settings.webhook.secrets = [Settings.Secret(Self.secret)]
        settings.webhook.listen.port = 0
        settings.api.listen.port = 0
        settings.mesh.listen.port = 0
        try settings.mesh.setAllowedPeers(self.members)
        try settings.mesh.setBootstrapPeers(bootstrap)
        var logger = Logger(label: "fleet") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .critical
        let node = try HookCacheNode(settings, logger: logger)
        let life = Task {
            do {
                try await node.run()
            } catch is CancellationError {
            } catch {
                self.say("failed", "node \(index): \(error)")
            }
        }
        self.nodes.withLock { $0[index] = Member(node: node, life: life) }
        guard let address = await node.meshAddresses().first else { return }
        Task { await self.watch(node, index) }
        self.say("started", index, address, await node.webhookPort() ?? 0)
    }

    /// Tells of every run and job that a node shows, and when it began to.
    private func watch(_ node: HookCacheNode, _ index: Int) async {
        for await event in node.node.events() {
            guard case .stored(let path, _, _) = event, let name = path.split(separator: "/").last, Int64(name) != nil
            else { continue }
            guard let answer = try? await node.read(path),
                let object = (try? JSONSlices(answer.body)).flatMap({ try? JSONObject($0) }),
                let status = object.string("status")
            else { continue }
            self.say("saw", index, Moment.now, status, path)
        }
    }

    /// Tells the conductor, in one write.
    private func say(_ words: Any...) {
        let line = words.map { "\($0)" }.joined(separator: " ") + "\n"
        _ = Array(line.utf8).withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}

/// Nanoseconds on a clock that all processes of this machine share.
enum Moment {
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}

/// What a process has used.
struct Usage {
    /// Milliseconds of processors.
    var processor = 0.0
    /// How often its threads fell asleep of themselves: every wakeup is one.
    var sleeps = 0
    /// Memory that is resident, in KiB.
    var memory = 0

    static var now: Usage {
        var used = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &used)
        func milliseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1000 + Double(time.tv_usec) / 1000 }
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return Usage(
            processor: milliseconds(used.ru_utime) + milliseconds(used.ru_stime),
            sleeps: used.ru_nvcsw,
            memory: line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
        )
    }

    var words: String { "\(self.processor) \(self.sleeps) \(self.memory)" }

    init(processor: Double = 0, sleeps: Int = 0, memory: Int = 0) {
        self.processor = processor
        self.sleeps = sleeps
        self.memory = memory
    }

    init?(words: some Collection<Substring>) {
        let words = Array(words)
        guard words.count == 3, let processor = Double(words[0]), let sleeps = Int(words[1]), let memory = Int(words[2])
        else { return nil }
        self.init(processor: processor, sleeps: sleeps, memory: memory)
    }

    static func + (one: Usage, other: Usage) -> Usage {
        Usage(
            processor: one.processor + other.processor,
            sleeps: one.sleeps + other.sleeps,
            memory: one.memory + other.memory
        )
    }

    static func - (one: Usage, other: Usage) -> Usage {
        Usage(processor: one.processor - other.processor, sleeps: one.sleeps - other.sleeps, memory: one.memory)
    }
}
