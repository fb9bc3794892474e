import NIOHTTP1
import Testing

@testable import hookcache

/// What users and scripts see: arguments in, text and an exit code out.
@Suite struct ProgramTests {
    @Test func withoutANodeACommandExits69() async throws {
        let outcome = try await Program.run(["stats"])
        #expect(outcome.status == 69)
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.hasPrefix("hookcache: no node answers"))
    }

    @Test func wrongUsageExits64() async throws {
        #expect(try await Program.run(["runs"]).status == 64)
        #expect(try await Program.run(["stats", "--log-level", "loud"]).status == 64)
    }

    @Test func aBadSettingExits1AndIsNamed() async throws {
        let outcome = try await Program.run(["stats"], environment: ["CACHE_TTL_RUNS": "soon"])
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("CACHE_TTL_RUNS: got \"soon\", wants whole seconds"))
    }

    @Test func helpExits0() async throws {
        let outcome = try await Program.run(["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("Exit codes: 0 done, 1 failed, 64 wrong usage, 69 no node answers."))
    }

    @Test func theSocketIsFoundByTheEnvironment() async throws {
        let stats =
            #"{"local_hits":3,"hit_rate":0.75,"deliveries":{"accepted":2},"rate_limit":{"limit":5000,"remaining":4990}}"#
        try await StubNode.during(["GET /_hookcache/v1/stats": .init(body: stats)]) { node in
            let outcome = try await Program.run(["stats"], environment: ["CACHE_SOCKET": node.socket])
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("local hits  3\n"))
            #expect(outcome.output.contains("75 %"))
            #expect(outcome.output.contains("2 accepted"))
            #expect(outcome.output.contains("4990 of 5000 left"))
            let json = try await Program.run([
                "stats", "--json", "--fields", "rate_limit.remaining", "--socket", node.socket,
            ])
            #expect(JSONValue(json.output.utf8) == .object(["rate_limit.remaining": .integer(4990)]))
        }
    }

    @Test func thePeerIDNeedsNoNode() async throws {
        let outcome = try await Program.run(["peers", "id", "--json"])
        #expect(outcome.status == 0)
        #expect(JSONValue(outcome.output.utf8)?["peer_id"]?.string?.hasPrefix("12D3KooW") == true)
        #expect(JSONValue(outcome.output.utf8)?.rows("addresses").count == 1)
    }

    @Test func whatTheNodeSaysAgainstItExits1() async throws {
        let answer = StubNode.Answer(status: .forbidden, body: #"{"error":"the token may not write hooks"}"#)
        try await StubNode.during(["POST /_hookcache/v1/hooks": answer]) { node in
            let outcome = try await Program.run([
                "hook", "register", "o/r", "--url", "https://h.example/webhook", "--socket", node.socket,
            ])
            #expect(outcome.status == 1)
            #expect(outcome.error == "hookcache: the token may not write hooks (403)\n")
            #expect(node.requests == [#"POST /_hookcache/v1/hooks {"scope":"o/r","url":"https://h.example/webhook"}"#])
        }
    }

    @Test func declaredJobsAreATable() async throws {
        let jobs = #"""
            {"jobs":[{"name":"nightly","schedule":"0 3 * * *","on":[],"running":null,"next_run":"2000-01-01T00:00:00Z",
            "last_run":null,"outcome":null,"runner":null,"api_calls":null,"api_calls_free":null},
            {"name":"after","schedule":null,"on":["push","create"],"running":"this node","next_run":null,
            "last_run":"2000-01-01T00:00:00Z","outcome":"running","runner":"this node","api_calls":3,"api_calls_free":2}]}
            """#
        try await StubNode.during(["GET /_hookcache/v1/prewarm": .init(body: jobs)]) { node in
            let outcome = try await Program.run(["prewarm", "list", "--socket", node.socket])
            #expect(outcome.status == 0)
            let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
            #expect(lines.first == "JOB WHEN LAST RUN OUTCOME CALLS NEXT RUN RUNNER")
            #expect(lines.dropFirst().first == "nightly 0 3 * * * - - - in 0s -")
            #expect(lines.last?.hasPrefix("after on push,create") == true)
            #expect(lines.last?.hasSuffix("ago running 3, 2 free running this node") == true)
        }
    }

    @Test func theJobsOfAFileAreRunNow() async throws {
        let body = #"""
            {"repositories":["o/a","o/b"],"resources":[{"path":"/repos/o/a","result":"fetched","counted":true}]}
            """#
        let file = """
            jobs:
              all: {repositories: o/*, resources: [runs], schedule: "@daily"}
              one: {repositories: o/c, resources: [workflows, runs], on: push}
            """
        try await StubNode.during(["POST /_hookcache/v1/prewarm": .init(body: body)]) { node in
            let outcome = try await Program.run(
                ["prewarm", "--file", "jobs.yaml", "--socket", node.socket],
                files: ["jobs.yaml": file]
            )
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(
                node.requests
                    == [
                        #"{"matching":["o/*"]}"#, #"{"repositories":["o/a"],"resources":["runs"]}"#,
                        #"{"repositories":["o/b"],"resources":["runs"]}"#,
                        #"{"repositories":["o/c"],"resources":["runs","workflows"]}"#,
                    ].map { "POST /_hookcache/v1/prewarm \($0)" }
            )
            let wrong = try await Program.run(
                ["prewarm", "--file", "jobs.yaml", "--socket", node.socket],
                files: ["jobs.yaml": "jobs: {a: {repositories: o/r, schedule: '@never'}}"]
            )
            #expect(wrong.status == 1)
            #expect(wrong.error.contains("jobs.yaml:1: job a: schedule: got \"@never\", wants one of @annually"))
        }
    }

    @Test func aPrewarmEndsAtTheReserve() async throws {
        let body = #"{"resources":[{"path":"/x","result":"the rest is for clients","counted":false,"stopped":true}]}"#
        try await StubNode.during(["POST /_hookcache/v1/prewarm": .init(body: body)]) { node in
            let outcome = try await Program.run(["prewarm", "o/a", "o/b", "--socket", node.socket])
            #expect(outcome.status == 1)
            #expect(node.requests.count == 1)
        }
    }

    @Test func aMalformedFileOfJobsStopsTheStart() async throws {
        let outcome = try await Program.run(
            ["serve"],
            environment: ["CACHE_PREWARM_FILE": "jobs.yaml"],
            files: ["jobs.yaml": "jobs:\n  a:\n    repositories: o/r\n    schedule: 61 * * * *\n"]
        )
        #expect(outcome.status == 1)
        #expect(
            outcome.error.contains(
                "CACHE_PREWARM_FILE: jobs.yaml:4: job a: schedule: got \"61 * * * *\", wants 0 to 59 in the field for the minute"
            )
        )
    }

    @Test func runsAndJobsAreTables() async throws {
        let runs =
            #"{"total_count":1,"workflow_runs":[{"id":7,"status":"completed","conclusion":"success","name":"CI"}]}"#
        let jobs = #"{"jobs":[{"id":8,"status":"queued","conclusion":null,"name":"build","labels":["linux","x64"]}]}"#
        let answers: [String: StubNode.Answer] = [
            "GET /_hookcache/v1/runs?repo=o/r&status=success&limit=5": .init(body: runs),
            "GET /_hookcache/v1/jobs?repo=o/r&run=7": .init(body: jobs),
        ]
        try await StubNode.during(answers) { node in
            let outcome = try await Program.run([
                "runs", "o/r", "--status", "success", "--limit", "5", "--socket", node.socket,
            ])
            #expect(outcome.output == "ID  STATE    WORKFLOW\n7   success  CI\n")
            let listed = try await Program.run(["jobs", "o/r", "7", "--socket", node.socket])
            #expect(listed.output == "ID  STATE   NAME   LABELS     TOOK\n8   queued  build  linux,x64  -\n")
        }
    }

    @Test func repositoriesAndRunnersAreTables() async throws {
        let repos = #"{"repos":[{"full_name":"o/r","visibility":"public","pushed_at":null}],"complete":false}"#
        let runners = #"{"runners":[{"id":3,"name":"big","status":"online","busy":true,"labels":["linux","gpu"]}]}"#
        let answers: [String: StubNode.Answer] = [
            "GET /_hookcache/v1/repos?owner=o&since_days=7": .init(body: repos),
            "GET /_hookcache/v1/repos?owner=o": .init(body: #"{"repos":[],"complete":true}"#),
            "GET /_hookcache/v1/runners?scope=o/r": .init(body: runners),
        ]
        try await StubNode.during(answers) { node in
            let outcome = try await Program.run(["repos", "o", "--since-days", "7", "--socket", node.socket])
            #expect(outcome.output == "NAME  VISIBILITY  PUSHED\no/r   public      -\n")
            #expect(outcome.error.contains("there are more repositories"))
            let none = try await Program.run(["repos", "o", "--socket", node.socket])
            #expect(none.output == "o has no repository that this node may see\n")
            #expect(none.status == 0 && none.error.isEmpty)
            let listed = try await Program.run(["runners", "o/r", "--socket", node.socket])
            #expect(listed.output == "ID  NAME  STATUS  BUSY  LABELS\n3   big   online  yes   linux,gpu\n")
            let picked = try await Program.run([
                "runners", "o/r", "--json", "--fields", "busy", "--socket", node.socket,
            ])
            #expect(JSONValue(picked.output.utf8) == .array([.object(["busy": .bool(true)])]))
        }
    }

    @Test func listsFollowTheCursor() async throws {
        let answers: [String: StubNode.Answer] = [
            "GET /_hookcache/v1/entries?prefix=/repos&limit=3": .init(
                body: #"{"entries":[{"path":"/a"},{"path":"/b"}],"cursor":"/b"}"#
            ),
            "GET /_hookcache/v1/entries?prefix=/repos&limit=1&cursor=/b": .init(
                body: #"{"entries":[{"path":"/c"}],"cursor":"/c"}"#
            ),
        ]
        try await StubNode.during(answers) { node in
            let arguments = [
                "cache", "list", "/repos", "--limit", "3", "--json", "--fields", "path", "--socket", node.socket,
            ]
            let outcome = try await Program.run(arguments)
            #expect(JSONValue(outcome.output.utf8)?.rows().compactMap { $0["path"]?.string } == ["/a", "/b", "/c"])
        }
    }

    @Test func aBodyIsPrintedAsItIs() async throws {
        let body = #"{"b": 1,  "a":2}"#
        try await StubNode.during(["GET /_hookcache/v1/entries/body?path=/repos/o/r": .init(body: body)]) { node in
            let outcome = try await Program.run(["cache", "get", "repos/o/r", "--socket", node.socket])
            #expect(outcome.output == body)
        }
    }

    @Test func damagedBodiesMakeVerifyFail() async throws {
        let answer = StubNode.Answer(body: #"{"checked":9,"corrupt":["bafy"]}"#)
        try await StubNode.during(["POST /_hookcache/v1/entries/verify": answer]) { node in
            let outcome = try await Program.run(["cache", "verify", "--socket", node.socket])
            #expect(outcome.status == 1)
            #expect(outcome.output.contains("bafy"))
        }
    }
}
