@testable import LibP2P
import LibP2PCore
import Testing

@Suite struct OutboxTests {
    private func message(_ size: Int) -> GossipRouter.RPC {
        var message = GossipRouter.RPC.Message()
        message.data = Array(repeating: 1, count: size)
        var rpc = GossipRouter.RPC()
        rpc.messages = [message]
        return rpc
    }

    private var dontWant: GossipRouter.RPC {
        var rpc = GossipRouter.RPC()
        rpc.dontWants = [MessageID(bytes: [1])]
        return rpc
    }

    @Test func whatCallsAMessageOffOvertakesMessages() {
        var outbox = Outbox(limits: PubSub.Limits())
        _ = outbox.append(self.message(1))
        _ = outbox.append(self.message(2))
        _ = outbox.append(self.dontWant)
        #expect(outbox.removeFirst() == self.dontWant)
        #expect(outbox.removeFirst() == self.message(1))
        #expect(outbox.removeFirst() == self.message(2))
        #expect(outbox.removeFirst() == nil)
    }

    @Test func whatTellsMoreKeepsItsPlace() {
        var outbox = Outbox(limits: PubSub.Limits())
        var both = self.dontWant
        both.grafts = ["t"]
        _ = outbox.append(self.message(1))
        _ = outbox.append(both)
        #expect(outbox.removeFirst() == self.message(1))
        #expect(outbox.removeFirst() == both)
    }

    @Test func callingOffIsBoundedAndMayBeLost() {
        var limits = PubSub.Limits()
        limits.queuedControls = 2
        var outbox = Outbox(limits: limits)
        let outcomes = (0..<3).map { _ in outbox.append(self.dontWant) }
        #expect(outcomes == [.queued, .queued, .dropped])
    }
}
