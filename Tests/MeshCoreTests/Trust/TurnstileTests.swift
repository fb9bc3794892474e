import GitHubCore
import MeshCore
import Multiformats
import Testing

@Suite struct TurnstileTests {
    private func id(_ number: Int) -> [UInt8] { withUnsafeBytes(of: number.bigEndian, Array.init) }

    @Test func aMessageIsAdmittedOnce() {
        var turnstile = Turnstile()
        #expect(turnstile.admit([1], by: peer(1), bytes: 1, now: Sample.now) == .meets)
        let later = Sample.now.advanced(bySeconds: 3600)
        #expect(turnstile.admit([1], by: peer(1), bytes: 1, now: later) == .fails(because: .repeated))
    }

    @Test func soManyMessagesAreRememberedAndNoMore() {
        var turnstile = Turnstile(messageLimit: 3)
        for number in 0..<4 {
            #expect(turnstile.admit(self.id(number), by: peer(1), bytes: 1, now: Sample.now) == .meets)
        }
        #expect(turnstile.admit(self.id(3), by: peer(1), bytes: 1, now: Sample.now) == .fails(because: .repeated))
        #expect(turnstile.admit(self.id(0), by: peer(1), bytes: 1, now: Sample.now) == .meets)
        #expect(turnstile.admit(self.id(2), by: peer(1), bytes: 1, now: Sample.now) == .fails(because: .repeated))
        #expect(turnstile.admit(self.id(1), by: peer(1), bytes: 1, now: Sample.now) == .meets)
    }

    @Test func anAuthorSpendsItsOwnBytesAndGetsThemBack() {
        var turnstile = Turnstile()
        let burst = Limits.authorBytes.burst
        #expect(turnstile.admit(self.id(1), by: peer(1), bytes: burst, now: Sample.now) == .meets)
        #expect(turnstile.admit(self.id(2), by: peer(1), bytes: 1, now: Sample.now) == .fails(because: .tooMuch))
        #expect(turnstile.admit(self.id(3), by: peer(2), bytes: burst, now: Sample.now) == .meets)
        let later = Sample.now.advanced(bySeconds: 1)
        #expect(turnstile.admit(self.id(4), by: peer(1), bytes: Limits.authorBytes.perSecond, now: later) == .meets)
        #expect(turnstile.admit(self.id(5), by: peer(1), bytes: 1, now: later) == .fails(because: .tooMuch))
    }

    @Test func aClockThatGoesBackGivesNothing() {
        var turnstile = Turnstile()
        let burst = Limits.authorAnnouncements.burst
        #expect(turnstile.charge(burst, to: peer(1), now: Sample.now) == .meets)
        let earlier = Sample.now.advanced(bySeconds: -3600)
        #expect(turnstile.charge(1, to: peer(1), now: earlier) == .fails(because: .tooMuch))
        #expect(turnstile.charge(1, to: peer(1), now: earlier.advanced(bySeconds: 1)) == .meets)
    }

    @Test func ofTooManyAuthorsTheSilentAreForgotten() {
        var turnstile = Turnstile(authorLimit: 2)
        let burst = Limits.authorAnnouncements.burst
        for number in 1...2 {
            let moment = Sample.now.advanced(byMilliseconds: Int64(number))
            #expect(turnstile.charge(burst, to: peer(UInt8(number)), now: moment) == .meets)
        }
        #expect(turnstile.charge(1, to: peer(3), now: Sample.now.advanced(byMilliseconds: 3)) == .meets)
        let moment = Sample.now.advanced(byMilliseconds: 3)
        #expect(turnstile.charge(burst, to: peer(2), now: moment) == .fails(because: .tooMuch))
        #expect(turnstile.charge(burst, to: peer(1), now: moment) == .meets)
    }

    @Test func strangersAreHeardALittle() {
        var turnstile = Turnstile()
        for _ in 0..<Limits.strangersMessages.burst { #expect(turnstile.endure(peer(1), now: Sample.now) == .meets) }
        #expect(turnstile.endure(peer(1), now: Sample.now) == .fails(because: .tooMuch))
        #expect(turnstile.endure(peer(1), now: Sample.now.advanced(bySeconds: 1)) == .meets)
    }
}
