import GitHubCore

extension SimulatedGitHub {
    /// An App as `GET /app` answers it.
    func json(_ app: App) -> JSON {
        let created = JSON.string(app.createdAt.rfc3339)
        return [
            "id": .integer(app.id), "client_id": .string(app.clientID), "slug": .string(app.slug),
            "node_id": .string(NodeID.make("A", app.id)), "owner": userJSON(app.owner), "name": .string(app.slug),
            "description": nil, "external_url": .string(configuration.webURL),
            "html_url": "\(configuration.webURL)/apps/\(app.slug)", "created_at": created, "updated_at": created,
            "permissions": permissionsJSON(app), "events": .array(app.events.map { .string($0) }),
            "installations_count": .integer(Int64(installations.values.count { $0.appID == app.id })),
        ]
    }

    /// An installation, as lists and its events show it.
    func json(_ installation: Installation) -> JSON {
        let app = apps[installation.appID]
        let url = "\(configuration.apiURL)/app/installations/\(installation.id)"
        let account = account(installation.login)
        return [
            "id": .integer(installation.id), "account": userJSON(installation.login),
            "repository_selection": .string(selection(of: installation)), "access_tokens_url": "\(url)/access_tokens",
            "repositories_url": "\(configuration.apiURL)/installation/repositories",
            "html_url": "\(configuration.webURL)/settings/installations/\(installation.id)",
            "app_id": .integer(installation.appID), "app_slug": .string(app?.slug ?? ""),
            "target_id": .integer(account?.id ?? 0),
            "target_type": account?.isOrganization == false ? "User" : "Organization",
            "permissions": app.map { permissionsJSON($0) } ?? .object([]),
            "events": .array((app?.events ?? []).map { .string($0) }),
            "created_at": .string(installation.createdAt.rfc3339),
            "updated_at": .string(installation.updatedAt.rfc3339), "single_file_name": nil,
            "has_multiple_single_files": false, "single_file_paths": .array([]),
            "suspended_by": installation.suspendedAt == nil ? .null : userJSON(installation.login),
            "suspended_at": .optional(installation.suspendedAt.map(\.rfc3339)),
        ]
    }

    /// An installation as it stands in the payloads of an App's webhook.
    func shortJSON(_ installation: Installation) -> JSON {
        [
            "id": .integer(installation.id),
            "node_id": .string(NodeID.make("I", installation.id)),
        ]
    }

    /// What an App may do.
    func permissionsJSON(_ app: App) -> JSON {
        .object(app.permissions.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })
    }

    /// Whether an installation reaches all repositories of its account.
    func selection(of installation: Installation) -> String { installation.isSelected ? "selected" : "all" }
}
