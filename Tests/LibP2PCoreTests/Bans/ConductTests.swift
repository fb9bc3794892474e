import LibP2PCore
import Multiformats
import Testing

@Suite struct ConductTests {
    @Test func theThirdLieIsOneTooMany() {
        var conduct = Conduct()
        #expect(conduct.count(.wrong, of: banned(1), now: .zero) == false)
        #expect(conduct.count(.wrong, of: banned(1), now: .zero) == false)
        #expect(conduct.count(.wrong, of: banned(2), now: .zero) == false)
        #expect(conduct.count(.wrong, of: banned(1), now: .zero) == true)
        // And then it counts anew.
        #expect(conduct.count(.wrong, of: banned(1), now: .zero) == false)
    }

    @Test func slownessIsBorneLonger() {
        var conduct = Conduct()
        for _ in 1..<12 { #expect(conduct.count(.sluggish, of: banned(1), now: .zero) == false) }
        #expect(conduct.count(.sluggish, of: banned(1), now: .zero) == true)
    }

    @Test func faultsAreForgivenWithTime() {
        var conduct = Conduct()
        for number in 0..<100 {
            #expect(conduct.count(.wrong, of: banned(1), now: .seconds(40 * number)) == false)
            #expect(conduct.count(.sluggish, of: banned(2), now: .seconds(10 * number)) == false)
        }
        #expect(conduct.count(.wrong, of: banned(1), now: .seconds(4000)) == false)
        #expect(conduct.count(.wrong, of: banned(1), now: .seconds(4010)) == false)
        #expect(conduct.count(.sluggish, of: banned(1), now: .seconds(4010)) == false)
        #expect(conduct.count(.wrong, of: banned(1), now: .seconds(4010)) == true)
    }

    @Test func ofTooManyTheBestIsForgotten() {
        var limits = Conduct.Limits()
        limits.peers = 2
        var conduct = Conduct(limits: limits)
        for _ in 0..<2 { _ = conduct.count(.wrong, of: banned(1), now: .zero) }
        _ = conduct.count(.wrong, of: banned(2), now: .zero)
        _ = conduct.count(.sluggish, of: banned(3), now: .zero)
        #expect(conduct.count(.wrong, of: banned(1), now: .zero) == true)
    }
}
