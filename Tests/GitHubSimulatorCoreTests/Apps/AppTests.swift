import AppKeys
import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import SharedData
import Testing

/// GitHub Apps: their own tokens, where they are installed, and what they hear.
struct AppTests {
    private static let openAPI = "github/openapi/github-actions-subset.json"
    private static let payloads = "github/schemas/octokit-webhooks.all.schema.json"
    private let vault = "/repos/octo-tools/vault-ci"

    @Test func anAppGetsTokensForItsInstallations() throws {
        var world = try World()
        let app = try world.app()
        let id = world.github.installApp(app.id, with: "octo-tools", grants: [.read(World.vault)], at: world.now)
        let path = "/app/installations/\(id)/access_tokens"
        #expect(world.call("POST", path, token: "admin").status == 401)
        let made = world.call("POST", path, token: try world.token(of: app))
        #expect(made.status == 201)
        #expect(made.json["expires_at"]?.text == "2026-08-01T11:00:00Z")
        let token = try #require(made.json["token"]?.text)
        #expect(world.get(vault, token: token).status == 200)
        #expect(world.get("/installation/repositories", token: token).json["total_count"] == 1)
        #expect(world.get("/user", token: token).status == 403)
        world.pass(seconds: 3_599)
        #expect(world.get(vault, token: token).status == 200)
        world.pass()
        #expect(world.get(vault, token: token).status == 401)
    }

    @Test func allTokensOfAnInstallationHaveOneBudget() throws {
        var world = try World()
        let app = try world.app()
        let id = world.github.installApp(app.id, with: "octo-tools", grants: [.read(World.vault)], at: world.now)
        for left in ["4999", "4998"] {
            let path = "/app/installations/\(id)/access_tokens"
            let token = world.call("POST", path, token: try world.token(of: app)).json["token"]?.text
            #expect(world.get(vault, token: token).header("X-RateLimit-Remaining") == left)
        }
        #expect(world.get("/app", token: try world.token(of: app)).header("X-RateLimit-Remaining") == "4997")
    }

    /// Seconds from the moment of asking to a token's times, and what GitHub says to it.
    @Test(
        arguments: [
            (-60, 540, "RS256", nil), (0, 600, "RS256", nil), (-60, 660, "RS256", "too far in the future"),
            (-600, 0, "RS256", "must be a numeric value representing the future"),
            (30, 540, "RS256", "'Issued at' claim"), (-60, 540, "HS256", "could not be decoded"),
            (-60, 540, "none", "could not be decoded"),
        ] as [(Int64, Int64, String, String?)]
    )
    func anAppsTokenIsOfItsTime(issued: Int64, ends: Int64, algorithm: String, fault: String?) throws {
        var world = try World()
        let app = try world.app()
        let token = try AppKey.shared().token(
            issuer: app.clientID,
            issuedAt: world.now.seconds + issued,
            expiresAt: world.now.seconds + ends,
            algorithm: algorithm
        )
        let answer = world.get("/app", token: token)
        #expect(answer.status == (fault == nil ? 200 : 401))
        #expect(answer.json["message"]?.text?.contains(fault ?? "") ?? true)
    }

    @Test func anothersSignatureIsNone() throws {
        var world = try World()
        let app = try world.app()
        let token = try AppKey().token(
            issuer: "\(app.id)",
            issuedAt: world.now.seconds,
            expiresAt: world.now.seconds + 60
        )
        #expect(world.get("/app", token: token).status == 401)
        #expect(world.get("/app", token: "eyJh.eyJp.c2ln").status == 401)
        let unknown = try AppKey.shared().token(
            issuer: "7",
            issuedAt: world.now.seconds,
            expiresAt: world.now.seconds + 60
        )
        #expect(world.get("/app", token: unknown).status == 404)
    }

    @Test func anInstallationIsFoundByWhatItReaches() throws {
        var world = try World()
        let app = try world.app()
        let token = try world.token(of: app)
        let id = world.github.installApp(app.id, with: "octo-tools", grants: [.read(World.vault)], at: world.now)
        for (path, status) in [
            ("\(vault)/installation", 200), ("/orgs/octo-tools/installation", 200),
            ("/users/octo-tools/installation", 200), ("/app/installations/\(id)", 200),
            ("/repos/octo-tools/hello-ci/installation", 404), ("/users/octocat/installation", 404),
        ] {
            let answer = world.get(path, token: token)
            #expect(answer.status == status, "\(path)")
            #expect(status == 404 || answer.json["id"] == .integer(id), "\(path)")
            #expect(world.get(path, token: "admin").status == 401, "\(path)")
        }
        #expect(world.get("/app/installations", token: token).json.elements.map { $0["id"] } == [.integer(id)])
        let other = try world.app("other")
        #expect(world.get("/app/installations", token: try world.token(of: other)).json.elements.isEmpty)
        #expect(world.get("/app/installations/\(id)", token: try world.token(of: other)).status == 404)
    }

    @Test func whatIsSuspendedOrGoneReachesNothing() throws {
        var world = try World()
        let app = try world.app()
        let id = world.github.installApp(app.id, with: "octo-tools", grants: [.read(World.vault)], at: world.now)
        let path = "/app/installations/\(id)/access_tokens"
        let token = world.call("POST", path, token: try world.token(of: app)).json["token"]?.text
        try world.github.setSuspended(true, installation: id, at: world.now)
        #expect(world.get(vault, token: token).status == 403)
        #expect(world.call("POST", path, token: try world.token(of: app)).status == 403)
        try world.github.setSuspended(false, installation: id, at: world.now)
        #expect(world.get(vault, token: token).status == 200)
        try world.github.setGrants([.read(World.hello)], ofInstallation: id, at: world.now)
        #expect(world.get(vault, token: token).status == 404)
        try world.github.uninstall(id, at: world.now)
        #expect(world.get(vault, token: token).status == 401)
        #expect(world.call("POST", path, token: try world.token(of: app)).status == 404)
    }

    @Test(.enabled(if: SharedData.has(openAPI) && SharedData.has(payloads), "no descriptions beside this checkout"))
    func anAppsWebhookHearsItsInstallationsAndKeepsALog() throws {
        let (api, events) = (
            try Schema(SharedData.bytes(Self.openAPI)), try Schema(SharedData.bytes(Self.payloads))
        )
        var world = try World()
        let app = try world.app()
        try world.github.setHook(ofApp: app.id, url: "http://127.0.0.1:9/webhook", secret: "s", at: world.now)
        let id = world.github.installApp(app.id, with: "octo-tools", grants: [.read(World.vault)], at: world.now)
        try world.github.startRun(.init(World.vault), at: world.now)
        try world.github.startRun(.init(World.hello), at: world.now)
        try world.github.setGrants([.read(World.hello)], ofInstallation: id, at: world.now)
        try world.github.setSuspended(true, installation: id, at: world.now)
        try world.github.startRun(.init(World.hello), at: world.now)
        try world.github.uninstall(id, at: world.now)
        let sent = world.github.takeDeliveries(at: world.now)
        #expect(
            sent.map(\.name) == [
                "ping", "installation.created", "workflow_run.requested", "workflow_job.queued",
                "workflow_job.queued", "installation_repositories.added", "installation_repositories.removed",
                "installation.suspend", "installation.deleted",
            ]
        )
        for delivery in sent where delivery.event != "ping" {
            #expect(delivery.json["installation"]?["id"] == .integer(id), "\(delivery.name)")
            #expect(delivery.installationID == id)
            if delivery.event.hasPrefix("installation") {
                let name = delivery.event + "$" + (delivery.action ?? "")
                let faults = events.faults(in: delivery.json, at: "#/definitions/\(name)")
                // That key is younger than the description, which takes no other.
                #expect(faults.filter { !$0.contains("user_view_type is one too many") } == [], "\(name)")
            }
            #expect(delivery.headers.first("X-GitHub-Hook-Installation-Target-Type") == "integration")
            #expect(delivery.headers.first("X-GitHub-Hook-Installation-Target-ID") == "\(app.id)")
        }
        for delivery in sent { world.github.record(.init(status: 500), of: delivery, at: world.now) }

        let token = try world.token(of: app)
        for (method, path, template, status) in [
            ("GET", "/app/hook/deliveries?per_page=2", "/app/hook/deliveries", 200),
            ("GET", "/app/hook/deliveries/\(sent[2].id)", "/app/hook/deliveries/{delivery_id}", 200),
            (
                "POST", "/app/hook/deliveries/\(sent[2].id)/attempts", "/app/hook/deliveries/{delivery_id}/attempts",
                202
            ),
        ] {
            let answer = world.call(method, path, token: token)
            #expect(answer.status == status, "\(path)")
            #expect(api.answerFaults(in: answer.json, to: method, template, status: status) == [], "\(path)")
            #expect(world.call(method, path, token: "admin").status == 401)
        }
        #expect(world.github.takeDeliveries(at: world.now).map(\.guid) == [sent[2].guid])
        let mine = world.get("/app", token: token)
        #expect(api.faults(in: mine.json, at: "#/components/schemas/integration") == [])
        let config = world.get("/app/hook/config", token: token)
        #expect(api.faults(in: config.json, at: "#/components/schemas/webhook-config") == [])
    }
}
