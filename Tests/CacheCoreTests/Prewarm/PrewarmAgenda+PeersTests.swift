import CacheCore
import GitHubCore
import Multiformats
import Testing

/// Several nodes that hold the same job, each with an agenda of its own, in virtual time.
@Suite struct PrewarmAgendaPeersTests {
    /// 10:00.
    private let start = Timestamp(seconds: 1_785_578_400)
    private let slot: Timestamp
    private let job: PrewarmJob
    /// In the order in which they go first at the slot.
    private let peers: [PeerID]

    init() throws {
        slot = start.advanced(bySeconds: 3600)
        job = PrewarmJob(
            name: "hourly",
            patterns: [try #require(RepositoryPattern("octo/*"))],
            resources: [.runs],
            trigger: .schedule(try CronSchedule("@hourly"))
        )
        let word = PrewarmWord(job: job.digest, slot: slot, phase: .runs)
        peers = PrewarmRace.line(
            of: Set((0..<4).map { PeerID(publicKeyMessage: Array(repeating: UInt8($0), count: 60)) }),
            word
        )
    }

    /// A mesh in which every word arrives at once, but those of nodes that are cut off.
    private struct Mesh {
        var agendas: [PrewarmAgenda]
        let peers: [PeerID]
        var isGone: Set<Int> = []
        /// Whether all but one are connected with that one alone.
        var isStar = false
        /// The one in the middle of the star.
        var hub = 0
        /// What began, in order.
        var begun: [(node: Int, assignment: PrewarmAgenda.Assignment)] = []

        mutating func tell(_ directives: [PrewarmAgenda.Directive], by node: Int, at now: Timestamp) {
            for assignment in directives.begun { begun.append((node, assignment)) }
            for word in directives.said where !isGone.contains(node) {
                for index in agendas.indices where index != node && !isGone.contains(index) {
                    let answer = agendas[index].hear(word, by: peers[node], now: now)
                    tell(answer, by: index, at: now)
                }
            }
        }

        mutating func live(from: Timestamp, seconds: Int) {
            for tick in 0..<(seconds * 4) {
                let now = from.advanced(byMilliseconds: Int64(tick) * 250)
                for index in agendas.indices where !isGone.contains(index) {
                    var holders: [CID: Set<PeerID>] = [:]
                    let others = Set(
                        peers.indices.filter { other in
                            other != index && !isGone.contains(other) && (!isStar || index == hub || other == hub)
                        }.map { peers[$0] }
                    )
                    for digest in agendas[index].deciding(now: now) { holders[digest] = others }
                    tell(agendas[index].step(now: now, me: peers[index], holders: holders), by: index, at: now)
                }
            }
        }

        mutating func end(_ ending: PrewarmAgenda.Ending, by node: Int, _ slot: Timestamp, at now: Timestamp) {
            tell(agendas[node].ended(ending, of: "hourly", slot, cost: .init(), now: now), by: node, at: now)
        }
    }

    private func mesh(_ count: Int = 3) -> Mesh {
        let agendas = (0..<count).map { _ in PrewarmAgenda([job], records: [], now: start) }
        return Mesh(agendas: agendas, peers: Array(peers.prefix(count)))
    }

    private func at(_ seconds: Int) -> Timestamp { slot.advanced(bySeconds: seconds) }

    @Test func oneRunsAndTheOthersHearOfItsEnd() throws {
        var mesh = mesh()
        mesh.live(from: at(-5), seconds: 65)
        #expect(mesh.begun.map(\.node) == [0])
        mesh.end(.done, by: 0, slot, at: at(60))
        mesh.live(from: at(60), seconds: 120)
        #expect(mesh.begun.count == 1)
        for node in 1...2 {
            let record = try #require(mesh.agendas[node].items["hourly"]?.record)
            #expect(record.settledThrough == slot && record.open == nil)
            #expect(record.last?.runner == peers[0] && record.last?.outcome == .done)
            #expect(record.last?.endedAt == at(60))
        }
        #expect(mesh.agendas[0].items["hourly"]?.record.last?.runner == nil)
    }

    @Test(arguments: 0..<3)
    func thoseWhoAreNotConnectedWithEachOtherAgreeToo(hub: Int) {
        var mesh = mesh()
        (mesh.isStar, mesh.hub) = (true, hub)
        mesh.live(from: at(-10), seconds: 20)
        #expect(mesh.begun.map(\.node) == [0])
    }

    @Test func whenTheRunnerIsGoneTheNextTakesOver() {
        var mesh = mesh()
        mesh.live(from: at(-1), seconds: 10)
        #expect(mesh.begun.map(\.node) == [0])
        mesh.isGone = [0]
        mesh.live(from: at(9), seconds: 30)
        #expect(mesh.begun.map(\.node) == [0, 1])
        mesh.isGone = [0, 1]
        mesh.live(from: at(39), seconds: 30)
        #expect(mesh.begun.map(\.node) == [0, 1, 2])
    }

    @Test func whenTheFirstIsNotThereTheNextGoesAfterASilence() {
        var mesh = mesh()
        mesh.isGone = [0]
        mesh.live(from: at(0), seconds: 1)
        #expect(mesh.begun.map(\.node) == [1])
    }

    @Test func whenTheFirstStopsTheNextGoesOn() throws {
        var mesh = mesh()
        mesh.live(from: at(0), seconds: 2)
        mesh.end(.stopped(place: "octo/app runs", until: at(1800), reason: "reserve"), by: 0, slot, at: at(2))
        mesh.live(from: at(2), seconds: 5)
        #expect(mesh.begun.map(\.node) == [0, 1])
        mesh.end(.done, by: 1, slot, at: at(7))
        mesh.live(from: at(7), seconds: 2000)
        #expect(mesh.begun.count == 2)
        #expect(mesh.agendas[0].items["hourly"]?.record.last?.runner == peers[1])
    }

    @Test func whenAllHaveStoppedTheFirstThatMayGoesOn() {
        var mesh = mesh()
        mesh.live(from: at(0), seconds: 1)
        for node in 0..<3 {
            mesh.end(.stopped(place: nil, until: at(1800), reason: "reserve"), by: node, slot, at: at(2 * node + 2))
            mesh.live(from: at(2 * node + 2), seconds: 2)
        }
        #expect(mesh.begun.map(\.node) == [0, 1, 2])
        mesh.live(from: at(10), seconds: 1789)
        #expect(mesh.begun.count == 3)
        mesh.live(from: at(1799), seconds: 6)
        #expect(mesh.begun.map(\.node) == [0, 1, 2, 0])
    }

    @Test func twoThatCouldNotHearEachOtherAgreeOnceTheyCan() {
        var mesh = mesh(2)
        mesh.isGone = [0]
        mesh.live(from: at(0), seconds: 2)
        mesh.isGone = [1]
        mesh.live(from: at(2), seconds: 2)
        #expect(mesh.begun.map(\.node) == [1, 0])
        mesh.isGone = []
        mesh.live(from: at(4), seconds: 12)
        #expect(mesh.agendas[0].items["hourly"]?.running == slot)
        #expect(mesh.agendas[1].items["hourly"]?.running == nil)
        #expect(mesh.agendas[1].items["hourly"]?.record.last?.outcome == .yielded)
        mesh.end(.done, by: 0, slot, at: at(16))
        mesh.live(from: at(16), seconds: 60)
        #expect(mesh.begun.count == 2)
    }

    @Test func whoWasAwayAsksBeforeItMakesUpForWhatItMissed() {
        var mesh = mesh()
        mesh.live(from: at(0), seconds: 1)
        mesh.end(.done, by: 0, slot, at: at(1))
        mesh.live(from: at(1), seconds: 5)
        let record = PrewarmRecord(name: "hourly", job: job.digest, settledThrough: start)
        mesh.agendas[2] = PrewarmAgenda([job], records: [record], now: at(100))
        mesh.live(from: at(100), seconds: 60)
        #expect(mesh.begun.count == 1)
        #expect(mesh.agendas[2].items["hourly"]?.record.settledThrough == slot)
    }

    @Test func whatNobodyRanWhileAllWereAwayIsRunByOne() {
        let record = PrewarmRecord(name: "hourly", job: job.digest, settledThrough: start)
        var mesh = mesh()
        for node in 0..<3 { mesh.agendas[node] = PrewarmAgenda([job], records: [record], now: at(100 + node)) }
        mesh.live(from: at(102), seconds: 60)
        #expect(mesh.begun.count == 1 && mesh.begun.first?.assignment.slot == slot)
    }

    @Test func aClockThatIsALittleAheadIsHeard() {
        var mesh = mesh()
        // The first's clock is two seconds ahead of the others'.
        let directives = mesh.agendas[0].step(now: slot, me: peers[0])
        mesh.tell(directives, by: 0, at: at(-2))
        mesh.end(.done, by: 0, slot, at: at(-1))
        mesh.live(from: at(-1), seconds: 30)
        #expect(mesh.begun.map(\.node) == [0])
        #expect(mesh.agendas[1].items["hourly"]?.record.last?.runner == peers[0])
    }

    @Test func aWordFromTheFarFutureOrAboutAnotherJobIsNotHeard() {
        var mesh = mesh(1)
        let far = PrewarmWord(job: job.digest, slot: at(86_400), phase: .ended)
        let other = PrewarmWord(job: CID(hashing: []), slot: slot, phase: .ended)
        for word in [far, other] {
            let answer = mesh.agendas[0].hear(word, by: peers[3], now: slot)
            #expect(answer.isEmpty)
        }
        mesh.live(from: slot, seconds: 1)
        #expect(mesh.begun.count == 1)
    }
}
