import LibP2PCore
import Multiformats
import Testing

@Suite struct BanListTests {
    private let first = banned(1)
    private let second = banned(2)
    private let third = banned(3)

    @Test func aBanEnds() {
        var bans = BanList()
        #expect(bans.remaining(self.first, now: .zero) == nil)
        #expect(bans.ban(self.first, now: .seconds(10)) == .seconds(60))
        #expect(bans.remaining(self.first, now: .seconds(40)) == .seconds(30))
        #expect(bans.remaining(self.first, now: .seconds(70)) == nil)
        #expect(bans.remaining(self.second, now: .seconds(40)) == nil)
    }

    @Test func whoIsBannedAgainIsBannedLonger() {
        var bans = BanList()
        #expect(bans.ban(self.first, now: .zero) == .seconds(60))
        #expect(bans.ban(self.first, now: .seconds(59)) == nil)
        #expect(bans.ban(self.first, now: .seconds(60)) == .seconds(120))
        #expect(bans.ban(self.first, now: .seconds(180)) == .seconds(240))
        // An hour without is a clean slate.
        #expect(bans.ban(self.first, now: .seconds(420 + 3600)) == .seconds(60))
    }

    @Test func noBanIsForEver() {
        var bans = BanList()
        var now = Duration.zero
        for _ in 0..<20 {
            guard let length = bans.ban(self.first, now: now) else { continue }
            #expect(length <= .seconds(3600))
            now += length
        }
        #expect(bans.ban(self.first, now: now) == .seconds(3600))
    }

    @Test func ofTooManyTheOneThatEndsFirstIsForgotten() {
        var limits = BanList.Limits()
        limits.bans = 2
        var bans = BanList(limits: limits)
        _ = bans.ban(self.first, now: .seconds(1))
        _ = bans.ban(self.second, now: .seconds(0))
        _ = bans.ban(self.third, now: .seconds(2))
        #expect(bans.remaining(self.first, now: .seconds(3)) != nil)
        #expect(bans.remaining(self.second, now: .seconds(3)) == nil)
        #expect(bans.remaining(self.third, now: .seconds(3)) != nil)
    }
}

func banned(_ number: UInt8) -> PeerID {
    PeerID(publicKeyMessage: [0x08, 0x01, 0x12, 0x20] + Array(repeating: number, count: 32))
}
