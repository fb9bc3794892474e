import Testing

@testable import GitHubCore

@Suite struct CircuitTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func open(_ circuit: inout Circuit, at now: Timestamp) {
        for _ in 0..<5 { circuit.noteFailure(at: now, jitter: 1) }
    }

    @Test func failuresInARowOpenItAndOthersDoNot() {
        var circuit = Circuit()
        for _ in 0..<4 { circuit.noteFailure(at: now, jitter: 1) }
        circuit.noteSuccess()
        for _ in 0..<4 { circuit.noteFailure(at: now, jitter: 1) }
        #expect(circuit.admits(at: now, jitter: 1) == true)
        circuit.noteFailure(at: now, jitter: 1)
        #expect(!circuit.isClosed)
        #expect(circuit.admits(at: now, jitter: 1) == false)
    }

    @Test func oneTriesAfterEachPauseAlsoWhileAnotherStillWaits() {
        var circuit = Circuit()
        open(&circuit, at: now)
        let later = now.advanced(byMilliseconds: 250)
        #expect(circuit.admits(at: later.advanced(byMilliseconds: -1), jitter: 1) == false)
        #expect(circuit.admits(at: later, jitter: 1) == true)
        #expect(circuit.admits(at: later, jitter: 1) == false)
        #expect(
            circuit.admits(at: later.advanced(byMilliseconds: 250), jitter: 1) == true,
            "the first has no answer yet"
        )
    }

    @Test func triesInVainMakeThePauseLongerWithinABound() {
        var circuit = Circuit()
        open(&circuit, at: now)
        var moment = now
        for pause in [250, 500, 1_000, 2_000, 2_000, 2_000] as [Int64] {
            #expect(circuit.admits(at: moment.advanced(byMilliseconds: pause - 1), jitter: 1) == false)
            moment = moment.advanced(byMilliseconds: pause)
            #expect(circuit.admits(at: moment, jitter: 1) == true)
            // What went out with it before fails too, and counts once.
            for _ in 0..<10 { circuit.noteFailure(at: moment, jitter: 1) }
        }
    }

    @Test func chanceSpreadsTheTries() {
        var circuit = Circuit()
        for _ in 0..<5 { circuit.noteFailure(at: now, jitter: 0) }
        #expect(circuit.admits(at: now.advanced(byMilliseconds: 124), jitter: 0) == false)
        #expect(circuit.admits(at: now.advanced(byMilliseconds: 125), jitter: 0) == true)
    }

    @Test func anySuccessClosesIt() {
        var circuit = Circuit()
        open(&circuit, at: now)
        circuit.noteSuccess()
        #expect(circuit.isClosed)
        for _ in 0..<100 { #expect(circuit.admits(at: now, jitter: 1) == true) }
    }
}
