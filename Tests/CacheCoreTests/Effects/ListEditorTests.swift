import CacheCore
import GitHubCore
import Testing

struct ListEditorTests {
    private static func run(_ id: Int, _ status: String = "queued", minute: Int, branch: String = "main") -> String {
        #"{"id":\#(id),"status":"\#(status)","head_branch":"\#(branch)","pull_requests":[{"id":1}],"#
            + #""created_at":"2026-08-01T10:0\#(minute):00Z","updated_at":"2026-08-01T10:0\#(minute):00Z"}"#
    }

    private static func list(_ runs: [String], total: Int? = nil) -> String {
        #"{ "total_count" : \#(total ?? runs.count),"workflow_runs":[ \#(runs.joined(separator: " , ")) ],"x":1}"#
    }

    private func edit(
        _ path: String,
        _ body: String,
        _ text: String,
        previous: String? = nil,
        link: String? = nil,
        listedAt: String? = nil
    ) throws -> ListEdit {
        func read(_ text: String) throws -> WorkflowRun {
            try #require(WorkflowRun(JSONObject(Array(text.utf8))))
        }
        let resource = try #require(Resource("/repos/o/r/actions/\(path)"))
        let moment = try listedAt.map { try #require(Timestamp(rfc3339: "2026-08-01T\($0)Z")) }
        let editor = try #require(ListEditor(resource, body: Array(body.utf8), link: link, listedAt: moment))
        let run = try read(text)
        return editor.edit(
            run,
            bytes: Array(text.utf8),
            version: ObjectVersion(.run(run)),
            previous: try previous.map(read)
        )
    }

    private func replaced(_ text: String) -> ListEdit { .replaced(Array(text.utf8)) }

    @Test func anElementIsReplacedAndNoOtherByte() throws {
        let (one, two) = (Self.run(2, minute: 2), Self.run(1, minute: 1))
        let new = Self.run(1, "in_progress", minute: 1)
        #expect(try edit("runs", Self.list([one, two]), new) == replaced(Self.list([one, new])))
        #expect(try edit("runs", Self.list([one, two], total: 90), new) == replaced(Self.list([one, new], total: 90)))
        #expect(try edit("runs", Self.list([one, two]), two) == .unchanged)
    }

    @Test func anOlderStateIsNoNews() throws {
        let held = Self.run(1, "in_progress", minute: 1)
        #expect(try edit("runs", Self.list([held]), Self.run(1, minute: 1)) == .unchanged)
        #expect(try edit("runs", Self.list([held]), Self.run(1, "queued", minute: 0)) == .unchanged)
    }

    @Test func aNewRunIsPutWhereTheOrderIsProvable() throws {
        let (one, three) = (Self.run(1, minute: 1), Self.run(3, minute: 3))
        let four = Self.run(4, minute: 4)
        func body(_ text: String) -> String { text.replacing(" , \(three)", with: ",\(three)") }
        #expect(
            try edit("runs", Self.list([three, one]), four)
                == replaced(Self.list([three, one], total: 3).replacing("[ \(three)", with: "[ \(four),\(three)"))
        )
        #expect(
            try edit("runs", Self.list([three]), one)
                == replaced(Self.list([three], total: 2).replacing(three, with: "\(three),\(one)"))
        )
        #expect(try edit("runs", Self.list([one]), Self.run(9, minute: 1)) == .invalid)
        #expect(try edit("runs", Self.list([one], total: 2), four) == .invalid)
        #expect(try edit("runs?page=2", Self.list([one]), four) == .invalid)
        #expect(try edit("runs?per_page=1", Self.list([one]), four) == .invalid)
        #expect(try edit("runs", Self.list([one]), four, link: "<x>; rel=\"next\"") == .invalid)
        #expect(try edit("runs?created=%3E2026-01-01", Self.list([one]), four) == .invalid)
        #expect(try edit("runs?branch=", Self.list([one]), four) == .invalid)
    }

    @Test func aRunThatLeavesTheFilterIsTakenOutOfAWholeList() throws {
        let (two, one) = (Self.run(2, minute: 2), Self.run(1, minute: 1))
        let done = Self.run(1, "completed", minute: 3)
        let path = "runs?status=queued"
        #expect(
            try edit(path, Self.list([two, one]), done)
                == replaced(Self.list([two, one], total: 1).replacing(" , \(one)", with: ""))
        )
        #expect(try edit(path, Self.list([two, one], total: 50), done) == .invalid)
        #expect(try edit(path, Self.list([two]), done) == .unchanged)
        #expect(try edit(path, Self.list([two], total: 50), done, previous: one) == .invalid)
        #expect(try edit(path, Self.list([two], total: 50), done) == .invalid)
        #expect(try edit("runs?branch=dev", Self.list([], total: 50), done) == .unchanged)
        #expect(try edit("runs?status=completed", Self.list([], total: 50), Self.run(9, minute: 5)) == .unchanged)
    }

    @Test func aPageKnowsOfRunsThatWereThereLongBeforeItWasRead() throws {
        let page = Self.list([Self.run(9, minute: 9)], total: 50)
        let elsewhere = Self.run(1, minute: 1)
        for path in ["runs", "runs?page=2", "runs?per_page=1"] {
            #expect(try edit(path, page, elsewhere, listedAt: "10:02:01") == .unchanged)
            #expect(try edit(path, page, elsewhere, listedAt: "10:02:00") == .invalid)
            #expect(try edit(path, page, elsewhere) == .invalid)
        }
        // A filtered list comes from an index that lags.
        #expect(try edit("runs?branch=main", page, elsewhere, listedAt: "10:06:01") == .unchanged)
        #expect(try edit("runs?branch=main", page, elsewhere, listedAt: "10:06:00") == .invalid)
        // A state comes and goes while the run lives.
        let done = Self.run(1, "completed", minute: 1).replacing("10:01:00Z\"}", with: "10:04:00Z\"}")
        #expect(try edit("runs?status=completed", page, done, listedAt: "10:09:01") == .unchanged)
        #expect(try edit("runs?status=completed", page, done, listedAt: "10:09:00") == .invalid)
        #expect(try edit("runs?status=queued", page, done, listedAt: "10:09:01") == .unchanged)
        #expect(try edit("runs?status=queued", page, done, listedAt: "10:09:00") == .invalid)
        #expect(try edit("runs", page, done, listedAt: "10:02:01") == .unchanged)
    }

    @Test func aPageKnowsOfJobsThatWereThereLongBeforeItWasRead() throws {
        func job(_ id: Int) -> [UInt8] {
            Array(#"{"id":\#(id),"run_id":1,"status":"queued","created_at":"2026-08-01T10:01:00Z"}"#.utf8)
        }
        func edit(total: Int, listedAt: Int64) throws -> ListEdit {
            let resource = try #require(Resource("/repos/o/r/actions/runs/1/jobs?per_page=1"))
            let body = Array(#"{"total_count":\#(total),"jobs":["#.utf8) + job(5) + Array("]}".utf8)
            let made = try #require(Timestamp(rfc3339: "2026-08-01T10:01:00Z"))
            let editor = try #require(
                ListEditor(resource, body: body, link: nil, listedAt: made.advanced(bySeconds: Int(listedAt)))
            )
            let other = try #require(WorkflowJob(JSONObject(job(6))))
            return editor.edit(other, bytes: job(6), version: ObjectVersion(.job(other)))
        }
        #expect(try edit(total: 2, listedAt: 61) == .unchanged)
        #expect(try edit(total: 2, listedAt: 60) == .invalid)
        // A whole list that does not name it is behind.
        #expect(try edit(total: 1, listedAt: 61) == .invalid)
    }

    @Test func ghsListsShowRunsWithoutPullRequests() throws {
        let held = Self.run(1, minute: 1).replacing(#"[{"id":1}]"#, with: "[]")
        let new = Self.run(1, "in_progress", minute: 2)
        #expect(
            try edit("runs?exclude_pull_requests=true", Self.list([held]), new)
                == replaced(Self.list([new.replacing(#"[{"id":1}]"#, with: "[]")]))
        )
    }

    @Test(arguments: [
        "[]", "{}", "{", #"{"total_count":1}"#, #"{"total_count":"1","workflow_runs":[]}"#,
        #"{"total_count":1,"workflow_runs":{}}"#,
    ])
    func whatIsNoListIsNotEdited(body: String) throws {
        let resource = try #require(Resource("/repos/o/r/actions/runs"))
        #expect(ListEditor(resource, body: Array(body.utf8), link: nil) == nil)
    }
}
