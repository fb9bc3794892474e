import AppKeys
import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore

extension AppKey {
    /// The client id of the App of these tests.
    static let clientID = "Iv23liOCTOCACHE"

    /// An App's own token for the next minutes.
    static func tokenNow() throws -> String {
        let now = SimulatedGitHubServer.now().seconds
        return try shared().token(issuer: clientID, issuedAt: now - 60, expiresAt: now + 540)
    }
}

extension SimulatedGitHubServer {
    /// Makes the App of these tests.
    @discardableResult
    func createApp() throws -> SimulatedGitHub.App {
        try createApp(
            "octo-cache",
            owner: "octo-tools",
            publicKey: AppKey.shared().publicKey,
            clientID: AppKey.clientID,
            permissions: ["actions": "read", "metadata": "read", "repository_hooks": "write"],
            events: ["repository", "workflow_job", "workflow_run"]
        )
    }

    /// Makes the App of these tests and installs it with the organisation.
    func installApp(grants: [SimulatedGitHub.Grant]) throws -> Int64 {
        installApp(try createApp().id, with: "octo-tools", grants: grants)
    }
}

extension Fleet {
    /// Makes the App of these tests and installs it with the organisation.
    func installApp(grants: [SimulatedGitHub.Grant]) async throws -> Int64 {
        try await github.installApp(grants: grants)
    }
}
