import Foundation

/// The built program, run as a user runs it.
struct Program {
    struct Outcome {
        var status: Int32
        var output: String
        var error: String
    }

    /// The executable beside the tests.
    static let executable: URL = {
        let arguments = ProcessInfo.processInfo.arguments
        let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
        return URL(filePath: bundle).deletingLastPathComponent().appending(path: "hookcache")
    }()

    /// Runs it to its end, in an empty folder and an environment of its own.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        try await self.start(arguments, environment: environment) { _ in }
    }

    /// Starts it, does something with the running process, and waits for its end.
    static func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        _ work: (Process) async throws -> Void
    ) async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.environment = ["HOME": folder.path, "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
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
