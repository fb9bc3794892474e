import GitHubCore
import Testing

struct ResourcePageTests {
    private func isFull(_ path: String, _ body: String) throws -> Bool {
        try #require(Resource(path)).isFullPage(Array(body.utf8))
    }

    private func array(_ count: Int) -> String { "[\(Array(repeating: "{}", count: count).joined(separator: ","))]" }

    @Test func aBareArrayIsFullAtItsLength() throws {
        #expect(try isFull("/orgs/o/repos", array(30)))
        #expect(try !isFull("/orgs/o/repos", array(29)))
        #expect(try isFull("/orgs/o/repos?per_page=2", array(2)))
        #expect(try isFull("/users/o/repos?per_page=500", array(100)))
        #expect(try !isFull("/users/o/repos?per_page=500", array(99)))
    }

    @Test(arguments: ["0", "-5", "x", ""])
    func aLengthThatIsNoneIsNotBelieved(size: String) throws {
        #expect(try isFull("/orgs/o/repos?per_page=\(size)", array(100)))
        #expect(try !isFull("/orgs/o/repos?per_page=\(size)", array(0)))
    }

    @Test(arguments: ["", "{}", "[", "null", #"{"total_count":1}"#])
    func whatIsNoArrayIsNoPage(body: String) throws {
        #expect(try !isFull("/orgs/o/repos?per_page=1", body))
    }

    @Test func anEnvelopeTellsByItself() throws {
        #expect(try !isFull("/repos/o/r/actions/runs?per_page=1", #"{"total_count":1,"workflow_runs":[{}]}"#))
    }
}
