import GitHubCore
package import GitHubSimulatorCore

extension SimulatedGitHubServer {
    /// Makes a GitHub App whose own tokens are signed with the private key of a public one, in PEM.
    package func createApp(
        _ slug: String,
        owner: String,
        publicKey: String,
        clientID: String? = nil,
        permissions: [String: String] = ["actions": "read", "checks": "read", "metadata": "read"],
        events: [String] = ["workflow_job", "workflow_run"]
    ) throws -> SimulatedGitHub.App {
        github.createApp(
            slug,
            owner: owner,
            clientID: clientID,
            permissions: permissions,
            events: events,
            verifies: try AppSignature.verifier(publicKey: publicKey),
            at: clock()
        )
    }

    /// Gives an App its webhook and sends a ping; gives its number.
    @discardableResult
    package func setHook(ofApp id: Int64, url: String, secret: String?) throws(SimulatedGitHub.Misuse) -> Int64 {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in
            try github.setHook(ofApp: id, url: url, secret: secret, at: now).id
        }
    }

    /// Installs a GitHub App with an account, and gives the installation's number.
    package func installApp(_ app: Int64, with login: String, grants: [SimulatedGitHub.Grant]) -> Int64 {
        perform { (github, now) in github.installApp(app, with: login, grants: grants, at: now) }
    }

    /// Lets an installation reach other repositories, or do more or less with them.
    package func setGrants(
        _ grants: [SimulatedGitHub.Grant],
        ofInstallation id: Int64
    ) throws(SimulatedGitHub.Misuse) {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in
            try github.setGrants(grants, ofInstallation: id, at: now)
        }
    }

    /// Suspends an installation, or lets it go on.
    package func setSuspended(_ isSuspended: Bool, installation id: Int64) throws(SimulatedGitHub.Misuse) {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in
            try github.setSuspended(isSuspended, installation: id, at: now)
        }
    }

    /// Takes an App away from an account.
    package func uninstall(_ id: Int64) throws(SimulatedGitHub.Misuse) {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in try github.uninstall(id, at: now) }
    }
}
