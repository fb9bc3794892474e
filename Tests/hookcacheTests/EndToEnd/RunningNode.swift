import Foundation
import Testing

@testable import hookcache

/// `hookcache serve` as a process of its own, on ports that the system picks, its data in a folder.
final class RunningNode: Sendable {
    /// The secret that deliveries are signed with.
    static let secret = "a secret of the tests"

    /// It ended where it should have started.
    struct Ended: Error, CustomStringConvertible {
        let status: Int32
        let log: String

        var description: String { "the node ended with \(self.status):\n\(self.log)" }
    }

    let folder: URL
    /// The settings that it was started with.
    let environment: [String: String]
    private let process: Process
    private let logFile: URL
    /// The addresses that it listens on, by the setting that says so.
    private let addresses: [String: String]

    private init(
        folder: URL,
        environment: [String: String],
        process: Process,
        logFile: URL,
        addresses: [String: String]
    ) {
        self.folder = folder
        self.environment = environment
        self.process = process
        self.logFile = logFile
        self.addresses = addresses
    }

    /// A test that fails leaves no process behind.
    deinit {
        if self.process.isRunning { self.strike() }
    }

    /// Starts one in a folder, with further settings, and waits until it is ready.
    ///
    /// A second one of the same folder goes on with its data. A launcher is a command that runs it and becomes it.
    static func start(
        in folder: URL,
        _ environment: [String: String] = [:],
        launcher: [String] = []
    ) async throws -> RunningNode {
        let defaults = [
            "CACHE_DIR": folder.appending(path: "data").path, "CACHE_API_LISTEN": "127.0.0.1:0",
            "CACHE_WEBHOOK_LISTEN": "127.0.0.1:0", "CACHE_LISTEN_PORT": "0", "LOG_FORMAT": "json",
            "WEBHOOK_SECRET": Self.secret,
        ]
        let environment = Program.environment(home: folder).merging(defaults) { $1 }.merging(environment) { $1 }
        let logFile = folder.appending(path: "log-\(UUID().uuidString.prefix(8))")
        try Data().write(to: logFile)
        let process = Process()
        let command = launcher + [Program.executable.path, "serve"]
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = environment
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: logFile)
        try process.run()
        do {
            let addresses = try await eventually("the node listens") { () -> [String: String]? in
                let lines = Self.lines(of: logFile)
                guard process.isRunning else { throw try Ended(process, log: logFile) }
                let listening = lines.filter { $0["message"]?.string == "listening" }
                var addresses: [String: String] = [:]
                for line in listening { addresses[line["key"]?.string ?? ""] = line["address"]?.string }
                let mesh = lines.last { $0["message"]?.string == "The mesh listens" }
                addresses["CACHE_LISTEN_PORT"] = mesh?["addresses"]?.string
                let wanted = environment["WEBHOOK_SECRET"] == "" ? 3 : 4
                return addresses.count == wanted ? addresses : nil
            }
            let node = RunningNode(
                folder: folder,
                environment: environment,
                process: process,
                logFile: logFile,
                addresses: addresses
            )
            try await eventually("the node is ready") { try await node.isReady() }
            return node
        } catch {
            Foundation.kill(process.processIdentifier, SIGKILL)
            throw error
        }
    }

    /// Starts one, works with it, and stops it in order.
    static func with<Result>(
        in folder: URL,
        _ environment: [String: String] = [:],
        launcher: [String] = [],
        _ work: (RunningNode) async throws -> Result
    ) async throws -> Result {
        let node = try await Self.start(in: folder, environment, launcher: launcher)
        do {
            let result = try await work(node)
            #expect(try await node.stop() == 0)
            return result
        } catch {
            node.strike()
            throw error
        }
    }

    // MARK: Its end

    /// Kills it with SIGKILL and does not wait.
    func strike() {
        Foundation.kill(self.process.processIdentifier, SIGKILL)
    }

    /// Asks it with SIGTERM to end, waits, and gives its exit code.
    func stop() async throws -> Int32 {
        Foundation.kill(self.process.processIdentifier, SIGTERM)
        return try await self.end()
    }

    /// Waits for its end and gives the exit code, or the signal that ended it.
    func end() async throws -> Int32 {
        try await eventually("the node ends") { !self.process.isRunning }
        return self.process.terminationStatus
    }

    /// Whether it still runs.
    var isRunning: Bool { self.process.isRunning }

    // MARK: Where it is

    /// Its API, without a slash at the end.
    var apiURL: String { "http://\(self.addresses["CACHE_API_LISTEN"] ?? "")" }

    /// Where deliveries go.
    var webhookURL: String { "http://\(self.addresses["CACHE_WEBHOOK_LISTEN"] ?? "")/webhook" }

    /// A TCP port that it listens on.
    func port(_ key: String) throws -> Int {
        let address = try #require(self.addresses[key])
        if key == "CACHE_LISTEN_PORT" {
            // /ip4/127.0.0.1/tcp/PORT, with or without the peer's name
            return try #require(address.split(separator: "/").dropFirst(3).first.flatMap { Int($0) })
        }
        return try #require(address.split(separator: ":").last.flatMap { Int($0) })
    }

    /// Its folder of data.
    var directory: String { self.environment["CACHE_DIR"] ?? "" }

    /// The way of the commands to it.
    var control: ControlClient { ControlClient(socket: self.directory + "/hookcache.sock") }

    /// What it logged.
    var log: [JSONValue] { Self.lines(of: self.logFile) }

    private static func lines(of file: URL) -> [JSONValue] {
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { JSONValue($0.utf8) }
    }
}

extension RunningNode.Ended {
    fileprivate init(_ process: Process, log: URL) throws {
        self.init(status: process.terminationStatus, log: try String(contentsOf: log, encoding: .utf8))
    }
}
