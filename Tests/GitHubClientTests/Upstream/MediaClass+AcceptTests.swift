import CacheCore
import Testing

@testable import GitHubClient

@Suite struct MediaClassAcceptTests {
    @Test(arguments: [
        (MediaClass.json, "application/vnd.github+json"), (.raw, "application/vnd.github.raw+json"),
        (.html, "application/vnd.github.html+json"), (.text, "application/vnd.github.text+json"),
        (.full, "application/vnd.github.full+json"), (.diff, "application/vnd.github.diff"),
        (.patch, "application/vnd.github.patch"),
    ])
    func asksByVendorType(media: MediaClass, accept: String) {
        #expect(media.accept == accept)
    }
}
