import ArgumentParser
import Foundation
import HookCacheKit

/// Where a command finds the node; the settings behind it are those of the node.
struct SettingsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The settings file. (default: .env.cache in the working directory, if it is there)",
            valueName: "path"
        ),
        completion: .file()
    )
    var envFile: String?

    @Option(
        help: ArgumentHelp("The node's folder: CACHE_DIR. (default: ~/.github-cache)", valueName: "path"),
        completion: .directory
    )
    var dir: String?

    @Option(
        help: ArgumentHelp(
            "The node's Unix socket: CACHE_SOCKET. (default: hookcache.sock in the folder)",
            valueName: "path"
        ),
        completion: .file()
    )
    var socket: String?

    @Option(
        help: ArgumentHelp("trace, debug, info, notice, warning, error or critical: LOG_LEVEL.", valueName: "level")
    )
    var logLevel: String?

    /// What was given, by the key that it stands for.
    var flags: [Settings.Key: String] {
        var flags: [Settings.Key: String] = [:]
        flags[.directory] = self.dir
        flags[.socket] = self.socket
        flags[.logLevel] = self.logLevel
        return flags
    }

    /// The settings, with further flags of the command in front.
    func settings(
        flags further: [Settings.Key: String] = [:],
        environment: [String: String]? = nil
    ) throws(CommandError) -> Settings {
        let flags = self.flags.merging(further) { $1 }
        do throws(SettingsError) {
            return try Settings(flags: flags, environment: environment, file: self.envFile)
        } catch {
            let lines = error.problems.map { problem in
                guard let key = Settings.Key(rawValue: problem.key), flags[key] != nil else {
                    return problem.description
                }
                return "\(problem.description) (given as a flag)"
            }
            let flagged = error.problems.contains { problem in
                problem.key == "--env-file" || Settings.Key(rawValue: problem.key).map { flags[$0] != nil } == true
            }
            let message = (["these settings do not work:"] + lines).joined(separator: "\n  ")
            throw flagged ? .usage(message) : .failed(message)
        }
    }

    /// The way to the running node.
    func client() throws(CommandError) -> ControlClient {
        ControlClient(socket: try self.settings().api.socket)
    }
}
