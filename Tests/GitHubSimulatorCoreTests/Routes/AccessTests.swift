import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import Testing

struct AccessTests {
    private let vault = "/repos/octo-tools/vault-ci"
    private let hello = "/repos/octo-tools/hello-ci"

    @Test(arguments: [("admin", 200), ("reader", 200), ("stranger", 404), (nil, 404), ("nonsense", 401)])
    func whoMaySeeAPrivateRepository(token: String?, status: Int) throws {
        var world = try World()
        #expect(world.get(vault, token: token).status == status)
        #expect(world.get("\(vault)/actions/runs", token: token).status == status)
    }

    @Test(arguments: [("admin", 200, 200), ("reader", 403, 404), (nil, 401, 404)])
    func runnersAndHooksAreForAdministrators(token: String?, runners: Int, hooks: Int) throws {
        var world = try World()
        #expect(world.get("\(hello)/actions/runners", token: token).status == runners)
        #expect(world.get("\(hello)/hooks", token: token).status == hooks)
    }

    @Test func theRepositoryShowsItsReadersPermissions() throws {
        var world = try World()
        #expect(world.get(hello, token: nil).json["permissions"] == nil)
        #expect(world.get(hello, token: "stranger").json.at("permissions.admin") == false)
        #expect(world.get(hello).json.at("permissions.admin") == true)
        #expect(world.get(hello).header("Last-Modified") == "Sat, 01 Aug 2026 10:00:00 GMT")
    }

    @Test func credentialsComeInThreeSchemes() throws {
        var world = try World()
        // base64 of "x:admin"
        for value in ["Bearer admin", "token admin", "Basic eDphZG1pbg=="] {
            let headers = [HeaderField("User-Agent", "t"), HeaderField("authorization", value)]
            #expect(world.github.respond(to: .init(target: vault, headers: headers), at: world.now).status == 200)
        }
    }

    @Test func aRenamedRepositoryAnswersUnderItsNumber() throws {
        var world = try World()
        let id = try #require(world.github.repository(World.vault)?.id)
        try world.github.rename(World.vault, to: RepositoryName("octo-tools/safe-ci")!, at: world.now)
        let moved = world.get("\(vault)/actions/runs?per_page=1", token: "reader")
        #expect(moved.status == 301)
        #expect(moved.header("Location") == "https://api.github.com/repositories/\(id)/actions/runs?per_page=1")
        #expect(world.get("/repositories/\(id)/actions/runs", token: "reader").status == 200)
        #expect(world.get("/repos/octo-tools/safe-ci", token: "reader").status == 200)
        #expect(world.get(vault, token: "stranger").status == 404)
    }

    @Test func listsOfRepositoriesShowWhatTheReaderMaySee() throws {
        var world = try World()
        func names(_ path: String, _ token: String?) -> [String] {
            world.get(path, token: token).json.elements.compactMap { $0["name"]?.text }
        }
        #expect(names("/orgs/octo-tools/repos", "admin") == ["vault-ci", "hello-ci"])
        #expect(names("/orgs/octo-tools/repos", nil) == ["hello-ci"])
        #expect(names("/users/octo-tools/repos", "reader") == ["hello-ci", "vault-ci"])
        #expect(names("/user/repos", "reader") == ["vault-ci"])
        #expect(world.get("/user/repos", token: nil).status == 401)
    }

    @Test func aClassicTokensScopesAreNamed() throws {
        var world = try World()
        world.github.createToken("classic", grants: [.everything], scopes: ["repo", "workflow"], at: world.now)
        #expect(world.get(hello, token: "classic").header("X-OAuth-Scopes") == "repo, workflow")
        #expect(world.get(hello, token: "classic").header("X-Accepted-OAuth-Scopes") == "repo")
        #expect(world.get("/rate_limit", token: "classic").header("X-Accepted-OAuth-Scopes")?.isEmpty == true)
        #expect(world.get(hello).header("X-OAuth-Scopes") == nil)
    }

    @Test func oddRequestsAreRefusedAsGitHubDoes() throws {
        var world = try World()
        #expect(world.get("\(hello)/").status == 404)
        #expect(world.get("/nothing").status == 404)
        #expect(world.get("\(hello)/actions/runs/abc").status == 404)
        #expect(world.github.respond(to: .init(target: hello, headers: []), at: world.now).status == 403)
        var headers = [HeaderField("User-Agent", "t"), HeaderField("X-GitHub-Api-Version", "1999-01-01")]
        #expect(world.github.respond(to: .init(target: hello, headers: headers), at: world.now).status == 400)
        headers[1].value = "2026-03-10"
        let new = world.github.respond(to: .init(target: "/rate_limit", headers: headers), at: world.now)
        #expect(new.json["rate"] == nil)
        #expect(new.header("X-GitHub-Api-Version-Selected") == "2026-03-10")
        #expect(world.get("/api/v3\(hello)").status == 200)
    }
}
