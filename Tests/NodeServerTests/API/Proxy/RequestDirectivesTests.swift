import CacheNode
import HTTPTypes
import Testing

@testable import NodeServer

struct RequestDirectivesTests {
    @Test func readsCacheControl() {
        let directives = RequestDirectives([
            .cacheControl: "No-Cache, max-age=5 , max-stale=\"60\", no-store,only-if-cached, unknown=1"
        ])
        #expect(directives.noCache)
        #expect(directives.noStore)
        #expect(directives.onlyIfCached)
        #expect(directives.maxAge == 5)
        #expect(directives.maxStale == 60)
    }

    @Test func anyStalenessWillDoWithoutANumber() {
        #expect(RequestDirectives([.cacheControl: "max-stale"]).maxStale == .max)
    }

    @Test(arguments: ["max-age=-1", "max-age=x", "max-age=", "max-age"])
    func aBadAgeIsNone(field: String) {
        #expect(RequestDirectives([.cacheControl: field]).maxAge == nil)
    }

    @Test func anEnormousAgeIsTheLargest() {
        #expect(RequestDirectives([.cacheControl: "max-age=99999999999999999999"]).maxAge == Int(Int32.max))
    }

    @Test func ofTwoAgesTheSmallerCounts() {
        #expect(RequestDirectives([.cacheControl: "max-age=9, max-age=5, max-age=7"]).maxAge == 5)
        #expect(RequestDirectives([.cacheControl: "min-fresh=30"]).minFresh == 30)
    }

    @Test func pragmaCountsAlone() {
        #expect(RequestDirectives([.pragma: "no-cache"]).noCache)
        #expect(!RequestDirectives([.pragma: "no-cache", .cacheControl: "max-age=1"]).noCache)
    }

    @Test(arguments: [("1h0m0s", 3600), ("30s", 30), ("1m30s", 90), ("1.5s", 1), ("500ms", 0)])
    func theLifetimeOfGhIsAnAge(text: String, seconds: Int) {
        #expect(RequestDirectives([.ghCacheTTL: text]).maxAge == seconds)
    }

    @Test(arguments: ["", "1", "h", "-1h", "1y", "1h 2m"])
    func aBadLifetimeIsNone(text: String) {
        #expect(RequestDirectives([.ghCacheTTL: text]).maxAge == nil)
    }
}
