import GitHubCore
import SharedData
import Testing

/// What answers and deliveries tell of names.
struct NameFactTests {
    private static let hello = RepositoryName("Octo/Hello")!
    private static let repository =
        #"{"id":7,"full_name":"Octo/Hello","owner":{"login":"Octo","id":5,"type":"Organization"},"private":false}"#

    private func facts(
        _ body: String,
        link: String? = nil,
        movedTo: String? = nil,
        _ path: String
    ) throws -> [NameFact] {
        NameFact.told(
            by: Array(body.utf8),
            link: link,
            movedTo: movedTo,
            answering: try #require(Resource(path))
        )
    }

    @Test(arguments: [
        ("/repos/octo/hello", repository),
        ("/orgs/octo/repos", "[\(repository)]"),
        ("/user/repos", "[1,\(repository)]"),
        ("/installation/repositories", #"{"total_count":1,"repositories":[\#(repository)]}"#),
        ("/repos/octo/hello/actions/runs/9", #"{"id":9,"repository":\#(repository)}"#),
        (
            "/repos/octo/hello/actions/runs",
            #"{"total_count":1,"workflow_runs":[{"id":9,"repository":\#(repository)},{"id":8}]}"#
        ),
        ("/repos/octo/hello/check-suites/9", #"{"id":9,"repository":\#(repository)}"#),
        (
            "/repos/octo/hello/commits/main/check-suites",
            #"{"total_count":1,"check_suites":[{"id":9,"repository":\#(repository)}]}"#
        ),
        ("/repos/octo/hello/commits/main/status", #"{"total_count":0,"statuses":[],"repository":\#(repository)}"#),
    ])
    func aRepositoryTellsItsNameAndItsOwners(path: String, body: String) throws {
        let told = try Set(facts(body, path))
        #expect(told.isSuperset(of: [.repository(id: 7, Self.hello), .account(id: 5, login: "octo")]))
        #expect(told.contains(.answers(Self.hello)) == path.hasPrefix("/repos/"))
    }

    @Test func anOrganisationTellsItsLogin() throws {
        #expect(try facts(#"{"login":"Octo","id":5}"#, "/orgs/octo") == [.account(id: 5, login: "octo")])
    }

    @Test func workflowsAndRunsTellFiles() throws {
        let workflows = """
            {"total_count":3,"workflows":[{"id":3,"path":".github/workflows/ci.yml"},\
            {"id":4,"path":"dynamic/pages/pages-build-deployment"},{"id":5,"path":".github/workflows/42"}]}
            """
        let told = try facts(workflows, "/repos/octo/hello/actions/workflows")
        #expect(told == [.workflow(id: 3, file: "ci.yml", Self.hello), .answers(Self.hello)])
        let runs = """
            {"total_count":4,"workflow_runs":[{"id":1,"workflow_id":3,"path":".github/workflows/ci.yml@main"},\
            {"id":2,"workflow_id":3,"path":".github/workflows/ci.yml"},\
            {"id":3,"workflow_id":6,"path":".github/workflows/release.yml"},\
            {"id":4,"workflow_id":8,"path":"octo/other/.github/workflows/x.yml@v1"}]}
            """
        let files: Set<NameFact> = [
            .workflow(id: 3, file: "ci.yml", Self.hello), .workflow(id: 6, file: "release.yml", Self.hello),
            .answers(Self.hello),
        ]
        for path in ["runs", "workflows/3/runs"] {
            #expect(try Set(facts(runs, "/repos/octo/hello/actions/\(path)")) == files)
        }
    }

    @Test(arguments: [
        ("/repos/octo/hello/actions/runs/9/jobs", "repositories/7", NameFact.repository(id: 7, hello)),
        ("/orgs/octo/repos", "organizations/5", .account(id: 5, login: "octo")),
        ("/users/octo/repos", "user/5", .account(id: 5, login: "octo")),
    ])
    func pageLinksTellIDs(path: String, alias: String, fact: NameFact) throws {
        for base in ["https://api.github.com", "https://git.example/api/v3", "http://127.0.0.1:8080"] {
            let link = "<\(base)/\(alias)/x?page=2>; rel=\"next\", <\(base)/\(alias)/x?page=9>; rel=\"last\""
            #expect(try facts("{}", link: link, path).contains(fact))
        }
    }

    @Test(arguments: [
        ("/user/repos", "https://api.github.com/user/repos?page=2"),
        ("/user/repos", "https://api.github.com/user/5/repos?page=2"),
        ("/orgs/octo/repos", "https://api.github.com/repositories/7/x?page=2"),
        ("/repos/octo/hello/actions/runs", "https://api.github.com/organizations/5/x?page=2"),
        ("/repos/octo/hello/actions/runs", "https://api.github.com/repositories/07/x?page=2"),
        ("/repos/octo/hello/actions/runs", "https://api.github.com/?/repositories/7/x"),
        ("/repos/octo/hello/actions/runs", "nonsense"),
    ])
    func otherLinksTellNothing(path: String, url: String) throws {
        #expect(try facts("{}", link: "<\(url)>; rel=\"next\"", path).allSatisfy { $0 == .answers(Self.hello) })
    }

    @Test func aPermanentRedirectTellsAFormerName() throws {
        let former = RepositoryName("octo/former")!
        let run = #"{"id":9,"repository":\#(Self.repository)}"#
        let target = "/repositories/7/actions/runs/9"
        #expect(
            try Set(facts(run, movedTo: target, "/repos/octo/former/actions/runs/9")) == [
                .repository(id: 7, Self.hello), .account(id: 5, login: "octo"), .moved(former, id: 7),
            ]
        )
        let jobs =
            #"{"total_count":1,"jobs":[{"id":1,"url":"https://api.github.com/repos/Octo/Hello/actions/jobs/1"}]}"#
        let link = "<https://api.github.com/repositories/7/x?page=2>; rel=\"next\""
        #expect(
            try Set(
                facts(jobs, link: link, movedTo: "/repositories/7/x", "/repos/octo/former/actions/runs/9/jobs")
            ) == [.repository(id: 7, Self.hello), .moved(former, id: 7)]
        )
        // Nothing names it: only where the name leads is known.
        #expect(
            try facts("{}", movedTo: "/repositories/7/x", "/repos/octo/former/actions/jobs/9") == [
                .moved(former, id: 7)
            ]
        )
        #expect(try facts("{}", movedTo: "/elsewhere", "/repos/octo/former/actions/jobs/9").isEmpty)
        #expect(try facts("{}", movedTo: "/organizations/5", "/orgs/octo").isEmpty)
    }

    @Test(arguments: [
        "", "[", "[]", "{}", "null", #"{"id":0,"full_name":"a/b"}"#, #"{"id":7,"full_name":"a"}"#,
        #"{"id":"7","full_name":"a/b"}"#, #"{"id":-7,"full_name":"a/b","owner":{"id":5,"login":"a"}}"#,
    ])
    func nonsenseTellsNothing(body: String) throws {
        #expect(try facts(body, "/repos/octo/hello") == [.answers(Self.hello)])
    }

    @Test func anOwnerOfAnotherNameTellsNothing() throws {
        let odd = #"{"id":7,"full_name":"Octo/Hello","owner":{"login":"victim","id":5}}"#
        #expect(try facts("[\(odd)]", "/orgs/octo/repos") == [.repository(id: 7, Self.hello)])
    }

    @Test func aDeliveryTellsNames() throws {
        let run = #"{"id":9,"workflow_id":3,"path":".github/workflows/ci.yml"}"#
        let body = """
            {"action":"requested","workflow_run":\(run),"repository":\(Self.repository),\
            "organization":{"login":"Octo","id":5}}
            """
        let delivery = try Delivery(event: .workflowRun, body: Array(body.utf8))
        #expect(
            Set(delivery.names) == [
                .repository(id: 7, Self.hello), .account(id: 5, login: "octo"),
                .workflow(id: 3, file: "ci.yml", Self.hello),
            ]
        )
        let foreign = body.replacing(#""organization":{"login":"Octo""#, with: #""organization":{"login":"victim""#)
        let told = try Delivery(event: .workflowRun, body: Array(foreign.utf8)).names
        #expect(!told.contains(.account(id: 5, login: "victim")))
    }

    @Test(.enabled(if: SharedData.has("github/payloads"), "no payloads beside this checkout"))
    func genuineDeliveriesTellNames() throws {
        var counts: [String: Int] = [:]
        for path in SharedData.files(under: "github/payloads") where path.hasSuffix(".json") {
            guard let name = path.split(separator: "/").dropFirst(3).first.flatMap({ EventName(rawValue: String($0)) }),
                name == .workflowRun || name == .workflowJob,
                let delivery = try? Delivery(event: name, body: SharedData.bytes(path))
            else { continue }
            for fact in delivery.names {
                switch fact {
                case .repository: counts["repository", default: 0] += 1
                case .account: counts["account", default: 0] += 1
                case .workflow: counts["workflow", default: 0] += 1
                case .moved, .answers: Issue.record("a delivery does not tell this")
                }
            }
        }
        #expect(counts["repository"] == 25)
        #expect(counts["account"] ?? 0 >= 20)
        #expect(counts["workflow"] ?? 0 >= 5)
    }
}
