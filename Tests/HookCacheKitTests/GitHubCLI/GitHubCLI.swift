import Foundation
import Testing

/// The stock `gh`, set up to speak over a Unix socket and to know nothing of the user who runs the tests.
struct GitHubCLI: Sendable {
    /// What a command did.
    struct Outcome: Equatable, CustomStringConvertible {
        var status: Int32 = 0
        var printed = Data()
        var complained = Data()
        /// The files that it left in its folder, by their paths there.
        var files: [String: Data] = [:]

        /// What it printed, to read; bytes are compared, for texts are equal too where their bytes are not.
        var output: String { String(decoding: self.printed, as: UTF8.self) }
        /// What it printed as errors, to read.
        var error: String { String(decoding: self.complained, as: UTF8.self) }

        var description: String {
            "ended with \(self.status)\n\(self.output)\n\(self.error)\n\(self.files.keys.sorted())"
        }
    }

    /// The program, or nil where it is not installed.
    static let executable: URL? = ["/usr/bin/gh", "/usr/local/bin/gh"].map { URL(filePath: $0) }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    static let absence: Comment = "gh is not installed"

    /// How long a command may take.
    private static let patience = Duration.seconds(60)

    /// The socket that it speaks to.
    let socket: String
    /// A folder of its own.
    let folder: URL
    /// The credential that it shows.
    let token: String
    /// The repository that it works with.
    let repository: String

    /// One in a new folder.
    init(socket: String, in parent: URL, named name: String, token: String, repository: String) throws {
        self.socket = socket
        self.token = token
        self.repository = repository
        folder = parent.appending(path: name)
        try FileManager.default.createDirectory(
            at: folder.appending(path: "config"),
            withIntermediateDirectories: true
        )
        let settings = "http_unix_socket: \(socket)\nprompt: disabled\n"
        try Data(settings.utf8).write(to: folder.appending(path: "config/config.yml"))
    }

    /// Runs a command to its end, in an empty folder and with nothing kept from the commands before.
    func run(_ arguments: [String], asTerminal: Bool = false, input: String = "") async throws -> Outcome {
        try await self.start(arguments, asTerminal: asTerminal, input: input) { _, _ in }
    }

    /// Starts a command, does something while it runs, and waits for its end; what it printed so far can be read.
    func start(
        _ arguments: [String],
        asTerminal: Bool = false,
        input: String = "",
        _ work: (_ process: Process, _ printed: () throws -> String) async throws -> Void
    ) async throws -> Outcome {
        let place = self.folder.appending(path: UUID().uuidString)
        let (workFolder, temporary) = (place.appending(path: "work"), place.appending(path: "tmp"))
        for new in [workFolder, temporary] {
            try FileManager.default.createDirectory(at: new, withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(at: place) }
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.currentDirectoryURL = workFolder
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": place.path, "TMPDIR": temporary.path, "TZ": "UTC", "NO_COLOR": "1",
            "GH_CONFIG_DIR": self.folder.appending(path: "config").path, "GH_TOKEN": self.token,
            "GH_REPO": self.repository, "GH_NO_UPDATE_NOTIFIER": "1", "GH_PAGER": "cat",
        ]
        if asTerminal { process.environment?["GH_FORCE_TTY"] = "120" }
        // Files, for a pipe that nobody reads would stop the process.
        let (inputFile, output, error) = (
            place.appending(path: "in"), place.appending(path: "out"), place.appending(path: "err")
        )
        try Data(input.utf8).write(to: inputFile)
        for file in [output, error] { try Data().write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
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
            try await work(process) { try String(contentsOf: output, encoding: .utf8) }
        } catch {
            kill(process.processIdentifier, SIGKILL)
            throw error
        }
        for await _ in ended {}
        return Outcome(
            status: process.terminationStatus,
            printed: try Data(contentsOf: output),
            complained: try Data(contentsOf: error),
            files: try Self.files(below: workFolder)
        )
    }

    private static func files(below folder: URL) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let file = folder.appending(path: path)
            let kind = try FileManager.default.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType
            if kind == .typeRegular { files[path] = try Data(contentsOf: file) }
        }
        return files
    }
}
