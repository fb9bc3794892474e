import GitHubCore

extension SimulatedGitHub {
    /// What is below `/orgs/{org}`.
    static let organizationRoutes: [Route] =
        [
            Route("GET", "") { (github, call) throws(Refusal) in
                let account = try github.organization(of: call)
                return .json(github.fullOrganizationJSON(account), lastModified: account.createdAt)
            },
            Route("GET", "repos") { (github, call) throws(Refusal) in
                let account = try github.organization(of: call)
                let all = github.repositories.values.filter { $0.name.owner.lowercased() == account.login.lowercased() }
                return github.repositoryList(all.sorted { $0.id > $1.id }, call)
            },
            Route("GET", "installation") { (github, call) throws(Refusal) in
                let account = try github.organization(of: call)
                return try github.installation(call) { $0.login.lowercased() == account.login.lowercased() }
            },
        ] + runnerRoutes + hookRoutes

    /// What belongs to no repository and no organisation.
    static let otherRoutes: [Route] =
        [
            Route("GET", "") { (github, _) throws(Refusal) in
                let api = github.configuration.apiURL
                return .json([
                    "current_user_url": "\(api)/user", "hub_url": "\(api)/hub", "organization_url": "\(api)/orgs/{org}",
                    "rate_limit_url": "\(api)/rate_limit", "repository_url": "\(api)/repos/{owner}/{repo}",
                    "user_url": "\(api)/users/{user}",
                ])
            },
            Route("GET", "rate_limit") { (github, call) throws(Refusal) in github.rateLimits(call) },
            Route("GET", "meta") { (_, _) throws(Refusal) in
                let all: JSON = ["127.0.0.0/8", "::1/128"]
                return .json([
                    "verifiable_password_authentication": false, "hooks": all, "web": all, "api": all, "git": all,
                    "actions": all,
                ])
            },
            Route("GET", "user") { (github, call) throws(Refusal) in
                guard let token = call.caller.token, let account = github.account(token.login) else {
                    throw .needsAuthentication
                }
                if token.installation != nil { throw .notForApps }
                return .json(github.fullUserJSON(account), lastModified: account.createdAt)
            },
            Route("GET", "user/repos") { (github, call) throws(Refusal) in
                guard let token = call.caller.token else { throw .needsAuthentication }
                if token.installation != nil { throw .notForApps }
                let all = github.repositories.values.filter { repository in
                    token.grants.contains { $0.access > .none && $0.scope?.covers(repository.name) ?? true }
                }
                return github.repositoryList(all.sorted { $0.name.canonical < $1.name.canonical }, call)
            },
            Route("GET", "users/:user") { (github, call) throws(Refusal) in
                guard let account = github.account(call.parameters["user"] ?? "") else { throw .notFound }
                return .json(github.fullUserJSON(account), lastModified: account.createdAt)
            },
            Route("GET", "users/:user/repos") { (github, call) throws(Refusal) in
                guard let account = github.account(call.parameters["user"] ?? "") else { throw .notFound }
                let all = github.repositories.values.filter { $0.name.owner.lowercased() == account.login.lowercased() }
                var call = call
                call.linkPath = "/user/\(account.id)/repos"
                return github.repositoryList(all.sorted { $0.name.canonical < $1.name.canonical }, call)
            },
            Route("GET", "user/:id/repos") { (github, call) throws(Refusal) in
                let id = try call.number("id")
                guard let account = github.accounts.first(where: { $0.id == id }) else { throw .notFound }
                let all = github.repositories.values.filter { $0.name.owner.lowercased() == account.login.lowercased() }
                return github.repositoryList(all.sorted { $0.name.canonical < $1.name.canonical }, call)
            },
            Route("GET", "installation/repositories") { (github, call) throws(Refusal) in
                guard let token = call.caller.token else { throw .needsAuthentication }
                let all = github.repositories.values.filter { repository in
                    token.grants.contains { $0.access > .none && $0.scope?.covers(repository.name) ?? true }
                }.sorted { $0.id < $1.id }
                let (elements, link) = github.page(all, of: call)
                let listed = elements.map {
                    github.listedJSON($0, reader: call.caller, hasDownloads: !call.isNewVersion)
                }
                let count = JSON.integer(Int64(all.count))
                return .json(
                    ["total_count": count, "repository_selection": "selected", "repositories": .array(listed)],
                    link: link
                )
            },
        ] + appRoutes

    private func organization(of call: Call) throws(Refusal) -> Account {
        guard case .organization(let id) = call.home, let account = accounts.first(where: { $0.id == id }) else {
            throw .notFound
        }
        return account
    }

    /// A page of the repositories that the caller may see.
    private func repositoryList(_ all: [Repository], _ call: Call) -> Answer {
        let seen = all.filter { access(of: call.caller, to: $0) >= .read }
        let (elements, link) = page(seen, of: call)
        let listed = elements.map { listedJSON($0, reader: call.caller, hasDownloads: !call.isNewVersion) }
        return .json(.array(listed), link: link)
    }

    /// The caller's budgets; asking costs nothing.
    private func rateLimits(_ call: Call) -> Answer {
        func json(_ budget: RateLimit) -> JSON {
            [
                "limit": .integer(Int64(budget.limit)), "remaining": .integer(Int64(budget.remaining)),
                "reset": .integer(budget.reset), "used": .integer(Int64(budget.used)),
            ]
        }
        func untouched(_ limit: Int, like budget: RateLimit) -> JSON {
            json(RateLimit(limit: limit, remaining: limit, used: 0, reset: budget.reset))
        }
        let core = budget(of: call.caller, .core, at: call.now)
        let rate = json(core)
        let resources: JSON = [
            "core": rate, "search": untouched(30, like: core),
            "graphql": json(budget(of: call.caller, .graphql, at: call.now)),
            "integration_manifest": untouched(5_000, like: core),
            "actions_runner_registration": json(budget(of: call.caller, .runnerRegistration, at: call.now)),
        ]
        return .done(200, call.isNewVersion ? ["resources": resources] : ["resources": resources, "rate": rate])
    }
}
