import Testing

@testable import hookcache

@Suite struct InterestTests {
    private func covers(_ interest: Interest, _ name: String, _ value: String) -> Bool {
        interest.covers(.object([name: .string(value)]))
    }

    @Test func aRepositoryIsItsPathsAndDeliveriesAndNoOthers() {
        let interest = Interest.repository("Octo-Org/app")
        for path in [
            "/repos/octo-org/app/actions/runs?status=queued", "/repos/octo-org/app", "/repos/octo-org/app?a=b",
        ] {
            #expect(self.covers(interest, "path", path))
        }
        #expect(self.covers(interest, "repository", "octo-org/App"))
        for path in ["/repos/octo-org/app2/actions/runs", "/orgs/octo-org/repos", "/repos/octo-org/ap", ""] {
            #expect(!self.covers(interest, "path", path))
        }
        #expect(!self.covers(interest, "peer_id", "x"))
    }

    @Test func anOwnerIsItsListsAndRepositories() {
        let interest = Interest.owner("octo-org")
        for path in ["/orgs/octo-org/repos?per_page=100", "/users/octo-org/repos", "/repos/octo-org/app/actions/runs"] {
            #expect(self.covers(interest, "path", path))
        }
        #expect(self.covers(interest, "repository", "octo-org/app"))
        #expect(!self.covers(interest, "path", "/orgs/octo-org2/repos"))
    }

    @Test func everythingIsEverything() {
        #expect(self.covers(.peers, "peer_id", "12D3") && !self.covers(.peers, "path", "/repos/peers/x"))
        #expect(self.covers(.everything, "peer_id", "x") && self.covers(.everything, "path", "/a"))
    }
}
