import FoundationEssentials
package import GitHubCore
package import Logging
import ServiceLifecycle

extension SimulatedGitHubServer {
    /// The machine's clock.
    @Sendable package static func now() -> Timestamp {
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down)))
    }

    /// Runs a server for as long as something is done with it; passes its address.
    package static func withServer<Result: Sendable>(
        _ configuration: Configuration = .init(),
        clock: @escaping @Sendable () -> Timestamp = SimulatedGitHubServer.now,
        logger: Logger = Logger(label: "github-simulator") { _ in SwiftLogNoOpLogHandler() },
        _ body: (SimulatedGitHubServer, String) async throws -> Result
    ) async throws -> Result {
        let server = SimulatedGitHubServer(configuration, clock: clock, logger: logger)
        let services = ServiceGroup(services: [server], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            do {
                let result = try await body(server, server.url())
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
                return result
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
        }
    }
}
