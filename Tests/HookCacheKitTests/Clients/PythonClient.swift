import Foundation
import Testing

/// A client of GitHub from PyPI, walked by a script of `Tests/Clients`.
enum PythonClient: String, CaseIterable, CustomTestStringConvertible {
    case pygithub
    case githubkit
    case ghapi

    var testDescription: String { self.rawValue }

    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let python = checkout.appending(path: ".build-clients/venv/bin/python")

    /// Whether `Tests/Clients/install` has put the clients in their place.
    static let areInstalled = FileManager.default.isExecutableFile(atPath: python.path)
    static let absence: Comment = "the clients are not installed; run Tests/Clients/install"

    /// What a walk is told: where, as whom, and what.
    struct Walk {
        var api: String
        var token: String
        var adminToken: String
        var repository: String
        /// Whether the client is set up not to ask for revalidation.
        var mayBeCached = true
    }

    /// A walk went wrong.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Walks, and gives the lines that it printed.
    func walk(_ walk: Walk) async throws -> [String] {
        let process = Process()
        process.executableURL = Self.python
        process.arguments = ["-B", Self.checkout.appending(path: "Tests/Clients/\(self.rawValue)_walk.py").path]
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": FileManager.default.temporaryDirectory.path, "API_URL": walk.api,
            "API_TOKEN": walk.token, "API_ADMIN_TOKEN": walk.adminToken, "API_REPOSITORY": walk.repository,
            "API_MAY_BE_CACHED": walk.mayBeCached ? "yes" : "",
        ]
        let (output, error) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = error
        let (ended, end) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        // Read while it runs: a full pipe would stop it.
        async let printed = Self.text(of: output)
        async let complaint = Self.text(of: error)
        let watchdog = Task {
            try await Task.sleep(for: .seconds(60))
            process.terminate()
        }
        defer { watchdog.cancel() }
        for await _ in ended {}
        let (text, problem) = await (printed, complaint)
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(self.rawValue) ended with \(process.terminationStatus): \(problem)")
        }
        return text.split(separator: "\n").map { String($0) }
    }

    private static func text(of pipe: Pipe) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let data = pipe.fileHandleForReading.readDataToEndOfFile()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}
