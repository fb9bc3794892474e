import CacheCore
import Testing

@testable import NodeServer

struct MediaNegotiationTests {
    @Test(arguments: [
        "", "*/*", "application/json", "application/vnd.github+json", "application/vnd.github.v3+json",
        "application/vnd.github.v3+json; charset=utf-8", "APPLICATION/JSON;q=0.9, */*",
        "application/vnd.github.merge-info-preview+json, application/vnd.github.nebula-preview",
        "application/vnd.github", "application/vnd.github.v3", "application/vnd.github.json",
    ])
    func jsonVariantsAreOneClass(accept: String) {
        #expect(MediaNegotiation.mediaClass(accept: accept) == .json)
    }

    @Test(arguments: [
        ("application/vnd.github.raw+json", MediaClass.raw), ("application/vnd.github.v3.raw", .raw),
        ("application/vnd.github.raw", .raw), ("application/vnd.github.html+json", .html),
        ("application/vnd.github.v3.text+json", .text), ("application/vnd.github.full+json", .full),
        ("application/vnd.github.diff", .diff), ("application/vnd.github.v3.patch", .patch),
    ])
    func othersAreApart(accept: String, media: MediaClass) {
        #expect(MediaNegotiation.mediaClass(accept: accept) == media)
    }

    @Test(arguments: [
        "text/html", "application/vnd.github.raw, application/json", "application/octet-stream",
        "application/vnd.github.star+json", "application/vnd.github.sha", "application/vnd.githubber+json",
        "application/vnd.github.v3+xml", "nonsense",
    ])
    func theUnknownIsLeftToGitHub(accept: String) {
        #expect(MediaNegotiation.mediaClass(accept: accept) == nil)
    }

    @Test func nothingAcceptsJSON() {
        #expect(MediaNegotiation.mediaClass(accept: nil) == .json)
    }
}
