import CacheCore
import GitHubCore
import Testing

/// When a 304 is believed to say that `Link` has not changed either.
struct RevalidationTests {
    private func isWhole(_ path: String, _ body: String?, link: String? = nil) throws -> Bool {
        let held = body.map { Body(Array($0.utf8)) }
        let representation = Representation(try #require(Resource(path)))
        return Revalidation.isWhole(representation, held: held, headers: EntryHeaders(link: link))
    }

    @Test(arguments: [
        ("/orgs/o/repos?per_page=2", "[{},{}]"), ("/orgs/o/repos?per_page=2&page=3", "[{},{}]"),
        ("/orgs/o/repos?per_page=2&page=3", "[]"), ("/orgs/o/repos?per_page=2", "[{},{},{}]"),
        ("/user/repos?per_page=0", "[{}]"), ("/users/o/repos?per_page=2", "{}"), ("/users/o/repos?per_page=2", "[{}"),
        ("/repos/o/r/commits/main/statuses?per_page=1", "[{}]"),
        ("/repos/o/r/check-runs/1/annotations?per_page=1", "[{}]"),
    ])
    func aBareArrayWhoseEndIsOpenMayHaveGainedASuccessor(path: String, body: String) throws {
        #expect(try !isWhole(path, body))
        #expect(try !isWhole(path, nil))
        #expect(try isWhole(path, body, link: "<https://api.github.com/x?page=2>; rel=\"next\""))
    }

    @Test(arguments: [
        ("/orgs/o/repos?per_page=2", "[{}]"), ("/orgs/o/repos?per_page=2&page=3", "[{}]"),
        ("/orgs/o/repos?per_page=2", "[]"), ("/orgs/o/repos", "[{},{}]"), ("/orgs/o/repos?per_page=500", "[{},{}]"),
        ("/repos/o/r/actions/runs/7/approvals", "[{},{}]"),
        ("/repos/o/r/actions/runs?per_page=1", #"{"total_count":1,"workflow_runs":[{}]}"#),
        ("/repos/o/r/actions/runs/7", "{}"),
    ])
    func elsewhereTheBodyTellsAll(path: String, body: String) throws {
        #expect(try isWhole(path, body))
    }

    @Test func theBodyOfAnEnvelopeNeedNotBeThere() throws {
        #expect(try isWhole("/repos/o/r/actions/runs?per_page=1", nil))
    }
}
