import Foundation

/// Puts this program into namespaces of its own: nothing that it does to networks and mounts is seen outside, and all its
/// processes end with it.
enum Seclusion {
    enum Result {
        case entered
        /// Why it cannot be.
        case impossible(String)
    }

    private static let mark = "HOOKCACHE_TRIAL_SECLUDED"
    /// The names of namespaces live in a folder of its own.
    private static let furnishing = """
        mount -t tmpfs trial /run && mkdir /run/netns && ip link set lo up && exec "$0" "$@"
        """

    /// Starts this program anew inside, unless it is there already.
    static func enter(arguments: [String]) -> Result {
        if ProcessInfo.processInfo.environment[self.mark] != nil { return .entered }
        var words = ["unshare", "--net", "--mount-proc", "--pid", "--fork", "--kill-child"]
        // Whoever is not root can still be root of namespaces, where the system lets them.
        if geteuid() != 0 { words += ["--user", "--map-root-user"] }
        do {
            _ = try Command.run(words + ["sh", "-c", self.furnishing, "true"])
            _ = try Command.run(["ip", "-V"])
            _ = try Command.run(["ss", "-V"])
        } catch {
            return .impossible("this system gives no network namespaces, or lacks ip, ss or unshare: \(error)")
        }
        setenv(self.mark, "1", 1)
        words += ["sh", "-c", self.furnishing, Partitions.ownPath] + arguments.dropFirst()
        let pointers = words.map { strdup($0) } + [nil]
        execvp("unshare", pointers)
        return .impossible("unshare cannot be run: \(String(cString: strerror(errno)))")
    }
}

/// Short-lived commands of the system.
enum Command {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs one to its end, and gives what it printed.
    static func run(_ words: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        let output = Pipe()
        let complaints = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = complaints
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let said = complaint.trimmingCharacters(in: .whitespacesAndNewlines)
            throw Failed(description: "\(words.joined(separator: " ")): \(said)")
        }
        return text
    }
}
