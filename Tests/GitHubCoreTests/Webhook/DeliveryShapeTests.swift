import GitHubCore
import SharedData
import Testing

/// The event's name stands in an unsigned header: a body is taken under its own event's name alone.
struct DeliveryShapeTests {
    private static let rest = #""repository":{"id":5,"full_name":"octo/hello","private":false},"sender":{"login":"a"}"#
    private static let organization = #""organization":{"login":"octo","id":9}"#
    private static let account = #""installation":{"id":3,"account":{"login":"octo","id":9}}"#
    private static let team = #""team":{"id":4,"slug":"t"}"#

    /// The least that each event carries.
    static let bodies: [(EventName, String)] = [
        (.ping, #"{"zen":"z","hook_id":7,\#(rest)}"#),
        (.workflowRun, #"{"action":"requested","workflow_run":{"id":7},"workflow":null,\#(rest)}"#),
        (.workflowJob, #"{"action":"queued","workflow_job":{"id":9,"run_id":7},\#(rest)}"#),
        (.checkRun, #"{"action":"created","check_run":{"id":9,"check_suite":{"id":11}},\#(rest)}"#),
        (.checkSuite, #"{"action":"completed","check_suite":{"id":11},\#(rest)}"#),
        (.push, #"{"ref":"refs/heads/main","before":"0","after":"1","commits":[],\#(rest)}"#),
        (.create, #"{"ref":"v1","ref_type":"tag","master_branch":"main","pusher_type":"user",\#(rest)}"#),
        (.delete, #"{"ref":"v1","ref_type":"tag","pusher_type":"user",\#(rest)}"#),
        (.pullRequest, #"{"action":"opened","number":2,"pull_request":{"id":8,"head":{"ref":"x"}},\#(rest)}"#),
        (.status, #"{"id":1,"sha":"abc","state":"success","context":"ci","commit":{},"branches":[],\#(rest)}"#),
        (.workflowDispatch, #"{"inputs":null,"ref":"refs/heads/main","workflow":".github/workflows/ci.yml",\#(rest)}"#),
        (.repository, #"{"action":"deleted",\#(organization),\#(rest)}"#),
        (.public, "{\(rest)}"),
        (.member, #"{"action":"added","member":{"login":"m"},\#(rest)}"#),
        (.team, #"{"action":"edited",\#(team),\#(organization),"sender":{"login":"a"}}"#),
        (.teamAdd, #"{\#(team),\#(organization),\#(rest)}"#),
        (
            .membership,
            #"{"action":"removed","scope":"team","member":{"login":"m"},\#(team),\#(organization),"sender":{"login":"a"}}"#
        ),
        (
            .organization,
            #"{"action":"member_removed","membership":{"role":"member"},\#(organization),"sender":{"login":"a"}}"#
        ),
        (.installation, #"{"action":"suspend",\#(account),"sender":{"login":"a"}}"#),
        (
            .installationRepositories,
            #"{"action":"removed",\#(account),"repositories_added":[],"repositories_removed":[],"sender":{"login":"a"}}"#
        ),
    ]

    @Test func everyEventHasABodyHere() {
        #expect(Set(Self.bodies.map(\.0)) == Set(EventName.allCases))
    }

    @Test(arguments: bodies) func aBodyIsTakenUnderItsOwnNameAlone(own: EventName, body: String) {
        for name in EventName.allCases {
            if name == own {
                #expect(throws: Never.self) { try Delivery(event: name, body: Array(body.utf8)) }
            } else {
                #expect(throws: DeliveryError.self, "\(own) under the name of \(name)") {
                    try Delivery(event: name, body: Array(body.utf8))
                }
            }
        }
    }

    /// Bodies of events that are not used here, and would say something if they were taken for others.
    @Test(arguments: [
        #"{"action":"deleted","starred_at":null,\#(rest)}"#,
        #"{"action":"deleted","label":{"id":1},\#(rest)}"#,
        #"{"action":"deleted","something_new":{"id":1},\#(rest)}"#,
        #"{"action":"deleted","issue":{"id":1},\#(organization),\#(rest)}"#,
        #"{"action":"opened","pull_request":{"id":1},"review":{"id":1},\#(rest)}"#,
        #"{"action":"created","branch":"main","client_payload":{},\#(organization),\#(rest)}"#,
        #"{"action":"created","deployment":{"id":1},"workflow":null,"workflow_run":{"id":7},\#(rest)}"#,
        #"{"forkee":{"id":1},\#(rest)}"#,
        #"{"action":"revoked","sender":{"login":"a"}}"#,
    ])
    func whatIsNoEventOfOursIsTakenForNone(body: String) {
        for name in EventName.allCases {
            #expect(throws: DeliveryError.self, "\(name)") { try Delivery(event: name, body: Array(body.utf8)) }
        }
    }

    @Test func fieldsThatGitHubMayAddDoNotHarm() {
        for (name, body) in Self.bodies where name != .public && !body.contains("\"deleted\"") {
            let more = body.dropLast() + #","something_new":{"id":1}}"#
            #expect(throws: Never.self, "\(name)") { try Delivery(event: name, body: Array(more.utf8)) }
        }
    }

    @Test(.enabled(if: SharedData.has("github/payloads"), "the shared payloads are not here"))
    func recordedDeliveriesAreTakenUnderTheirOwnNameAlone() throws {
        var counts: [EventName: Int] = [:]
        for path in SharedData.files(under: "github/payloads") where path.hasSuffix(".json") {
            guard let folder = path.split(separator: "/").dropFirst(3).first else { continue }
            let own = EventName(rawValue: String(folder))
            let body = try SharedData.bytes(path)
            guard (try? JSONObject(body)) != nil else { continue }
            for name in EventName.allCases {
                if name == own {
                    #expect(throws: Never.self, "\(path)") { try Delivery(event: name, body: body) }
                    counts[name, default: 0] += 1
                } else {
                    #expect(throws: DeliveryError.self, "\(path) as \(name)") { try Delivery(event: name, body: body) }
                }
            }
        }
        #expect(counts[.checkRun] == 12 && counts[.push] == 6 && counts[.pullRequest] == 15)
        #expect(counts[.repository] == 12 && counts[.organization] == 4 && counts[.installation] == 6)
    }
}
