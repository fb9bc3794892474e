import CacheCore
import GitHubCore
import Testing

/// What of GitHub's answers is never stored.
struct KeepRuleTests {
    private static let open = #"{"download_url":"https://raw.githubusercontent.com/o/r/main/README.md"}"#
    private static let closed = #"{"download_url":"https://raw.githubusercontent.com/o/r/main/README.md?token=A"}"#

    private func mayKeep(_ path: String, _ body: String, status: Int = 200, as media: MediaClass = .json) throws -> Bool
    {
        let representation = Representation(try #require(Resource(path)), media: media)
        let answer = OriginAnswer(
            status: status,
            headers: EntryHeaders(),
            body: Body(Array(body.utf8)),
            askedAt: Timestamp(milliseconds: 0)
        )
        return KeepRule.mayKeep(answer, of: representation)
    }

    @Test func aLinkWithATokenIsForOneUse() throws {
        #expect(try mayKeep("/repos/o/r/readme", Self.open))
        #expect(try mayKeep("/repos/o/r/readme?ref=topic", Self.open))
        #expect(try !mayKeep("/repos/o/r/readme", Self.closed))
        #expect(try !mayKeep("/repos/o/r/readme", "{}"))
        #expect(try !mayKeep("/repos/o/r/readme", "<p>"))
        #expect(try mayKeep("/repos/o/r/actions/runs/7", Self.closed))
    }

    @Test(arguments: [MediaClass.html, .raw]) func aRenderedPageIsNotKept(media: MediaClass) throws {
        #expect(try !mayKeep("/repos/o/r/readme", Self.open, as: media))
        #expect(try mayKeep("/repos/o/r/actions/runs/7", "{}", as: media))
    }

    @Test(arguments: [(200, true), (404, true), (410, true), (401, false), (403, false), (451, false), (202, false)])
    func whatIsThereAndWhatIsNotIsKept(status: Int, isKept: Bool) throws {
        #expect(try mayKeep("/repos/o/r/actions/runs/7", "{}", status: status) == isKept)
    }
}
