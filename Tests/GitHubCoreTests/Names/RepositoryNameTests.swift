import GitHubCore
import Testing

struct RepositoryNameTests {
    @Test func namesAreOneWhateverTheirCase() throws {
        let (one, other) = try (#require(RepositoryName("Octo/Hello-CI")), #require(RepositoryName("octo/hello-ci")))
        #expect(one == other)
        #expect(Set([one, other]).count == 1)
        #expect(one.description == "Octo/Hello-CI")
        #expect(one.canonical == "octo/hello-ci")
    }

    @Test(arguments: [
        "", "/", "octo", "octo/", "/hello", "octo/hello/x", "octo/.", "octo/..", "../hello", "octo/he llo",
        "octo/h%2Fx",
        "octo/hello\n", "octo/hello\0", "ocťo/hello", "octo/hello?x", "octo/hello#x", "octo\\hello",
    ])
    func whatGitHubWouldNotTakeIsRefused(text: String) {
        #expect(RepositoryName(text) == nil)
    }

    @Test func namesAreBounded() {
        let name = String(repeating: "n", count: 100)
        #expect(RepositoryName(owner: String(repeating: "o", count: 39), name: name) != nil)
        #expect(RepositoryName(owner: String(repeating: "o", count: 40), name: name) == nil)
    }

    @Test func aScopeCoversItsRepositories() throws {
        let hello = try #require(RepositoryName("Octo/hello"))
        #expect(try #require(Scope("octo/HELLO")).covers(hello))
        #expect(try #require(Scope("OCTO")).covers(hello))
        #expect(try !#require(Scope("octo/other")).covers(hello))
        #expect(try !#require(Scope("octocat")).covers(hello))
        #expect(Scope("OCTO") == Scope("octo"))
        for text in ["", "..", "a b", "a/b/c", "a/"] { #expect(Scope(text) == nil) }
    }
}
