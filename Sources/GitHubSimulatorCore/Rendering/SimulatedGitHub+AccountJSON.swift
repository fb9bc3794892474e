import GitHubCore

extension SimulatedGitHub {
    /// A user or an organisation as it stands inside other objects.
    func json(_ account: Account) -> JSON {
        let url = "\(configuration.apiURL)/users/\(account.login)"
        return [
            "login": .string(account.login), "id": .integer(account.id),
            "node_id": .string(NodeID.make(account.isOrganization ? "O" : "U", account.id)),
            "avatar_url": "https://avatars.githubusercontent.com/u/\(account.id)?v=4", "gravatar_id": "",
            "url": .string(url), "html_url": "\(configuration.webURL)/\(account.login)",
            "followers_url": "\(url)/followers", "following_url": "\(url)/following{/other_user}",
            "gists_url": "\(url)/gists{/gist_id}", "starred_url": "\(url)/starred{/owner}{/repo}",
            "subscriptions_url": "\(url)/subscriptions", "organizations_url": "\(url)/orgs",
            "repos_url": "\(url)/repos", "events_url": "\(url)/events{/privacy}",
            "received_events_url": "\(url)/received_events",
            "type": account.isOrganization ? "Organization" : "User", "user_view_type": "public", "site_admin": false,
        ]
    }

    /// A user or an organisation as `GET /users/{login}` answers it to anybody.
    func fullUserJSON(_ account: Account) -> JSON {
        let created = JSON.string(account.createdAt.rfc3339)
        let open = repositories.values.count { !$0.isPrivate && $0.name.owner == account.login }
        return json(account).adding([
            .init("name", nil), .init("company", nil), .init("blog", ""), .init("location", nil), .init("email", nil),
            .init("hireable", nil), .init("bio", nil), .init("twitter_username", nil),
            .init("public_repos", .integer(Int64(open))), .init("public_gists", 0), .init("followers", 0),
            .init("following", 0), .init("created_at", created), .init("updated_at", created),
        ])
    }

    /// The account of a login, or null.
    func userJSON(_ login: String) -> JSON {
        account(login).map { json($0) } ?? .null
    }

    /// An organisation as payloads and lists show it.
    func organizationJSON(_ account: Account) -> JSON {
        let url = "\(configuration.apiURL)/orgs/\(account.login)"
        return [
            "login": .string(account.login), "id": .integer(account.id),
            "node_id": .string(NodeID.make("O", account.id)), "url": .string(url), "repos_url": "\(url)/repos",
            "events_url": "\(url)/events", "hooks_url": "\(url)/hooks", "issues_url": "\(url)/issues",
            "members_url": "\(url)/members{/member}", "public_members_url": "\(url)/public_members{/member}",
            "avatar_url": "https://avatars.githubusercontent.com/u/\(account.id)?v=4", "description": nil,
        ]
    }

    /// An organisation as `GET /orgs/{org}` answers it to anybody.
    func fullOrganizationJSON(_ account: Account) -> JSON {
        let created = account.createdAt.rfc3339
        let open = repositories.values.count { !$0.isPrivate && $0.name.owner == account.login }
        return organizationJSON(account).adding([
            .init("is_verified", false), .init("has_organization_projects", true),
            .init("has_repository_projects", true), .init("public_repos", .integer(Int64(open))),
            .init("public_gists", 0), .init("followers", 0), .init("following", 0),
            .init("html_url", "\(configuration.webURL)/\(account.login)"), .init("created_at", .string(created)),
            .init("updated_at", .string(created)), .init("archived_at", nil), .init("type", "Organization"),
        ])
    }
}
