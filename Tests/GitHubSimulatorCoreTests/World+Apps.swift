import AppKeys
import GitHubCore
import GitHubSimulatorCore

extension World {
    /// Makes a GitHub App whose tokens are signed with the key of the tests.
    mutating func app(_ slug: String = "octo-cache") throws -> SimulatedGitHub.App {
        let key = try AppKey.shared()
        return github.createApp(
            slug,
            owner: "octo-tools",
            events: ["repository", "workflow_job", "workflow_run"],
            verifies: { key.verifies($0, $1) },
            at: now
        )
    }

    /// A token of an App's own, good for nine minutes.
    func token(of app: SimulatedGitHub.App) throws -> String {
        try AppKey.shared().token(
            issuer: "\(app.id)",
            issuedAt: now.seconds - 60,
            expiresAt: now.seconds + 540
        )
    }
}
