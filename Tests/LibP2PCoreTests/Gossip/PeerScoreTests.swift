@testable import LibP2PCore
import Multiformats
import Testing

@Suite struct PeerScoreTests {
    private typealias Parameters = PeerScore.Parameters

    /// Weights of one or minus one, nothing let pass, no decay but where a test wants it.
    private let plain: Parameters = {
        var parameters = Parameters()
        parameters.earnedCap = 1000
        parameters.behaviourThreshold = 0
        parameters.colocationThreshold = 2
        parameters.topic.meshTimeWeight = 1
        parameters.topic.meshTimeCap = 5
        parameters.topic.firstDeliveriesWeight = 1
        parameters.topic.meshDeliveriesWeight = -1
        parameters.topic.meshDeliveriesThreshold = 4
        parameters.topic.meshDeliveriesActivation = .seconds(3)
        parameters.topic.failuresWeight = -1
        return parameters
    }()

    @Test func timeInTheMeshIsWorthSomethingUpToACap() {
        var score = PeerScore()
        var parameters = self.plain
        parameters.topic.meshDeliveriesWeight = 0
        parameters.topic.failuresWeight = 0
        score.graft("t", parameters)
        #expect(score.value == 0)
        for _ in 0..<3 { score.decay(parameters) }
        #expect(score.value == 3)
        for _ in 0..<9 { score.decay(parameters) }
        #expect(score.value == 5)
        score.prune("t", parameters)
        #expect(score.value == 0)
        #expect(score.isNothing)
    }

    @Test func firstDeliveriesAreWorthSomethingUpToACapAndFade() {
        var score = PeerScore()
        var parameters = self.plain
        parameters.topic.firstDeliveriesCap = 3
        parameters.topic.firstDeliveriesDecay = 0.5
        for _ in 0..<9 { score.deliver(first: "t", parameters) }
        #expect(score.value == 3)
        score.decay(parameters)
        #expect(score.value == 1.5)
        for _ in 0..<20 { score.decay(parameters) }
        #expect(score.isNothing)
    }

    @Test func aMeshPeerThatDeliversTooLittleOwesTheSquare() {
        var score = PeerScore()
        var parameters = self.plain
        parameters.topic.meshTimeWeight = 0
        parameters.topic.firstDeliveriesWeight = 0
        parameters.topic.meshDeliveriesDecay = 1
        score.graft("t", parameters)
        for _ in 0..<3 { score.decay(parameters) }
        #expect(score.value == 0, "not yet expected to deliver")
        score.decay(parameters)
        #expect(score.value == -16)
        score.deliver(first: "t", parameters)
        score.deliver(inMesh: "t", parameters)
        score.decay(parameters)
        #expect(score.value == -4)
        for _ in 0..<2 { score.deliver(inMesh: "t", parameters) }
        score.decay(parameters)
        #expect(score.value == 0)
    }

    @Test func whatWasLackingStaysAfterThePrune() {
        var score = PeerScore()
        var parameters = self.plain
        parameters.topic.meshTimeWeight = 0
        parameters.topic.failuresDecay = 0.5
        score.graft("t", parameters)
        for _ in 0..<4 { score.decay(parameters) }
        score.prune("t", parameters)
        #expect(score.value == -16)
        #expect(score.blame(parameters) == .lateDeliveries)
        score.decay(parameters)
        #expect(score.value == -8)
    }

    @Test func invalidMessagesCountByTheirSquare() {
        var score = PeerScore()
        for _ in 0..<3 { score.deliver(invalid: "t", self.plain) }
        #expect(score.value == -9)
        score.deliver(invalid: "u", self.plain)
        #expect(score.value == -10)
        #expect(score.blame(self.plain) == .badMessages)
    }

    @Test func breachesCountByTheSquareOfWhatIsNotLetPass() {
        var score = PeerScore()
        var parameters = self.plain
        parameters.behaviourThreshold = 2
        score.penalize(2, parameters)
        #expect(score.value == 0)
        score.penalize(3, parameters)
        #expect(score.value == -9)
        #expect(score.blame(parameters) == .badManners)
    }

    @Test func theApplicationsWordIsBoundedAndFades() {
        var score = PeerScore()
        var parameters = self.plain
        parameters.applicationDecay = 0.5
        score.credit(-1000, parameters)
        #expect(score.value == -100)
        #expect(score.blame(parameters) == .badAnswers)
        score.decay(parameters)
        #expect(score.value == -50)
        score.credit(.nan, parameters)
        #expect(score.value == -50)
        score.credit(80, parameters)
        #expect(score.value == 30)
    }

    @Test func peersAtOneAddressBeyondTheThresholdCount() {
        var score = PeerScore()
        score.share(address: 2, self.plain)
        #expect(score.value == 0)
        score.share(address: 5, self.plain)
        #expect(score.value == -9)
        #expect(score.blame(self.plain) == .crowdedAddress)
    }

    /// Else an attacker followed a thousand quiet topics to be free to abuse one.
    @Test func whatManyTopicsEarnPaysForNothingBeyondItsCap() {
        var score = PeerScore()
        let parameters = Parameters()
        for topic in 0..<1000 { score.graft("\(topic)", parameters) }
        for _ in 0..<300 { score.decay(parameters) }
        #expect(score.value == parameters.earnedCap)
        for _ in 0..<8 { score.deliver(invalid: "0", parameters) }
        #expect(score.value < parameters.thresholds.graylist)
    }

    @Test func theSumsAgreeWithTheCountersAfterAnyCourse() {
        var random = SplitMix64(seed: 7)
        var score = PeerScore()
        for _ in 0..<2000 {
            let topic = "\(Int.random(in: 0..<5, using: &random))"
            switch Int.random(in: 0..<6, using: &random) {
            case 0: score.graft(topic, self.plain)
            case 1: score.prune(topic, self.plain)
            case 2: score.deliver(first: topic, self.plain)
            case 3: score.deliver(inMesh: topic, self.plain)
            case 4: score.deliver(invalid: topic, self.plain)
            default: score.decay(self.plain)
            }
        }
        var parameters = self.plain
        parameters.decayInterval = .zero
        parameters.topic.firstDeliveriesDecay = 1
        parameters.topic.meshDeliveriesDecay = 1
        parameters.topic.failuresDecay = 1
        parameters.topic.invalidDecay = 1
        let kept = score.value
        // A decay that changes nothing reckons everything anew.
        score.decay(parameters)
        #expect(abs(score.value - kept) < 1e-6)
    }
}
