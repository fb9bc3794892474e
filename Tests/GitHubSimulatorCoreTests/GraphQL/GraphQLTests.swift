import GitHubCore
import SchemaCheck
import Testing

@testable import GitHubSimulatorCore

struct GraphQLTests {
    private let hello = #"repository(owner: "octo-tools", name: "hello-ci")"#

    @Test func aQueryIsAnsweredInItsOwnOrderAndByItsOwnNames() throws {
        var world = try World()
        let answer = world.ask("{ b: viewer { login } a: \(hello) { isPrivate nameWithOwner __typename } }")
        #expect(answer.status == 200)
        let text =
            #"{"data":{"b":{"login":"octocat"},"#
            + #""a":{"isPrivate":false,"nameWithOwner":"octo-tools/hello-ci","__typename":"Repository"}}}"#
        #expect(String(decoding: answer.body, as: UTF8.self) == text)
        #expect(answer.header("ETag") == nil)
        #expect(answer.header("Cache-Control") == "no-cache")
        #expect(answer.header("X-GitHub-Media-Type") == "github.v4; format=json")
    }

    @Test func variablesFragmentsAndDirectivesAreHeeded() throws {
        var world = try World()
        let query = """
            query Q($owner: String!, $name: String = "hello-ci", $deep: Boolean!, $not: Boolean = false) {
              repository(owner: $owner, name: $name) { ...facts ... on Repository @include(if: $deep) { url } id @include(if: $not) }
            }
            fragment facts on Repository { name @skip(if: $deep) owner { ... on Organization { login } ... on User { email } } }
            """
        let shallow = world.ask(query, ["owner": "octo-tools", "deep": false]).json
        #expect(shallow.at("data.repository") == ["name": "hello-ci", "owner": ["login": "octo-tools"]])
        let deep = world.ask(query, ["owner": "octo-tools", "deep": true]).json
        #expect(deep.at("data.repository")?.keys == ["owner", "url"])
    }

    @Test(arguments: [
        (
            "{ viewer { nonsense } }", "undefinedField", "Field 'nonsense' doesn't exist on type 'User'",
            "query,viewer,nonsense"
        ),
        ("query A { viewer }", "selectionMismatch", "Field must have selections", "query A,viewer"),
        (
            "{ viewer { login { a } } }", "selectionMismatch", "Selections can't be made on scalars",
            "query,viewer,login"
        ),
        (
            "{ repository(owner: \"a\") { id } }", "missingRequiredArguments", "missing required arguments: name",
            "query,repository"
        ),
        ("{ viewer { login(a: 1) } }", "argumentNotAccepted", "doesn't accept argument 'a'", "query,viewer,login,a"),
        (
            "{ user(login: 1) { id } }", "argumentLiteralsIncompatible",
            "has an invalid value (1). Expected type 'String!'.", "query,user,login"
        ),
        (
            "query Q($a: Int) { viewer { id } }", "variableNotUsed", "Variable $a is declared by Q but not used",
            "query Q"
        ),
        (
            "{ user(login: $a) { id } }", "variableNotDefined",
            "Variable $a is used by anonymous query but not declared", "query"
        ),
        ("{ viewer { ...f } }", "useAndDefineFragment", "Fragment f was used, but not defined", "query,viewer"),
        (
            "{ viewer { ... on Nothing { id } } }", "undefinedType", "No such type Nothing",
            "query,viewer,... on Nothing"
        ),
        (
            "{ viewer { ... on Repository { id } } }", "cannotSpreadFragment", "can't be spread inside User",
            "query,viewer,... on Repository"
        ),
        ("{ viewer { id @wrong } }", "undefinedDirective", "Directive @wrong is not defined", "query,viewer"),
        ("{ viewer { ...f } } fragment f on User { ...f }", "infiniteLoop", "contains an infinite loop", "fragment f"),
    ])
    func whatTheSchemaDoesNotHaveIsSaidAsGitHubDoes(query: String, code: String, words: String, path: String) throws {
        var world = try World()
        let answer = world.ask(query)
        #expect(answer.status == 200)
        #expect(answer.json.keys == ["errors"])
        let error = try #require(answer.json.at("errors.0"))
        #expect(error.at("extensions.code")?.text == code)
        #expect(error["message"]?.text?.contains(words) == true, "\(error["message"] ?? .null)")
        #expect(error["path"]?.elements.compactMap(\.text).joined(separator: ",") == path)
        #expect(error.at("locations.0.line")?.integer == 1)
    }

    @Test func aBrokenQueryIsNoQuery() throws {
        var world = try World()
        let error = world.ask("{\n  viewer { login }\n}}").json
        #expect(error.at("errors.0.message") == "Parse error on \"}\"")
        #expect(error.at("errors.0.locations.0") == ["line": 3, "column": 2])
        #expect(world.ask("").json.at("errors.0.message")?.text?.hasPrefix("A query attribute") == true)
        let missing = world.ask("query Q($a: String!) { user(login: $a) { id } }").json
        #expect(missing.at("errors.0.message") == "Variable $a of type String! was provided invalid value")
        let wrong = world.ask("query Q($a: Int!) { viewer { repositories(first: $a) { totalCount } } }", ["a": "x"])
        #expect(wrong.json.at("errors.0.extensions.problems.0.explanation") == "Could not coerce value \"x\" to Int")
        #expect(world.ask("query A { viewer { id } } query B { viewer { login } }").json["data"] == nil)
        let second = world.ask("query A { viewer { id } } query B { viewer { login } }", operation: "B")
        #expect(second.json.at("data.viewer.login") == "octocat")
        let request = SimulatedGitHub.Request(
            method: "POST",
            target: "/graphql",
            headers: [HeaderField("User-Agent", "t"), HeaderField("Authorization", "token admin")],
            body: Array("{".utf8)
        )
        #expect(world.github.respond(to: request, at: world.now).status == 400)
        #expect(world.get("/graphql").status == 404)
    }

    @Test func aPrivateRepositoryIsNoRepositoryToStrangers() throws {
        var world = try World()
        let query = #"{ viewer { login } repository(owner: "octo-tools", name: "vault-ci") { id } }"#
        let found = world.ask(query, token: "reader").json
        #expect(found.at("data.repository.id")?.text?.hasPrefix("R_") == true)
        let hidden = world.ask(query, token: "stranger").json
        #expect(hidden["data"] == ["viewer": ["login": "monalisa"], "repository": nil])
        #expect(hidden.at("errors.0.type") == "NOT_FOUND")
        #expect(hidden.at("errors.0.path") == ["repository"])
        #expect(
            hidden.at("errors.0.message") == "Could not resolve to a Repository with the name 'octo-tools/vault-ci'."
        )
        #expect(world.ask(query, token: nil).status == 401)
        #expect(world.ask(query, token: "nonsense").status == 401)
    }

    @Test func pagesFollowEachOtherByCursor() throws {
        var world = try World()
        for number in 0..<5 {
            try world.github.createRepository(RepositoryName("octo-tools/more-\(number)")!, at: world.now)
        }
        let query = """
            query($endCursor: String) { organization(login: "octo-tools") {
              repositories(first: 3, after: $endCursor, orderBy: {field: NAME, direction: DESC}) {
                totalCount nodes { name } edges { cursor } pageInfo { hasNextPage endCursor }
              }
            } }
            """
        var names: [String] = []
        var cursor = JSON.null
        for _ in 0..<3 {
            let page = try #require(world.ask(query, ["endCursor": cursor]).json.at("data.organization.repositories"))
            #expect(page["totalCount"] == 7)
            names += page["nodes"]?.elements.compactMap { $0["name"]?.text } ?? []
            cursor = page.at("pageInfo.endCursor") ?? .null
            #expect(page.at("pageInfo.hasNextPage") == .bool(names.count < 7))
            #expect(page["edges"]?.elements.last?["cursor"] == cursor)
        }
        #expect(names == ["vault-ci", "more-4", "more-3", "more-2", "more-1", "more-0", "hello-ci"])
    }

    @Test func pagesNeedASizeAndNotTooLargeOne() throws {
        var world = try World()
        func error(_ arguments: String, _ fields: String = "nodes { name }") -> JSON? {
            world.ask("{ viewer { repositories\(arguments) { \(fields) } } }").json.at("errors.0.type")
        }
        #expect(error("") == "MISSING_PAGINATION_BOUNDARIES")
        #expect(error("(first: 101)") == "EXCESSIVE_PAGINATION")
        #expect(error("(last: -1)") == "INVALID_PAGINATION_BOUNDARIES")
        #expect(error("(first: 100)") == nil)
        #expect(error("", "totalCount") == nil)
    }

    @Test func nullGoesUpToWhereItMayBe() throws {
        var world = try World()
        // `repositories` may not be null, so the viewer is, and so all of it.
        let answer = world.ask("{ viewer { repositories { nodes { name } } } }").json
        #expect(answer["data"] == .null)
        #expect(answer.at("errors.0.path") == ["viewer", "repositories"])
    }

    @Test func runsAndChecksAreThoseOfREST() throws {
        var world = try World()
        let run = try world.finishedRun(
            .init(World.hello, branch: "topic", jobs: ["a", .init("b", conclusion: .failure)])
        )
        let job = world.github.jobs(ofRun: run)[1]
        try world.github.annotate(job: job.id, .init(.failure, "Process completed with exit code 1."))
        try world.github.openPullRequest("topic", in: World.hello)
        let query = """
            { \(hello) {
              ref(qualifiedName: "refs/heads/topic") { target { ... on Commit { oid statusCheckRollup { state } checkSuites(first: 1) {
                nodes { conclusion workflowRun { databaseId workflow { name } } checkRuns(last: 1) { nodes {
                  databaseId name conclusion annotations(first: 9) { nodes { message annotationLevel } } } } } } } } }
              pullRequests(headRefName: "topic", first: 1, states: OPEN) { nodes { number headRefOid } }
              object(expression: "HEAD:README.md") { ... on Blob { text } }
            } }
            """
        let found = try #require(world.ask(query).json.at("data.repository"))
        #expect(found.at("ref.target.statusCheckRollup.state") == "FAILURE")
        let suite = try #require(found.at("ref.target.checkSuites.nodes.0"))
        #expect(suite["conclusion"] == "FAILURE")
        #expect(suite.at("workflowRun.databaseId")?.integer == run)
        #expect(suite.at("checkRuns.nodes.0.databaseId")?.integer == job.id)
        #expect(suite.at("checkRuns.nodes.0.annotations.nodes.0.annotationLevel") == "FAILURE")
        #expect(found.at("pullRequests.nodes.0.headRefOid") == found.at("ref.target.oid"))
        #expect(found.at("object.text")?.text?.hasPrefix("# hello-ci\n") == true)
    }

    @Test func pointsAreCountedByTheHundred() throws {
        var world = try World(.init(graphQLPointsPerHour: 4))
        let deep = """
            { organization(login: "octo-tools") { repositories(first: 100) { nodes { refs(refPrefix: "x", first: 50) { totalCount }
              pullRequests(first: 10) { totalCount } } } } rateLimit { cost remaining used limit nodeCount } }
            """
        let first = world.ask(deep)
        // 1 + 100 + 100 requests of connections are 2 points.
        #expect(
            first.json.at("data.rateLimit") == ["cost": 2, "remaining": 2, "used": 2, "limit": 4, "nodeCount": 6_100]
        )
        #expect(first.header("X-RateLimit-Resource") == "graphql")
        #expect(first.header("X-RateLimit-Remaining") == "2")
        #expect(world.get("/rate_limit").json.at("resources.graphql.used") == 2)
        #expect(world.get("/rate_limit").json.at("resources.core.used") == 0)
        _ = world.ask("{ viewer { id } }")
        _ = world.ask("{ viewer { id } }")
        let spent = world.ask("{ viewer { id } }")
        #expect(spent.status == 200)
        #expect(spent.json.at("errors.0.type") == "RATE_LIMIT")
        #expect(spent.header("X-RateLimit-Remaining") == "0")
        #expect(world.get("/user").status == 200, "REST has a budget of its own")
        let big =
            "{ viewer { repositories(first: 100) { nodes { pullRequests(first: 100) { nodes { commits(first: 100) { totalCount } } } } } } }"
        var rich = try World()
        #expect(rich.ask(big).json.at("errors.0.type") == "MAX_NODE_LIMIT_EXCEEDED")
    }

    @Test func aSecondaryLimitIsARefusal() throws {
        var world = try World(.init(graphQLPointsPerMinute: 6))
        #expect(
            world.ask("mutation M { removeStar(input: {starrableId: \"x\"}) { clientMutationId } }").status == 200
        )
        #expect(world.ask("{ viewer { id } }").status == 200)
        let limited = world.ask("{ viewer { id } }")
        #expect(limited.status == 403)
        #expect(limited.header("Retry-After") != nil)
    }

    @Test func mutationsChangeWhatIsReadAfterwards() throws {
        var world = try World()
        _ = try world.hook()
        let id = try #require(world.ask("{ \(hello) { id } }").json.at("data.repository.id")?.text)
        let star = world.ask(
            "mutation($id: ID!) { addStar(input: {starrableId: $id, clientMutationId: \"m\"}) { clientMutationId starrable { stargazerCount } } }",
            ["id": .string(id)]
        )
        #expect(star.json.at("data.addStar") == ["clientMutationId": "m", "starrable": ["stargazerCount": 1]])
        #expect(world.get("/repos/octo-tools/hello-ci").json["stargazers_count"] == 1)
        let update =
            "mutation($in: UpdateRepositoryInput!) { updateRepository(input: $in) { repository { description } } }"
        let input: JSON = ["in": ["repositoryId": .string(id), "description": "Says hello"]]
        let refused = world.ask(update, input, token: "stranger").json
        #expect(refused.at("errors.0.type") == "FORBIDDEN")
        #expect(refused.at("data.updateRepository") == .null)
        let done = world.ask(update, input).json
        #expect(done.at("data.updateRepository.repository.description") == "Says hello")
        #expect(world.get("/repos/octo-tools/hello-ci").json["description"] == "Says hello")
        #expect(world.github.takeDeliveries(at: world.now).map(\.name) == ["repository.edited"])
        let unknown = world.ask("mutation { addStar(input: {starrableId: \"x\"}) { clientMutationId } }").json
        #expect(unknown.at("errors.0.type") == "NOT_FOUND")
    }

    @Test func whatHasAGlobalIDIsFoundByIt() throws {
        var world = try World()
        let run = try world.finishedRun()
        let job = world.github.jobs(ofRun: run)[0].id
        let ids = [
            world.get("/repos/octo-tools/hello-ci"), world.get("/repos/octo-tools/hello-ci/actions/runs/\(run)"),
            world.get("/repos/octo-tools/hello-ci/actions/jobs/\(job)"),
        ].compactMap { $0.json["node_id"] }
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }"
        let nodes = world.ask(query, ["ids": .array(ids)]).json.at("data.nodes")?.elements ?? []
        #expect(nodes.compactMap { $0["id"] } == ids)
        #expect(nodes.compactMap { $0["__typename"]?.text } == ["Repository", "WorkflowRun", "CheckRun"])
        #expect(world.ask("{ node(id: \"nothing\") { id } }").json.at("errors.0.type") == "NOT_FOUND")
    }
}
