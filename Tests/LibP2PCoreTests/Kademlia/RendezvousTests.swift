import LibP2PCore
import Multiformats
import Testing

struct RendezvousTests {
    private let network: [UInt8] = [1]
    private let topic: [UInt8] = [2]

    @Test func theKeysOfAPrivateNetworkAreItsOwn() {
        let open = Rendezvous.key(of: "network")
        let hidden = Rendezvous.key(of: "network", secret: Array(repeating: 1, count: 32))
        #expect(open == Rendezvous.key(of: "network"))
        #expect(
            Set([open, hidden, Rendezvous.key(of: "topic/1"), Rendezvous.key(of: "network", secret: [2])]).count == 4
        )
        #expect(throws: Never.self) { try Multihash(bytes: hidden) }
    }

    @Test func aNodeSaysThatItIsThereAndSaysSoAgain() {
        var rendezvous = Rendezvous()
        rendezvous.follow([self.network], now: .zero)
        let errand = Rendezvous.Errand(key: self.network, announces: true)
        #expect(rendezvous.due(now: .zero) { _ in false } == [errand])
        #expect(rendezvous.due(now: .seconds(1000)) { _ in true } == [])
        rendezvous.finished(errand, succeeded: true, lacks: false, now: .seconds(1), chance: 0)
        #expect(rendezvous.nextDue { _ in false } == .seconds(301))
        #expect(rendezvous.due(now: .seconds(300)) { _ in false } == [])
        #expect(rendezvous.due(now: .seconds(301)) { _ in false } == [errand])
    }

    @Test func whoLacksPeersSearchesLessAndLessOften() {
        var limits = Rendezvous.Limits()
        limits.renewal = .seconds(100_000)
        var rendezvous = Rendezvous(limits: limits)
        rendezvous.follow([self.network], now: .zero)
        var now = Duration.zero
        var waits: [Duration] = []
        for _ in 0..<10 {
            let errands = rendezvous.due(now: now) { _ in true }
            #expect(errands.count == 1)
            for errand in errands { rendezvous.finished(errand, succeeded: true, lacks: true, now: now, chance: 0) }
            let next = rendezvous.nextDue { _ in true } ?? .zero
            waits.append(next - now)
            now = next
        }
        #expect(waits.prefix(4) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(waits.last == .seconds(60))
    }

    @Test func whoHasPeersEnoughDoesNotSearch() {
        var rendezvous = Rendezvous()
        rendezvous.follow([self.network], now: .zero)
        for errand in rendezvous.due(now: .zero, lacks: { _ in true }) {
            rendezvous.finished(errand, succeeded: true, lacks: false, now: .zero, chance: 0)
        }
        #expect(rendezvous.due(now: .seconds(200)) { _ in false } == [])
        // Peers were lost: what waited is due at once.
        rendezvous.hurry(now: .seconds(200))
        #expect(rendezvous.due(now: .seconds(200)) { _ in true }.map(\.announces) == [false])
    }

    @Test func whoToldNobodySaysSoAgainSoon() {
        var rendezvous = Rendezvous()
        rendezvous.follow([self.network], now: .zero)
        for errand in rendezvous.due(now: .zero, lacks: { _ in false }) {
            rendezvous.finished(errand, succeeded: false, lacks: false, now: .zero, chance: 0)
        }
        #expect(rendezvous.nextDue { _ in false } == .seconds(1))
    }

    @Test func keysShareTheNodesTime() {
        var rendezvous = Rendezvous()
        rendezvous.follow([self.network, self.topic, [3]], now: .zero)
        let first = rendezvous.due(now: .zero) { _ in true }
        #expect(first.count == 2)
        #expect(rendezvous.due(now: .zero) { _ in true } == [])
        // The third waits for one of the two, not for a time.
        #expect(rendezvous.nextDue { _ in true } == nil)
        rendezvous.finished(first[0], succeeded: true, lacks: false, now: .zero, chance: 0)
        #expect(rendezvous.nextDue { _ in true } == .zero)
        #expect(rendezvous.due(now: .zero) { _ in true }.count == 1)
    }

    @Test func aKeyThatIsLeftIsNoMoreWorkedOn() {
        var rendezvous = Rendezvous()
        rendezvous.follow([self.network, self.topic], now: .zero)
        rendezvous.follow([self.network], now: .zero)
        #expect(rendezvous.due(now: .zero) { _ in true }.map(\.key) == [self.network])
    }
}
