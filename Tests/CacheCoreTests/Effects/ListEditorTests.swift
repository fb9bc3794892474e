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

    private func edit(_ path: String, _ body: String, _ text: String, previous: String? = nil, link: String? = nil)
        throws -> ListEdit
    {
        func read(_ text: String) throws -> WorkflowRun {
            try #require(WorkflowRun(JSONObject(JSONSlices(Array(text.utf8)))))
        }
        let resource = try #require(Resource("/repos/o/r/actions/\(path)"))
        let editor = try #require(ListEditor(resource, body: Array(body.utf8), link: link))
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
