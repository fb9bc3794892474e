import GitHubClient
import ServiceLifecycle

/// Closes the connections to GitHub when everything that asks it has stopped.
struct OriginLife: Service {
    let origin: GitHubOrigin

    func run() async throws {
        try? await gracefulShutdown()
        await origin.shutdown()
    }
}
