import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Testing

/// GraphQL through a node, over real HTTP and counted at the simulated GitHub.
@Suite(.serialized, .timeLimit(.minutes(2))) struct QueriesTests {
    typealias Answer = (status: Int, headers: HTTPHeaders, body: [UInt8])

    private static let hello = RepositoryName(Fleet.repository)!
    private static let vault = RepositoryName("octo-tools/vault-ci")!
    private static let suites =
        "query($o:String!,$n:String!){repository(owner:$o,name:$n){id nameWithOwner description defaultBranchRef{target"
        + "{... on Commit{checkSuites(first:5){nodes{status}}}}}}}"

    private func body(_ text: String = suites, of repository: RepositoryName = hello) throws -> [UInt8] {
        let variables = text.contains("$o") ? ["o": repository.owner, "n": repository.name] : [:]
        return Array(try JSONSerialization.data(withJSONObject: ["query": text, "variables": variables]))
    }

    private func ask(
        _ fleet: Fleet,
        _ text: String = suites,
        of repository: RepositoryName = hello,
        as token: String = Fleet.token,
        at path: String = "/graphql",
        _ cacheControl: String? = nil
    ) async throws -> Answer {
        var headers: HTTPHeaders = ["Authorization": "Bearer \(token)", "User-Agent": "test"]
        if let cacheControl { headers.add(name: "Cache-Control", value: cacheControl) }
        return try await fleet.post(try body(text, of: repository), to: path, headers: headers)
    }

    private func text(_ answer: Answer) -> String { String(decoding: answer.body, as: UTF8.self) }

    private func isHit(_ answer: Answer) -> Bool {
        answer.headers.first(name: "Cache-Status")?.hasPrefix("hookcache; hit") ?? false
    }

    /// How many requests GitHub's GraphQL got.
    private func asked(_ fleet: Fleet) async -> Int {
        await fleet.github.calls.entries.filter { $0.target.hasPrefix("/graphql") }.count
    }

    @Test func aRepeatedQueryCostsNoRequestOnWhateverPathItIsAsked() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let first = try await ask(fleet)
            #expect(first.status == 200)
            #expect(text(first).contains(Fleet.repository))
            #expect(first.headers.first(name: "Cache-Status")?.contains("fwd=miss") == true)
            let before = await fleet.github.statistics
            for path in ["/graphql", "/api/graphql"] {
                let again = try await ask(fleet, "# again\n" + Self.suites.replacing("{", with: " {\n "), at: path)
                #expect(isHit(again))
                #expect(again.body == first.body)
                #expect(again.headers.first(name: "Age") != nil)
                #expect(again.headers.first(name: "X-RateLimit-Resource") == "graphql")
                #expect(again.headers.first(name: "X-RateLimit-Remaining") == "4999")
            }
            // As gh asks, with the headers that it sends.
            let host = String(fleet.githubURL.dropFirst("http://".count))
            for expected in [false, true] {
                let answer = try await fleet.overSocket(
                    "/graphql",
                    host: host,
                    method: .POST,
                    headers: [
                        "Authorization": "token \(Fleet.token)", "Content-Type": "application/json; charset=utf-8",
                        "Accept":
                            "application/vnd.github.merge-info-preview+json, application/vnd.github.nebula-preview",
                        "GraphQL-Features": "merge_queue", "Time-Zone": "Europe/Berlin",
                    ],
                    body: try body()
                )
                #expect(answer.body == first.body)
                #expect(isHit(answer) == expected)
            }
            let after = await fleet.github.statistics
            #expect(after.requests == before.requests + 1)
            #expect(await asked(fleet) == 2)
        }
    }

    @Test func anEventOfItsRepositoryEndsItAndNoOther() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            try await fleet.github.createRepository(Self.vault, isPrivate: true)
            await fleet.github.createToken("both", grants: [.read(Self.hello), .read(Self.vault)])
            let port = try #require(await fleet.nodes[0].webhookPort())
            try await fleet.github.createHook(
                in: .repository(Self.hello),
                url: "http://127.0.0.1:\(port)/webhook",
                secret: Fleet.secret
            )
            let run = try await fleet.github.startRun(.init(Self.hello))
            await fleet.github.settle()
            try await fleet.eventually("the run is known here") {
                try await fleet.stored("/repos/\(Self.hello)/actions/runs/\(run)", on: 0) != nil
            }
            #expect(try await text(ask(fleet, as: "both")).contains("QUEUED"))
            _ = try await ask(fleet, of: Self.vault, as: "both")
            try await fleet.github.finish(run: run)
            await fleet.github.settle()
            try await fleet.eventually("the query is old here") {
                try await ask(fleet, as: "both", "only-if-cached").status == 504
            }
            let before = await asked(fleet)
            let after = try await ask(fleet, as: "both")
            #expect(text(after).contains("COMPLETED"))
            #expect(after.headers.first(name: "Cache-Status")?.contains("fwd=stale") == true)
            #expect(try await isHit(ask(fleet, of: Self.vault, as: "both")))
            #expect(await asked(fleet) == before + 1)
        }
    }

    @Test func anotherCredentialOrNoneGetsNothingOfIt() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            try await fleet.github.createRepository(Self.vault, isPrivate: true)
            await fleet.github.createToken("reader", grants: [.read(Self.vault)])
            await fleet.github.createToken("stranger", login: "monalisa", grants: [])
            let query = "query($o:String!,$n:String!){repository(owner:$o,name:$n){isPrivate}}"
            #expect(try await text(ask(fleet, query, of: Self.vault, as: "reader")).contains("true"))
            #expect(try await isHit(ask(fleet, query, of: Self.vault, as: "reader")))
            let refused = try await ask(fleet, query, of: Self.vault, as: "stranger")
            #expect(text(refused).contains("NOT_FOUND"))
            #expect(!text(refused).contains("isPrivate"))
            #expect(try await ask(fleet, query, of: Self.vault, as: "unknown").status == 401)
            let kept = try await ask(fleet, query, of: Self.vault, as: "stranger", "only-if-cached")
            #expect(kept.status == 504)
            let anonymous = try await fleet.post(
                try body(query, of: Self.vault),
                to: "/graphql",
                headers: ["User-Agent": "test"]
            )
            #expect(anonymous.status == 401)
            #expect(try await isHit(ask(fleet, query, of: Self.vault, as: "reader")))
        }
    }

    @Test func aMutationPassesAndEndsWhatItsCallerAsked() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let before = try await ask(fleet)
            #expect(try await isHit(ask(fleet)))
            let parsed = try JSONObject(before.body).object("data")?.object("repository")
            let id = try #require(parsed?.string("id"))
            let mutation =
                "mutation{updateRepository(input:{repositoryId:\"\(id)\",description:\"of the mutation\"})"
                + "{repository{description}}}"
            for _ in 0..<2 {
                let written = try await ask(fleet, mutation)
                #expect(written.status == 200)
                #expect(text(written).contains("of the mutation"))
                #expect(written.headers.first(name: "Cache-Status") == "hookcache; fwd=method")
            }
            let after = try await ask(fleet)
            #expect(after.headers.first(name: "Cache-Status")?.contains("fwd=stale") == true)
            #expect(text(after).contains("of the mutation"))
            #expect(try await isHit(ask(fleet)))
            #expect(await asked(fleet) == 4)
        }
    }

    @Test func aWriteByThePathsOfTheRESTAPIEndsItToo() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let run = try await fleet.github.startRun(.init(Self.hello))
            #expect(try await text(ask(fleet)).contains("QUEUED"))
            let written = try await fleet.post(
                [],
                to: "/repos/\(Self.hello)/actions/runs/\(run)/cancel",
                headers: ["Authorization": "Bearer \(Fleet.token)", "User-Agent": "test"]
            )
            #expect(written.status == 202)
            #expect(try await text(ask(fleet)).contains("COMPLETED"))
        }
    }

    @Test func anAnswerWithErrorsIsHandedOnAndNotKept() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            for count in 1...2 {
                let answer = try await ask(fleet, of: Self.vault)
                #expect(answer.status == 200)
                #expect(text(answer).contains("NOT_FOUND"))
                #expect(await asked(fleet) == count)
            }
        }
    }

    @Test func aSpentBudgetIsSaidInGraphQLsShapeAndIsNobodyElses() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            await fleet.github.createToken("other", login: "monalisa", grants: [])
            await fleet.github.perform { github, _ in github.configuration.graphQLPointsPerHour = 2 }
            let viewer = "{viewer{login}}"
            #expect(try await ask(fleet).status == 200)
            #expect(try await ask(fleet, viewer).status == 200)
            for _ in 0..<2 {
                let limited = try await ask(fleet, "{viewer{id}}")
                #expect(limited.status == 200)
                #expect(text(limited).contains(#""type":"RATE_LIMITED""#))
                #expect(limited.headers.first(name: "Retry-After").flatMap { Int($0) } ?? 0 > 0)
                #expect(limited.headers.first(name: "X-RateLimit-Remaining") == "0")
                #expect(limited.headers.first(name: "Cache-Status") == "hookcache; fwd=miss")
            }
            #expect(await asked(fleet) <= 3)
            // What is stored is served, REST has a budget of its own, and so has everybody else.
            #expect(try await isHit(ask(fleet)))
            let runs = try await fleet.get(
                "/repos/\(Self.hello)/actions/runs",
                from: 0,
                headers: ["Authorization": "Bearer \(Fleet.token)"]
            )
            #expect(runs.status == 200)
            #expect(try await text(ask(fleet, viewer, as: "other")).contains("monalisa"))
        }
    }

    @Test func anOutageIsBridgedByWhatIsStored() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let first = try await ask(fleet)
            await fleet.github.addFault(.serverError(502), toPathsWith: "/graphql")
            let stale = try await ask(fleet, Self.suites, "no-cache")
            #expect(stale.body == first.body)
            #expect(stale.headers.first(name: "Cache-Status")?.hasPrefix("hookcache; hit") == true)
            let missing = try await ask(fleet, "{viewer{login}}")
            #expect(missing.status == 502)
            #expect(text(missing).contains(#""errors":[{"message":"#))
            await fleet.github.clearFaults()
            #expect(try await isHit(ask(fleet)))
        }
    }
}
