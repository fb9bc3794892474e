package import GitHubCore

extension SimulatedGitHub {
    /// Makes a GitHub App; its webhook comes with ``setHook(ofApp:url:secret:at:)``.
    @discardableResult
    package mutating func createApp(
        _ slug: String,
        owner: String,
        clientID: String? = nil,
        permissions: [String: String] = ["actions": "read", "checks": "read", "metadata": "read"],
        events: [String] = ["workflow_job", "workflow_run"],
        verifies: @escaping App.Verifier,
        at now: Timestamp
    ) -> App {
        createAccount(owner, isOrganization: true, at: now)
        let app = App(
            id: makeID(.app),
            clientID: clientID ?? "Iv23li" + random.hexadecimal(digits: 14),
            slug: slug,
            owner: owner,
            createdAt: now,
            permissions: permissions,
            events: events,
            verifies: verifies
        )
        apps[app.id] = app
        return app
    }

    /// Gives an App its webhook, or sets the one it has; a ping follows.
    @discardableResult
    package mutating func setHook(
        ofApp id: Int64,
        url: String,
        secret: String?,
        at now: Timestamp
    ) throws(Misuse) -> Hook {
        guard let app = apps[id] else { throw .unknown("App \(id)") }
        hooks.removeAll { $0.home == .app(id) }
        return createHook(
            in: .app(id),
            url: url,
            secret: secret,
            events: app.events + Self.eventsOfApps,
            isForm: false,
            insecureTLS: "0",
            isActive: true,
            at: now
        )
    }

    /// What an App's webhook hears without asking.
    static let eventsOfApps = ["installation", "installation_repositories"]

    /// Installs a GitHub App with an account, and gives the installation's number; its tokens last an hour.
    package mutating func installApp(
        _ app: Int64,
        with login: String,
        grants: [Grant],
        at now: Timestamp
    ) -> Int64 {
        createAccount(login, isOrganization: true, at: now)
        let installation = Installation(
            id: makeID(.installation),
            appID: app,
            login: login,
            grants: grants,
            createdAt: now,
            updatedAt: now
        )
        installations[installation.id] = installation
        announce(installation, action: "created", at: now)
        return installation.id
    }

    /// Lets an installation reach other repositories, or do more or less with them.
    package mutating func setGrants(
        _ grants: [Grant],
        ofInstallation id: Int64,
        at now: Timestamp
    ) throws(Misuse) {
        guard var installation = installations[id] else { throw .unknown("installation \(id)") }
        let before = repositories.values.filter { installation.covers($0) }
        installation.grants = grants
        installation.updatedAt = now
        installations[id] = installation
        let after = repositories.values.filter { installation.covers($0) }
        let (old, new) = (Set(before.map(\.id)), Set(after.map(\.id)))
        announce(installation, repositories: after.filter { !old.contains($0.id) }, action: "added", at: now)
        announce(installation, repositories: before.filter { !new.contains($0.id) }, action: "removed", at: now)
    }

    /// Suspends an installation, or lets it go on.
    package mutating func setSuspended(
        _ isSuspended: Bool,
        installation id: Int64,
        at now: Timestamp
    ) throws(Misuse) {
        guard var installation = installations[id] else { throw .unknown("installation \(id)") }
        installation.suspendedAt = isSuspended ? now : nil
        installation.updatedAt = now
        installations[id] = installation
        announce(installation, action: isSuspended ? "suspend" : "unsuspend", at: now)
    }

    /// Takes an App away from an account, and its tokens with it.
    package mutating func uninstall(_ id: Int64, at now: Timestamp) throws(Misuse) {
        guard let installation = installations.removeValue(forKey: id) else { throw .unknown("installation \(id)") }
        revokeTokens(ofInstallation: id)
        announce(installation, action: "deleted", at: now)
    }

    /// Takes back the tokens that were made for an installation so far.
    package mutating func revokeTokens(ofInstallation id: Int64) {
        tokens = tokens.filter { $0.value.installation != id }
    }

    /// An App by its number.
    package func app(_ id: Int64) -> App? { apps[id] }

    /// The webhook of an App.
    package func hook(ofApp id: Int64) -> Hook? { hooks.first { $0.home == .app(id) } }

    /// Makes an installation's token, good for an hour.
    mutating func mintToken(_ call: Call) throws(Refusal) -> Answer {
        let app = try app(of: call)
        let id = try call.number("installation")
        guard let installation = installations[id], installation.appID == app.id else { throw .notFound }
        guard installation.suspendedAt == nil else { throw .suspended }
        let end = call.now.advanced(bySeconds: 3_600)
        let value = "ghs_" + random.hexadecimal(digits: 36)
        createToken(value, login: installation.login, grants: installation.grants, expiresAt: end, at: call.now)
        tokens[value]?.installation = id
        return .done(
            201,
            [
                "token": .string(value), "expires_at": .string(end.rfc3339),
                "permissions": permissionsJSON(app), "repository_selection": .string(selection(of: installation)),
            ]
        )
    }

    /// The App that speaks for itself; whoever else asks is told that that was no token of an App's.
    func app(of call: Call) throws(Refusal) -> App {
        guard let app = call.caller.app.flatMap({ apps[$0] }) else { throw Refusal(401, JSONWebToken.undecodable) }
        return app
    }
}

extension SimulatedGitHub.Refusal {
    /// What a suspended installation is told.
    static let suspended = Self(403, "This installation has been suspended")
}
