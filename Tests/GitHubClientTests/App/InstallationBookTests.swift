import CacheCore
import GitHubCore
import Testing

@testable import GitHubClient

/// What a GitHub App asks next, by what it knows and by the moment.
@Suite struct InstallationBookTests {
    private let now = Timestamp(seconds: 1_800_000_000)
    private let octo = InstallationBook.Place(id: 7, owner: "octo")

    /// A step in one word.
    private func step(_ book: InstallationBook, for owner: String = "octo", after seconds: Int = 0) -> String {
        switch book.step(for: owner, at: now.advanced(bySeconds: seconds)) {
        case .use(let token, _): token.access.authorization
        case .refuse(.noAccess(let why)): "no access: \(why)"
        case .refuse(let failure): "\(failure)"
        case .list: "list"
        case .find: "find"
        case .mint(let place): "mint \(place.id)"
        }
    }

    private func book(isWhole: Bool = true, token: String? = nil) -> InstallationBook {
        var book = InstallationBook()
        book.learn([octo], isWhole: isWhole, at: now)
        if let token { book.learn(Self.token(token, until: now.advanced(bySeconds: 3_600)), of: octo) }
        return book
    }

    private static func token(_ text: String, until end: Timestamp) -> InstallationBook.Token {
        InstallationBook.Token(access: AccessToken(text), expiresAt: end)
    }

    @Test func nothingIsAskedBeforeItIsWanted() {
        #expect(step(InstallationBook()) == "list")
        #expect(step(book()) == "mint 7")
        #expect(step(book(token: "a")) == "Bearer a")
    }

    @Test(arguments: [(3_299, "Bearer a"), (3_300, "mint 7"), (3_600, "mint 7")])
    func aTokenIsRenewedFiveMinutesBeforeItEnds(seconds: Int, expected: String) {
        #expect(step(book(token: "a"), after: seconds) == expected)
    }

    @Test func aTokenIsUsedToItsEndWhileNoOtherCanBeHad() {
        var book = book(token: "a")
        book.note(.timedOut, at: now.advanced(bySeconds: 3_400))
        #expect(step(book, after: 3_400) == "Bearer a")
        #expect(step(book, after: 3_405) == "mint 7")
        book.note(.timedOut, at: now.advanced(bySeconds: 3_598))
        #expect(step(book, after: 3_599) == "Bearer a")
        #expect(step(book, after: 3_600) == "\(OriginFailure.timedOut)")
    }

    @Test func aLimitIsWaitedOut() {
        var book = book()
        book.note(.limited(until: now.advanced(bySeconds: 900)), at: now)
        #expect(step(book, after: 899).contains("rate limit"))
        #expect(step(book, after: 900) == "mint 7")
    }

    @Test func whereTheAppIsNotIsRememberedForAWhile() {
        let book = book()
        #expect(step(book, for: "other").contains("not installed with other"))
        #expect(step(book, for: "other", after: 299).contains("not installed with other"))
        #expect(step(book, for: "other", after: 300) == "list")
        #expect(step(book, after: 300) == "mint 7")
    }

    @Test func whatALongListDoesNotSayIsAskedForByItself() {
        var book = book(isWhole: false)
        #expect(step(book, for: "other") == "find")
        book.learn(nil, of: "other", at: now)
        #expect(step(book, for: "other").contains("not installed with other"))
        #expect(step(book, for: "third") == "find")
        book.learn(InstallationBook.Place(id: 8, owner: "third"), of: "third", at: now)
        #expect(step(book, for: "third") == "mint 8")
    }

    @Test func aRefusalIsOfOneInstallation() {
        var book = book()
        let other = InstallationBook.Place(id: 8, owner: "other")
        book.learn(other, of: "other", at: now)
        book.note(.noAccess("suspended"), of: octo, isGone: false, at: now)
        #expect(step(book, after: 59) == "no access: suspended")
        #expect(step(book, after: 60) == "mint 7")
        #expect(step(book, for: "other") == "mint 8")
    }

    @Test func anInstallationThatIsGoneIsLookedForAnew() {
        var book = book()
        book.note(.noAccess("gone"), of: octo, isGone: true, at: now)
        #expect(step(book, after: 59) == "no access: gone")
        #expect(step(book, after: 60) == "list")
    }

    @Test func anEventHasItAskedAnew() {
        var book = book(token: "a")
        book.forget("octo")
        #expect(step(book) == "list")
        book.learn([], isWhole: true, at: now)
        #expect(step(book).contains("not installed"))
        book.forget("octo")
        #expect(step(book) == "list")
    }

    @Test func onlyTheTokenThatWasRefusedIsDropped() {
        var book = book(token: "a")
        book.drop("Bearer b", of: 7)
        #expect(step(book) == "Bearer a")
        book.drop("Bearer a", of: 7)
        #expect(step(book) == "mint 7")
    }

    @Test func theListReplacesWhatIsKnown() {
        var book = book(token: "a")
        book.learn([InstallationBook.Place(id: 9, owner: "octo")], isWhole: true, at: now)
        #expect(step(book) == "mint 9")
        #expect(book.used.isEmpty)
    }
}
