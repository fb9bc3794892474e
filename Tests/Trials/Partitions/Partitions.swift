import Foundation
import Logging

/// Three hosts in network namespaces of their own, each with a node: their network is cut and healed again and again.
///
/// Workflow runs happen all the time, and each repository's events reach one node only. Readers poll every node without
/// a pause. After each healing every node has to show what GitHub has, and no reader may ever see a step back.
@main
enum Partitions {
    static func main() async throws {
        signal(SIGINT) { _ in _exit(130) }
        signal(SIGTERM) { _ in _exit(143) }
        let options: Options
        do {
            options = try Options(CommandLine.arguments.dropFirst())
        } catch {
            say("\(error)\n\n\(Options.usage)")
            exit(64)
        }
        if let relay = options.relay {
            return try await Relay.run(relay)
        }
        switch Seclusion.enter(arguments: CommandLine.arguments) {
        case .entered: break
        case .impossible(let reason): return say("skipped: \(reason)")
        }
        guard FileManager.default.isExecutableFile(atPath: Self.program) else {
            say("skipped: \(Self.program) is not built")
            return
        }
        do {
            let verdict = try await Trial.run(options)
            say(verdict.summary)
            if !verdict.isGood { exit(1) }
        } catch {
            say("the trial broke off: \(error)")
            exit(1)
        }
    }

    /// The program under trial, which is built beside this one.
    static var program: String {
        URL(filePath: Self.ownPath).deletingLastPathComponent().appending(path: "hookcache").path
    }

    /// This program.
    static var ownPath: String { URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path }
}

/// What can be chosen.
struct Options {
    static let usage = """
        usage: Partitions [--cuts N] [--patience SECONDS] [--keep-logs]

          --cuts N            how often the network is cut and healed (20)
          --patience SECONDS  how long the nodes may take to agree again (60)
          --keep-logs         leave the nodes' logs, and say where
        """

    struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    var cuts = 20
    var patience = Duration.seconds(60)
    var keepsLogs = false
    /// Set in the processes that stand in a host and pass on what is said to GitHub.
    var relay: [String]?

    init(_ arguments: some Sequence<String>) throws(Wrong) {
        var rest = Array(arguments)[...]
        func number(_ name: String) throws(Wrong) -> Int {
            guard let text = rest.popFirst(), let value = Int(text), value > 0 else {
                throw Wrong(description: "\(name) wants a number")
            }
            return value
        }
        while let word = rest.popFirst() {
            switch word {
            case "--cuts": self.cuts = try number(word)
            case "--patience": self.patience = .seconds(try number(word))
            case "--keep-logs": self.keepsLogs = true
            case "relay":
                self.relay = Array(rest)
                rest = []
            default: throw Wrong(description: "\(word) is no option")
            }
        }
    }
}

/// Tells it at once, be it to a file or to a terminal.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}
