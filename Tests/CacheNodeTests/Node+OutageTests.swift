import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// GitHub can be away: what is stored outlives that, for whom it was meant (invariant 8).
@Suite(.timeLimit(.minutes(1)))
struct NodeOutageTests {
    private static let vault = NodeWorld.runs(NodeWorld.vault)

    /// The ways in which GitHub is away.
    enum Absence: CaseIterable, Sendable {
        case unreachable, serverError, html, truncated, reset
    }

    private func take(away absence: Absence, _ world: NodeWorld) {
        switch absence {
        case .unreachable: world.origin.setDown(true)
        case .serverError: world.origin.act { github, _ in github.faults.add(.serverError(503)) }
        case .html: world.origin.act { github, _ in github.faults.add(.html) }
        case .truncated: world.origin.act { github, _ in github.faults.add(.truncated) }
        case .reset: world.origin.act { github, _ in github.faults.add(.reset) }
        }
    }

    @Test(arguments: Absence.allCases)
    func aStalePrivateAnswerIsForWhoseProofHoldsWithItsGrace(absence: Absence) async throws {
        let world = try NodeWorld(proofs: ProofPolicy(ttl: 600, grace: 3600))
        try await world.running {
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            let late = world.caller("late", [.read(NodeWorld.vault)])
            let before = await world.read(Self.vault, reader)
            #expect(before.status == 200)
            take(away: absence, world)
            for elapsed in [150, 601, 4199] as [Int64] {
                let moment = Timestamp(rfc3339: "2026-08-01T10:00:00Z")?.advanced(bySeconds: Int(elapsed))
                world.clock.advance(milliseconds: try #require(moment).milliseconds(since: world.clock.now))
                let stale = await world.read(Self.vault, reader)
                #expect(stale.found?.outcome.kind == .stale)
                #expect(stale.found?.body == before.found?.body)
                #expect(stale.found?.age == Int(elapsed))
                // Who may read it, and never showed that, gets a clear failure; so does everybody else.
                for caller in [late, NodeWorld.stranger, .anonymous, .node] {
                    let answer = await world.read(Self.vault, caller)
                    #expect(answer.status == 502)
                    guard case .failed(_, let words, _) = answer else { continue }
                    #expect(words.contains("GitHub"))
                }
            }
            world.clock.advance(milliseconds: 1_000)
            #expect(await world.read(Self.vault, reader).status == 502)
        }
    }

    @Test(arguments: Absence.allCases)
    func aStalePublicAnswerIsForAll(absence: Absence) async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try await world.startRun()
            let before = await world.read(NodeWorld.runs())
            take(away: absence, world)
            world.clock.advance(milliseconds: 86_400_000)
            for caller in [NodeWorld.stranger, .anonymous, .node] {
                let answer = await world.read(NodeWorld.runs(), caller)
                #expect(answer.found?.outcome.kind == .stale)
                #expect(answer.found?.body == before.found?.body)
            }
            #expect(world.store.entries(in: NodeWorld.hello).allSatisfy { $0.status == 200 })
        }
    }

    @Test func withoutGraceAProofEndsWithItsTime() async throws {
        let world = try NodeWorld(proofs: ProofPolicy(ttl: 600, grace: 0))
        try await world.running {
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            #expect(await world.read(Self.vault, reader).status == 200)
            world.origin.setDown(true)
            world.clock.advance(milliseconds: 599_000)
            #expect(await world.read(Self.vault, reader).found?.outcome.kind == .stale)
            world.clock.advance(milliseconds: 1_000)
            #expect(await world.read(Self.vault, reader).status == 502)
        }
    }

    @Test func aRefusalBeforeTheOutageHoldsThroughIt() async throws {
        let world = try NodeWorld()
        try await world.running {
            let leaver = world.caller("leaver", [.read(NodeWorld.vault)])
            #expect(await world.read(Self.vault, leaver).status == 200)
            try world.origin.act { github, _ in try github.setGrants([], ofToken: "leaver") }
            world.clock.advance(milliseconds: 601_000)
            #expect(await world.read(Self.vault, leaver).status == 404)
            world.origin.setDown(true)
            world.clock.advance(milliseconds: 11_000)
            #expect(await world.read(Self.vault, leaver).status == 502)
        }
    }

    @Test func outOfQuotaAStoredAnswerIsServed() async throws {
        let world = try NodeWorld()
        try await world.running {
            world.origin.act { github, now in
                github.createToken(
                    "poor",
                    login: "poor",
                    grants: [.read(NodeWorld.vault)],
                    callsPerHour: 1,
                    at: now
                )
            }
            let poor = Caller.credential(authorization: "Bearer poor")
            #expect(await world.read(Self.vault, poor).status == 200)
            world.clock.advance(milliseconds: 200_000)
            _ = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.vault), at: $1) }
            #expect(await world.read(Self.vault, poor).found?.outcome.kind == .stale)
            #expect(await world.read("\(Self.vault)/1", poor).status == 503)
        }
    }

    @Test func afterAnOutageTheNextReadIsRight() async throws {
        let world = try NodeWorld()
        try await world.running {
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            #expect(await world.read(Self.vault, reader).status == 200)
            world.origin.setDown(true)
            world.clock.advance(milliseconds: 900_000)
            #expect(await world.read(Self.vault, reader).found?.outcome.kind == .stale)
            _ = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.vault), at: $1) }
            world.origin.setDown(false)
            let answer = await world.read(Self.vault, reader)
            #expect(answer.found?.outcome.kind == .forwarded(.miss, status: 200))
            #expect(answer.text.contains("\"queued\""))
        }
    }
}
