import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import Testing

/// A small GitHub to try things with: a public and a private repository, a hook, three tokens.
struct World {
    static let hello = RepositoryName("octo-tools/hello-ci")!
    static let vault = RepositoryName("octo-tools/vault-ci")!
    static let secret = "It's a Secret to Everybody"

    var github: SimulatedGitHub
    var now = Timestamp(rfc3339: "2026-08-01T10:00:00Z")!

    init(_ configuration: SimulatedGitHub.Configuration = .init()) throws {
        github = SimulatedGitHub(configuration)
        github.createAccount("octocat", at: now)
        try github.createRepository(Self.hello, at: now)
        try github.createRepository(Self.vault, isPrivate: true, at: now)
        github.createToken("admin", grants: [.everything], at: now)
        github.createToken("reader", login: "hubot", grants: [.read(Self.vault)], at: now)
        github.createToken("stranger", login: "monalisa", grants: [], at: now)
    }

    /// Registers a hook for both repositories and forgets its ping.
    mutating func hook(events: [String] = ["workflow_run", "workflow_job", "repository"], isForm: Bool = false) throws
        -> Int64
    {
        let hook = try github.createHook(
            in: .owner("octo-tools"),
            url: "http://127.0.0.1:9/webhook",
            secret: Self.secret,
            events: events,
            isForm: isForm,
            at: now
        )
        _ = github.takeDeliveries(at: now)
        return hook.id
    }

    mutating func pass(seconds: Int = 1) { now = now.advanced(bySeconds: seconds) }

    mutating func get(
        _ target: String,
        token: String? = "admin",
        ifNoneMatch: String? = nil
    ) -> SimulatedGitHub.Response {
        github.respond(to: .get(target, token: token, ifNoneMatch: ifNoneMatch), at: now)
    }

    mutating func call(
        _ method: String,
        _ target: String,
        token: String? = "admin",
        body: JSON? = nil
    ) -> SimulatedGitHub.Response {
        github.respond(to: .call(method, target, token: token, body: body), at: now)
    }

    /// Asks GraphQL.
    mutating func ask(
        _ query: String,
        _ variables: JSON = [:],
        token: String? = "admin",
        operation: String? = nil
    ) -> SimulatedGitHub.Response {
        var members: [JSON.Member] = [.init("query", .string(query)), .init("variables", variables)]
        if let operation { members.append(.init("operationName", .string(operation))) }
        return call("POST", "/graphql", token: token, body: .object(members))
    }

    /// A run that has ended.
    @discardableResult
    mutating func finishedRun(_ plan: SimulatedGitHub.RunPlan = .init(World.hello)) throws -> Int64 {
        let id = try github.startRun(plan, at: now)
        while try github.advance(run: id, at: now) != .runCompleted { pass() }
        return id
    }
}

extension SimulatedGitHub.Response {
    var json: JSON { (try? JSON(parsing: body)) ?? .null }
}

extension SimulatedGitHub.OutgoingDelivery {
    var json: JSON { (try? JSON(parsing: payload)) ?? .null }

    var name: String { action.map { "\(event).\($0)" } ?? event }
}
