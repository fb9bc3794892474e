import GitHubCore
import Testing

/// What an event tells of who may see what.
struct AccessNewsTests {
    private static let hello = Scope.repository(RepositoryName("octo/hello")!)
    private static let octo = Scope.owner("octo")
    private static let repository = #""repository":{"id":5,"full_name":"Octo/hello","private":false}"#
    private static let organization = #""organization":{"login":"Octo","id":9}"#

    private func delivery(_ event: EventName, _ members: String...) throws -> Delivery {
        try Delivery(event: event, body: Array("{\(members.joined(separator: ","))}".utf8))
    }

    @Test(arguments: [
        ("created", AccessNews.Change.description), ("edited", .description), ("deleted", .removed),
        ("archived", .readers), ("unarchived", .readers), ("publicized", .readers), ("privatized", .readers),
        ("of_next_year", .readers),
    ])
    func whatHappensToARepository(action: String, change: AccessNews.Change) throws {
        let delivery = try delivery(.repository, #""action":"\#(action)""#, Self.repository)
        #expect(delivery.access?.change == change)
        #expect(delivery.access?.scopes == [Self.hello])
        #expect(delivery.subject == Self.hello)
        // Whatever the repository says of itself.
        #expect(delivery.isPrivate == (action == "privatized"))
    }

    @Test func aNewNameComesWithTheFormerOne() throws {
        let renamed = try delivery(
            .repository,
            #""action":"renamed","changes":{"repository":{"name":{"from":"Old"}}}"#,
            Self.repository
        )
        #expect(renamed.access?.former == .repository(RepositoryName("octo/old")!))
        for kind in ["user", "organization"] {
            let transferred = try delivery(
                .repository,
                #""action":"transferred","changes":{"owner":{"from":{"\#(kind)":{"login":"Elsewhere"}}}}"#,
                Self.repository
            )
            #expect(transferred.access?.former == .repository(RepositoryName("elsewhere/hello")!))
        }
        let organization = try delivery(
            .organization,
            #""action":"renamed","changes":{"login":{"from":"Former"}}"#,
            Self.organization
        )
        #expect(organization.access?.former == .owner("former"))
        #expect(organization.access?.scopes == [Self.octo])
        // What does not tell the former name, or tells the present one, is about readers.
        for changes in ["{}", #"{"repository":{"name":{"from":"HELLO"}}}"#, #"{"repository":{"name":{"from":"a/b"}}}"#]
        {
            let odd = try delivery(.repository, #""action":"renamed","changes":\#(changes)"#, Self.repository)
            #expect(odd.access?.change == .readers)
        }
    }

    @Test func whoMayReadIsToldByManyEvents() throws {
        let team = #""team":{"id":4}"#
        let account = #""installation":{"id":3,"account":{"login":"Octo"}}"#
        func scopes(_ event: EventName, _ members: String...) throws -> [Scope]? {
            let delivery = try Delivery(event: event, body: Array("{\(members.joined(separator: ","))}".utf8))
            #expect(delivery.access?.change == .readers)
            return delivery.access?.scopes
        }
        #expect(try scopes(.public, Self.repository) == [Self.hello])
        #expect(try scopes(.member, #""action":"added","member":{}"#, Self.repository) == [Self.hello])
        #expect(try scopes(.teamAdd, team, Self.repository, Self.organization) == [Self.hello])
        let toOne = #""action":"added_to_repository""#
        #expect(try scopes(.team, toOne, team, Self.repository, Self.organization) == [Self.hello])
        #expect(try scopes(.team, #""action":"deleted""#, team, Self.repository, Self.organization) == [Self.octo])
        let membership = #""action":"removed","scope":"team","member":{}"#
        #expect(try scopes(.membership, membership, team, Self.organization) == [Self.octo])
        #expect(try scopes(.organization, #""action":"member_removed""#, Self.organization) == [Self.octo])
        for action in ["created", "deleted", "suspend", "unsuspend", "new_permissions_accepted", "of_next_year"] {
            #expect(try scopes(.installation, #""action":"\#(action)""#, account) == [Self.octo])
        }
        let lists = #""repositories_added":[],"repositories_removed":[{"full_name":"octo/hello"}]"#
        #expect(try scopes(.installationRepositories, #""action":"removed""#, lists, account) == [Self.hello])
        let foreign = #""repositories_added":[],"repositories_removed":[{"full_name":"victim/hello"}]"#
        #expect(try scopes(.installationRepositories, #""action":"removed""#, foreign, account) == [Self.octo])
    }

    @Test func anOwnersEndTakesEverything() throws {
        let delivery = try delivery(.organization, #""action":"deleted""#, Self.organization)
        #expect(delivery.access?.change == .removed)
        #expect(delivery.names == [.account(id: 9, login: "octo")])
    }

    @Test func whatNamesNobodyIsRefused() {
        #expect(throws: DeliveryError.owner) {
            try delivery(.organization, #""action":"member_added","organization":{"id":1}"#)
        }
        #expect(throws: DeliveryError.owner) {
            try delivery(.installation, #""action":"created","installation":{"id":3,"account":{"login":"a/b"}}"#)
        }
        #expect(throws: DeliveryError.repository) {
            try delivery(.member, #""action":"added","member":{},"repository":{"id":1}"#)
        }
    }
}
