import Foundation
import Testing

/// The script that sets `InteropPeer` against nodes of other implementations.
enum InteropScript {
    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Whether `Tests/Interop/install` has put the other implementations in their place.
    static let isReady = ["venv/bin/python", "p2pd"].allSatisfy { name in
        FileManager.default.isExecutableFile(atPath: checkout.appending(path: ".build-interop/\(name)").path)
    }
    static let absence: Comment = "the interop peers are not installed; run Tests/Interop/install"

    /// Runs it with some of the implementations, named between commas: what it printed, and its exit status.
    static func run(peers: String) async throws -> (lines: [Substring], status: Int32) {
        let arguments = ProcessInfo.processInfo.arguments
        let tests = URL(filePath: arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0])
        let process = Process()
        process.executableURL = self.checkout.appending(path: "Tests/Interop/run")
        process.arguments = [tests.deletingLastPathComponent().appending(path: "InteropPeer").path, "--peers", peers]
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let printed = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let data = output.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
        return (printed.split(separator: "\n"), process.terminationStatus)
    }
}
