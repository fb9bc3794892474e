package import GitHubCore

extension SimulatedGitHub {
    /// A GitHub App where it is installed.
    struct Installation: Sendable {
        let id: Int64
        let login: String
        let grants: [Grant]

        func covers(_ repository: Repository?) -> Bool {
            guard let repository else { return false }
            return grants.contains { $0.scope?.covers(repository.name) ?? true }
        }
    }

    /// Installs a GitHub App with an account, and gives the installation's number; its tokens last an hour.
    package mutating func installApp(with login: String, grants: [Grant], at now: Timestamp) -> Int64 {
        createAccount(login, isOrganization: true, at: now)
        let installation = Installation(id: makeID(.installation), login: login, grants: grants)
        installations[installation.id] = installation
        return installation.id
    }

    /// The installation that covers a repository.
    func installation(of repository: Repository, _ call: Call) throws(Refusal) -> Answer {
        guard call.caller.isApp else { throw Refusal(401, "A JSON web token could not be decoded") }
        guard let found = installations.values.first(where: { $0.covers(repository) }) else { throw .notFound }
        return .json(["id": .integer(found.id), "account": userJSON(found.login), "repository_selection": "selected"])
    }

    /// Makes an installation's token, good for an hour.
    mutating func mintToken(_ call: Call) throws(Refusal) -> Answer {
        guard call.caller.isApp else { throw Refusal(401, "A JSON web token could not be decoded") }
        guard let installation = installations[try call.number("installation")] else { throw .notFound }
        let end = call.now.advanced(bySeconds: 3_600)
        let value = "ghs_" + random.hexadecimal(digits: 36)
        createToken(value, login: installation.login, grants: installation.grants, expiresAt: end, at: call.now)
        return .done(
            201,
            [
                "token": .string(value), "expires_at": .string(end.rfc3339),
                "permissions": ["actions": "read", "metadata": "read"], "repository_selection": "selected",
            ]
        )
    }
}
