import LibP2PCore
import Multiformats
import Testing

struct RedialTests {
    private let address: Multiaddr
    private let peer: PeerID

    init() throws {
        self.peer = try keyPair(1).peerID
        self.address = try Multiaddr("/ip4/127.0.0.1/tcp/1").appending(self.peer)
    }

    @Test func everythingIsDueAtOnceAndDialledOnce() {
        var redial = Redial(addresses: [address], now: .zero)
        #expect(redial.nextDue == .zero)
        #expect(redial.due(now: .zero, connected: []) == [address])
        #expect(redial.due(now: .seconds(100), connected: []) == [])
        #expect(redial.nextDue == nil)
    }

    @Test func failuresBackOffUpToTheLimit() {
        var redial = Redial(addresses: [address], now: .zero)
        var now = Duration.zero
        var waits: [Duration] = []
        for _ in 0..<12 {
            #expect(redial.due(now: now, connected: []) == [address])
            redial.failed(address, now: now, chance: 0)
            let due = redial.nextDue ?? .zero
            waits.append(due - now)
            #expect(redial.due(now: due - .milliseconds(1), connected: []) == [])
            now = due
        }
        #expect(waits.prefix(4) == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)])
        #expect(waits.last == .seconds(60))
    }

    @Test func chanceOnlyLengthensAWait() {
        var redial = Redial(addresses: [address], now: .zero)
        _ = redial.due(now: .zero, connected: [])
        redial.failed(address, now: .zero, chance: 1)
        #expect(redial.nextDue == .milliseconds(312) + .microseconds(500))
    }

    @Test func aLostPeerIsDialledAgain() {
        var redial = Redial(addresses: [address], now: .zero)
        _ = redial.due(now: .zero, connected: [])
        redial.succeeded(address, peer: peer, now: .zero)
        #expect(redial.nextDue == nil)
        redial.disconnected(peer, now: .seconds(1), chance: 0)
        #expect(redial.nextDue == .seconds(1) + .milliseconds(250))
    }

    @Test func onlyAStableConnectionClearsFailures() {
        var redial = Redial(addresses: [address], now: .zero)
        var now = Duration.zero
        for _ in 0..<3 {
            _ = redial.due(now: now, connected: [])
            redial.failed(address, now: now, chance: 0)
            now = redial.nextDue ?? .zero
        }
        _ = redial.due(now: now, connected: [])
        redial.succeeded(address, peer: peer, now: now)
        redial.disconnected(peer, now: now + .seconds(1), chance: 0)
        #expect(redial.nextDue == now + .seconds(1) + .seconds(2))
        now = redial.nextDue ?? .zero
        _ = redial.due(now: now, connected: [])
        redial.succeeded(address, peer: peer, now: now)
        redial.disconnected(peer, now: now + .seconds(31), chance: 0)
        #expect(redial.nextDue == now + .seconds(31) + .milliseconds(250))
    }

    @Test func aPeerThatIsConnectedAnywayNeedsNoDial() {
        var redial = Redial(addresses: [address], now: .zero)
        #expect(redial.due(now: .zero, connected: [peer]) == [])
        redial.disconnected(peer, now: .seconds(5), chance: 0)
        #expect(redial.nextDue != nil)
    }
}
