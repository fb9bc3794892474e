import ArgumentParser
import Foundation

/// The command line: parses, runs one command, and turns what went wrong into a line and an exit code.
@main
struct HookCache: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hookcache",
        abstract: "GitHub's workflow state, cached, kept fresh by webhooks and shared between nodes.",
        discussion: """
            Settings come from flags, then the environment, then the file .env.cache, then defaults; the README lists them. \
            Commands other than serve, demo and doctor talk to the running node over its Unix socket.

            Exit codes: 0 done, 1 failed, 64 wrong usage, 69 no node answers.
            """,
        version: Self.version,
        subcommands: [
            Serve.self, Demo.self, Hook.self, Prewarm.self, Repos.self, Runs.self, Jobs.self, Queue.self, Runners.self,
            Peers.self, Stats.self, Cache.self, Doctor.self,
        ]
    )

    static let version = "0.1.0"

    static func main() async {
        do {
            var command = try self.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as CommandError {
            Terminal.error.write("hookcache: \(error.message)\n")
            Foundation.exit(error.code.rawValue)
        } catch {
            self.exit(withError: error)
        }
    }
}
