import GitHubCore
import SharedData
import Testing

struct DeliveryTests {
    private func run(_ text: String, as event: EventName = .workflowRun) throws(DeliveryError) -> Delivery {
        try Delivery(event: event, body: Array(text.utf8))
    }

    private let repository = #""repository":{"id":5,"full_name":"octo/Hello","private":false}"#

    @Test func aDeliveryIsCutIntoItsParts() throws {
        let object = #"{"id":7,"run_attempt":2 , "status":"queued"}"#
        let delivery = try run(
            #"{"action":"requested","workflow_run":\#(object),\#(repository),"organization":{"login":"octo"}}"#
        )
        #expect(delivery.action == "requested")
        #expect(delivery.repository == RepositoryName("octo/hello"))
        #expect(delivery.repositoryID == 5)
        #expect(!delivery.isPrivate)
        #expect(delivery.organization == "octo")
        #expect(delivery.objectBytes == Array(object.utf8))
        guard case .run(let read) = delivery.object else {
            Issue.record("no run")
            return
        }
        #expect(read.id == 7 && read.attempt == 2 && read.status == "queued")
    }

    @Test func aBodyMustHaveTheShapeOfItsEvent() {
        let job = #"{"action":"queued","workflow_job":{"id":9,"run_id":7},\#(repository)}"#
        #expect(throws: DeliveryError.shape(missing: "workflow_run")) { try run(job) }
        #expect(throws: Never.self) { try run(job, as: .workflowJob) }
        #expect(throws: DeliveryError.shape(missing: "workflow_job")) {
            try run(#"{"action":"queued","workflow_job":{"id":9},\#(repository)}"#, as: .workflowJob)
        }
        #expect(throws: DeliveryError.shape(missing: "action")) {
            try run(#"{"workflow_run":{"id":7},\#(repository)}"#)
        }
        #expect(throws: DeliveryError.shape(missing: "zen, hook_id")) { try run(job, as: .ping) }
        #expect(throws: DeliveryError.repository) { try run(#"{"action":"x","workflow_run":{"id":7}}"#) }
        #expect(throws: DeliveryError.repository) {
            try run(#"{"action":"x","workflow_run":{"id":7},"repository":{"full_name":"octo/../x"}}"#)
        }
        #expect(throws: DeliveryError.malformed(.wrongKind)) { try run("[]") }
        #expect(throws: DeliveryError.malformed(.truncated)) { try run("{") }
    }

    @Test func aRepositoryIsPrivateUnlessItSaysOtherwise() throws {
        let unknown = try run(#"{"action":"x","workflow_run":{"id":7},"repository":{"full_name":"octo/hello"}}"#)
        #expect(unknown.isPrivate)
        let odd = try run(
            #"{"action":"x","workflow_run":{"id":7},"repository":{"full_name":"octo/hello","private":"no"}}"#
        )
        #expect(odd.isPrivate)
    }

    @Test func aRunOfAnotherRepositoryIsRefused() {
        #expect(throws: DeliveryError.foreignRun) {
            try run(#"{"action":"x","workflow_run":{"id":7,"repository":{"full_name":"evil/hello"}},\#(repository)}"#)
        }
    }

    @Test func pingsNameTheirHook() throws {
        let ping = try run(#"{"zen":"z","hook_id":12,"organization":{"login":"octo"}}"#, as: .ping)
        #expect(ping.hookID == 12)
        #expect(ping.repository == nil)
        #expect(ping.objectBytes.isEmpty)
    }

    private static let payloads = SharedData.files(under: "github/payloads").filter { path in
        path.hasSuffix(".json") && !path.hasSuffix(".headers.json") && !path.hasSuffix("headers")
            && (path.contains("/workflow_run/") || path.contains("/workflow_job/"))
    }

    @Test(.enabled(if: SharedData.has("github/payloads"), "the shared payloads are not here"))
    func recordedDeliveriesAreRead() throws {
        #expect(Self.payloads.count == 25)
        for path in Self.payloads {
            let body = try SharedData.bytes(path)
            let event: EventName = path.contains("/workflow_run/") ? .workflowRun : .workflowJob
            let delivery = try Delivery(event: event, body: body)
            let object = try #require(delivery.object)
            #expect(object.id > 0 && object.status != nil, "\(path)")
            #expect(delivery.repository != nil, "\(path)")
            #expect(delivery.objectBytes.first == 0x7B && delivery.objectBytes.last == 0x7D, "\(path)")
            let other: EventName = event == .workflowRun ? .workflowJob : .workflowRun
            #expect(throws: DeliveryError.self, "\(path)") { try Delivery(event: other, body: body) }
        }
    }
}
