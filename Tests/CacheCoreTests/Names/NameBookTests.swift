import CacheCore
import GitHubCore
import GitHubSimulatorCore
import Testing

/// Which paths mean the same, by what GitHub was heard to say.
struct NameBookTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private static let hello = RepositoryName("Octo/Hello")!
    private static let former = RepositoryName("octo/former")!

    private static func book(_ facts: NameFact..., limits: NameBook.Limits = .init()) -> NameBook {
        var book = NameBook(limits: limits)
        for fact in facts { _ = book.learn(fact, at: start) }
        return book
    }

    private func path(_ text: String, in book: NameBook, after seconds: Int = 0) -> String? {
        RequestTarget(text).flatMap { book.resource($0, now: Self.start.advanced(bySeconds: seconds)) }?.path
    }

    @Test(arguments: [
        ("/repositories/7", "/repos/octo/hello"),
        ("/repositories/7/actions/runs?page=2&per_page=30", "/repos/octo/hello/actions/runs?page=2"),
        ("/repositories/7/actions/runs/9/jobs?filter=latest", "/repos/octo/hello/actions/runs/9/jobs"),
        ("/organizations/5", "/orgs/octo"),
        ("/organizations/5/repos?page=2", "/orgs/octo/repos?page=2"),
        ("/organizations/5/actions/runners", "/orgs/octo/actions/runners"),
        ("/user/5/repos?page=2", "/users/octo/repos?page=2"),
        ("/user/repos", "/user/repos"),
        ("/repositories/7/actions/workflows/ci.yml/runs", "/repos/octo/hello/actions/workflows/3/runs"),
        ("/repos/octo/hello/actions/workflows/ci.yml", "/repos/octo/hello/actions/workflows/3"),
        ("/repos/octo/hello/actions/workflows/ci.yml/timing", "/repos/octo/hello/actions/workflows/3/timing"),
        ("/repos/octo/hello/actions/workflows/CI.yml", "/repos/octo/hello/actions/workflows/CI.yml"),
        ("/repos/octo/other/actions/workflows/ci.yml", "/repos/octo/other/actions/workflows/ci.yml"),
        ("/repos/octo/former/actions/runs?status=queued", "/repos/octo/hello/actions/runs?status=queued"),
        ("/repos/octo/former", "/repos/octo/hello"),
        ("/repos/octo/former/actions/workflows/ci.yml/runs", "/repos/octo/hello/actions/workflows/3/runs"),
        ("/repos/octo/former/commits/a%20b/status", "/repos/octo/hello/commits/a%20b/status"),
    ])
    func pathsThatMeanTheSameAreOne(asked: String, path: String) {
        let book = Self.book(
            .repository(id: 7, Self.hello),
            .account(id: 5, login: "octo"),
            .workflow(id: 3, file: "ci.yml", Self.hello),
            .moved(Self.former, id: 7)
        )
        #expect(self.path(asked, in: book) == path)
    }

    @Test(arguments: [
        "/repositories/8", "/repositories/07", "/repositories/+7", "/repositories/x", "/repositories",
        "/repositories/7/hooks", "/organizations/6", "/organizations/7", "/user/6/repos", "/user/5", "/user/5/repos/x",
        "/repositories/7/actions/runs/", "/organizations/5/repos?access_token=x", "/repositories/5",
    ])
    func whatIsNotKnownIsNothing(asked: String) {
        let book = Self.book(.repository(id: 7, Self.hello), .account(id: 5, login: "octo"))
        #expect(path(asked, in: book) == nil)
    }

    @Test func aNameBelongsToOneIDAtATime() {
        var book = Self.book(.repository(id: 7, Self.hello))
        #expect(book.learn(.repository(id: 8, Self.hello), at: Self.start) == [.repository(7), .repository(8)])
        #expect(book.repositoryName(id: 7) == nil)
        #expect(book.repositoryName(id: 8) == Self.hello)
        #expect(book.learn(.repository(id: 8, Self.former), at: Self.start) == [.repository(8)])
        // The name that it gave up is free.
        #expect(book.learn(.repository(id: 7, Self.hello), at: Self.start) == [.repository(7)])
        #expect(book.repositoryName(id: 8) == Self.former)
        #expect(book.count == 2)
    }

    @Test func anEarlierWordDoesNotUndoALaterOne() {
        let before = Self.start.advanced(bySeconds: -1)
        var book = Self.book(.repository(id: 7, Self.hello), .moved(Self.former, id: 7))
        #expect(book.learn(.repository(id: 7, Self.former), at: before).isEmpty)
        #expect(book.learn(.repository(id: 8, Self.hello), at: before).isEmpty)
        #expect(book.learn(.answers(Self.former), at: before).isEmpty)
        #expect(book.learn(.moved(Self.former, id: 9), at: before).isEmpty)
        #expect(path("/repos/octo/former", in: book) == "/repos/octo/hello")
        #expect(path("/repositories/7", in: book) == "/repos/octo/hello")
    }

    @Test(arguments: [
        NameFact.answers(former), .repository(id: 9, former), .repository(id: 7, former),
    ])
    func aFormerNameIsDroppedWhenItLeadsElsewhere(fact: NameFact) {
        var book = Self.book(.repository(id: 7, Self.hello), .moved(Self.former, id: 7))
        let later = Self.start.advanced(bySeconds: 1)
        #expect(book.learn(fact, at: later).contains(.former(Self.former)))
        #expect(path("/repos/octo/former", in: book, after: 1) == "/repos/octo/former")
    }

    @Test func aFormerNameHoldsForABoundedTime() {
        let book = Self.book(.repository(id: 7, Self.hello), .moved(Self.former, id: 7))
        #expect(path("/repos/octo/former", in: book, after: 899) == "/repos/octo/hello")
        #expect(path("/repos/octo/former", in: book, after: 900) == "/repos/octo/former")
    }

    @Test func aFormerNameOfNobodyKnownStays() {
        #expect(path("/repos/octo/former", in: Self.book(.moved(Self.former, id: 7))) == "/repos/octo/former")
    }

    @Test func aFileIsForgottenThatIsNotHeardOf() {
        var book = Self.book(.workflow(id: 3, file: "ci.yml", Self.hello))
        let asked = "/repos/octo/hello/actions/workflows/ci.yml"
        #expect(path(asked, in: book, after: 86_399)?.hasSuffix("/3") == true)
        #expect(path(asked, in: book, after: 86_400) == asked)
        _ = book.learn(.workflow(id: 3, file: "ci.yml", Self.hello), at: Self.start.advanced(bySeconds: 86_000))
        #expect(path(asked, in: book, after: 86_400)?.hasSuffix("/3") == true)
        _ = book.learn(.workflow(id: 4, file: "ci.yml", Self.hello), at: Self.start.advanced(bySeconds: 86_001))
        #expect(path(asked, in: book, after: 86_400)?.hasSuffix("/4") == true)
    }

    @Test func whatIsHeardAgainAndAgainCostsNothing() {
        var book = Self.book(.repository(id: 7, Self.hello))
        #expect(book.learn(.repository(id: 7, Self.hello), at: Self.start.advanced(bySeconds: 599)).isEmpty)
        #expect(!book.learn(.repository(id: 7, Self.hello), at: Self.start.advanced(bySeconds: 600)).isEmpty)
    }

    @Test func namesAreBoundedAndTheOldestGo() {
        var limits = NameBook.Limits()
        limits.names = 64
        var book = NameBook(limits: limits)
        for id in 1...1_000 as ClosedRange<Int64> {
            _ = book.learn(.account(id: id, login: "o\(id)"), at: Self.start.advanced(bySeconds: Int(id)))
            #expect(book.count <= 66)
        }
        #expect(book.login(id: 1_000) == "o1000")
        #expect(book.login(id: 1) == nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func whateverIsHeardNoNameHasTwoIDs(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let names = ["o/a", "o/b", "o/c"].map { RepositoryName($0)! }
        var book = NameBook()
        for _ in 0..<60 {
            let name = names[Int(random.next() % 3)]
            let id = Int64(random.next() % 3) + 1
            let facts: [NameFact] = [.repository(id: id, name), .moved(name, id: id), .answers(name)]
            let moment = Self.start.advanced(bySeconds: Int(random.next() % 2_000))
            _ = book.learn(facts[Int(random.next() % 3)], at: moment)
            let held = (1...3).compactMap { book.repositoryName(id: $0) }
            #expect(Set(held).count == held.count)
            for name in names {
                let resource = Resource(.runs(name))
                let once = book.canonical(resource, now: moment)
                #expect(once == resource || held.contains { Resource(.runs($0)) == once })
            }
        }
    }

    @Test(arguments: [
        NameKey.repository(7), .account(5), .former(former), .workflow(hello, "a/b c.yml"),
    ])
    func keysAreReadAsTheyAreWritten(key: NameKey) {
        let text = key.text
        #expect(NameKey(kind: text.kind, key: text.key) == key)
        #expect(NameKey(kind: "other", key: text.key) == nil)
        #expect(NameKey(kind: text.kind, key: "?") == nil)
    }

    @Test(arguments: [
        // Another's id, another's name, and its own name under another id.
        (Scope.repository(hello), NameFact.repository(id: 8, hello), false),
        (.repository(hello), .repository(id: 9, hello), false),
        (.repository(hello), .repository(id: 7, hello), true),
        (.repository(hello), .repository(id: 9, RepositoryName("octo/new")!), false),
        (.repository(RepositoryName("octo/new")!), .repository(id: 9, RepositoryName("octo/new")!), true),
        (.repository(RepositoryName("octo/new")!), .repository(id: 7, RepositoryName("octo/new")!), false),
        // An owner's may call its own otherwise, and nobody else's.
        (.owner("octo"), .repository(id: 7, RepositoryName("octo/new")!), true),
        (.owner("octo"), .repository(id: 8, RepositoryName("octo/new")!), false),
        (.owner("octo"), .repository(id: 9, hello), false),
        (.owner("elsewhere"), .repository(id: 9, RepositoryName("octo/new")!), false),
        (.repository(hello), .account(id: 6, login: "octo"), false),
        (.repository(hello), .account(id: 5, login: "elsewhere"), false),
        (.owner("new"), .account(id: 5, login: "new"), false),
        (.owner("new"), .account(id: 9, login: "new"), true),
        (.repository(hello), .workflow(id: 3, file: "ci.yml", hello), true),
        (.repository(hello), .workflow(id: 3, file: "ci.yml", RepositoryName("octo/new")!), false),
        (.owner("octo"), .moved(former, id: 7), true),
        (.owner("octo"), .moved(former, id: 8), false),
        (.owner("octo"), .moved(former, id: 9), false),
        (.owner("elsewhere"), .moved(former, id: 8), false),
    ])
    func aHooksSecretTakesNoNameAndNoIDFromAnother(speaker: Scope, fact: NameFact, isTaken: Bool) {
        let other = RepositoryName("elsewhere/other")!
        var book = Self.book(.repository(id: 7, Self.hello), .repository(id: 8, other), .account(id: 5, login: "octo"))
        let later = Self.start.advanced(bySeconds: 1000)
        #expect(book.learn(fact, at: later, by: speaker).isEmpty == !isTaken)
        if !isTaken {
            #expect(book.repositoryName(id: 7) == Self.hello && book.repositoryName(id: 8) == other)
            #expect(book.login(id: 5) == "octo" && book.count == 3)
        }
        // GitHub's own answer says anything.
        #expect(!book.learn(fact, at: later.advanced(bySeconds: 1000)).isEmpty)
    }

    @Test func aFormerNameLeadsOnHoweverOldItIs() {
        var book = Self.book(.repository(id: 7, Self.hello), .moved(Self.former, id: 7))
        #expect(book.successor(of: Self.former)?.name == Self.hello && book.repositoryID(of: Self.hello) == 7)
        #expect(book.successor(of: Self.hello) == nil && book.repositoryID(of: Self.former) == nil)
        _ = book.learn(.repository(id: 9, Self.former), at: Self.start.advanced(bySeconds: 1))
        #expect(book.successor(of: Self.former) == nil && book.repositoryID(of: Self.former) == 9)
    }

    @Test func whatWasNotedIsTakenAgainAndNonsenseIsNot() {
        let book = Self.book(
            .repository(id: 7, Self.hello),
            .account(id: 5, login: "octo"),
            .workflow(id: 3, file: "ci.yml", Self.hello),
            .moved(Self.former, id: 7)
        )
        var other = NameBook()
        let keys: [NameKey] = [.repository(7), .account(5), .workflow(Self.hello, "ci.yml"), .former(Self.former)]
        for key in keys {
            other.restore(key, KnownName("?", asOf: Self.start))
            #expect(other.name(key) == nil)
            if let held = book.name(key) { other.restore(key, held) }
        }
        #expect(keys.map { other.name($0) } == keys.map { book.name($0) })
        #expect(other.learn(.repository(id: 8, Self.hello), at: Self.start) == [.repository(7), .repository(8)])
    }
}
