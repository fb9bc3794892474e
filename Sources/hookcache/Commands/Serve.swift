import ArgumentParser
import HookCacheKit
import Logging
import ServiceLifecycle
import UnixSignals

/// `hookcache serve`: runs the node.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the node: webhook listener, GitHub API proxy, mesh, freshness.",
        discussion: """
            Secrets are read from the environment or from .env.cache alone: GITHUB_TOKEN, WEBHOOK_SECRET. \
            The README and deploy/.env.cache.example list every setting. SIGTERM and SIGINT end it in order.
            """
    )

    @OptionGroup(title: "Where the node is") var settings: SettingsOptions
    @OptionGroup(title: "What the node does") var node: NodeOptions

    func run() async throws {
        let settings = try self.settings.settings(flags: self.node.flags)
        let logger = Self.logger(settings.log)
        for warning in settings.warnings {
            logger.warning("a setting is not as it should be", metadata: ["reason": "\(warning)"])
        }
        do {
            let node = try HookCacheNode(settings, logger: logger)
            let services: [any Service] = [node, StartReport(node: node, logger: logger)]
            let group = ServiceGroup(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            try await group.run()
        } catch {
            throw CommandError.failed("\(error)")
        }
    }

    static func logger(_ settings: Settings.Log) -> Logger {
        var logger = Logger(label: "hookcache") { label in
            switch settings.format {
            case .text: StreamLogHandler.standardError(label: label)
            case .json: JSONLogHandler(label: label)
            }
        }
        logger.logLevel = settings.level
        return logger
    }
}

/// Tells in the log where the node can be reached, once it can.
private struct StartReport: Service {
    let node: HookCacheNode
    let logger: Logger

    func run() async throws {
        if let port = await self.node.apiPort() {
            let settings = self.node.settings
            let addresses = await self.node.meshAddresses()
            self.logger.info(
                "the node answers",
                metadata: [
                    "api": "\(Settings.ListenAddress(host: settings.api.listen.host, port: port))",
                    "socket": "\(settings.api.socket)",
                    "mesh": "\(addresses.joined(separator: ","))",
                ]
            )
        }
        try await gracefulShutdown()
    }
}
