import Foundation

/// The built program, run as a user runs it.
struct Program {
    struct Outcome {
        var status: Int32
        var output: String
        var error: String
    }

    /// How long a command may take before it is ended.
    static let patience = Duration.seconds(240)

    /// The executable beside the tests.
    static let executable: URL = {
        let arguments = ProcessInfo.processInfo.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        return URL(filePath: bundle).deletingLastPathComponent().appending(path: "hookcache")
    }()

    /// Runs it, or another program, to its end: in a folder that holds nothing but these files and in an environment of
    /// its own.
    static func run(
        _ arguments: [String],
        of executable: URL = Program.executable,
        environment: [String: String] = [:],
        files: [String: String] = [:]
    ) async throws -> Outcome {
        try await self.start(arguments, of: executable, environment: environment, files: files) { _ in }
    }

    /// Starts it, does something with the running process, and waits for its end.
    static func start(
        _ arguments: [String],
        of executable: URL = Program.executable,
        environment: [String: String] = [:],
        files: [String: String] = [:],
        _ work: (Process) async throws -> Void
    ) async throws -> Outcome {
        try await TemporaryFolder.with { folder in
            for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
            let process = Process()
            process.executableURL = executable
            process.arguments = arguments
            process.environment = Self.environment(home: folder).merging(environment) { $1 }
            process.currentDirectoryURL = folder
            // Files, for a pipe that nobody reads would stop the process.
            let output = folder.appending(path: "out")
            let error = folder.appending(path: "err")
            for file in [output, error] { try Data().write(to: file) }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: error)
            let (ended, end) = AsyncStream<Void>.makeStream()
            process.terminationHandler = { _ in end.finish() }
            try process.run()
            let watchdog = Task {
                try await Task.sleep(for: Self.patience)
                kill(process.processIdentifier, SIGKILL)
            }
            defer { watchdog.cancel() }
            do {
                try await work(process)
            } catch {
                process.terminate()
                throw error
            }
            for await _ in ended {}
            return Outcome(
                status: process.terminationStatus,
                output: try String(contentsOf: output, encoding: .utf8),
                error: try String(contentsOf: error, encoding: .utf8)
            )
        }
    }

    /// The environment that a program begins with.
    static func environment(home: URL) -> [String: String] {
        ["HOME": home.path, "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    }
}

/// A folder that is there while something is done in it.
enum TemporaryFolder {
    /// Makes one, with a path that is short enough for a socket in it, and removes it afterwards.
    static func with<Result>(_ work: (URL) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hookcache-\(UUID().uuidString.prefix(13))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await work(folder)
    }
}
