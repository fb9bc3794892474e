import GitHubCore
import Testing

@Suite struct ComputedETagsTests {
    private let now = Timestamp(seconds: 1_000)

    private func choice(_ etags: ComputedETags, at moment: Timestamp) -> String? {
        etags.choose(computed: "computed", stored: "stored", at: moment)
    }

    @Test func computedOnesGoFirstWhileTheyMatch() {
        var etags = ComputedETags(.init(misses: 2, pause: 60))
        #expect(choice(etags, at: now) == "computed")
        #expect(etags.choose(computed: nil, stored: "stored", at: now) == "stored")
        etags.noteMiss(at: now)
        etags.noteMatch()
        etags.noteMiss(at: now)
        #expect(choice(etags, at: now) == "computed")
    }

    @Test func storedOnesTakeOverAfterMissesInARow() {
        var etags = ComputedETags(.init(misses: 2, pause: 60))
        etags.noteMiss(at: now)
        etags.noteMiss(at: now)
        #expect(choice(etags, at: now.advanced(bySeconds: 59)) == "stored")
        #expect(etags.choose(computed: "computed", stored: nil, at: now) == "computed")
        #expect(choice(etags, at: now.advanced(bySeconds: 60)) == "computed")
    }

    @Test func aMissAfterThePauseIsEnoughForTheNext() {
        var etags = ComputedETags(.init(misses: 2, pause: 60))
        etags.noteMiss(at: now)
        etags.noteMiss(at: now)
        etags.noteMiss(at: now.advanced(bySeconds: 30))
        let later = now.advanced(bySeconds: 60)
        #expect(etags.isTrusted(at: later))
        etags.noteMiss(at: later)
        #expect(!etags.isTrusted(at: later.advanced(bySeconds: 59)))
        etags.noteMatch()
        #expect(etags.isTrusted(at: later))
    }
}
