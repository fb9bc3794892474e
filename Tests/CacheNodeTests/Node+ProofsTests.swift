import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// Who is served what: by the audience of an answer, and by proofs (invariant 4).
@Suite(.timeLimit(.minutes(1)))
struct NodeProofsTests {
    private static let vault = NodeWorld.runs(NodeWorld.vault)

    @Test func aSecondTokenOfAPublicRepositoryCostsNoCall() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let jobs = "\(NodeWorld.runs())/\(run)/jobs"
            for path in [NodeWorld.runs(), jobs] { #expect(await world.read(path).status == 200) }
            let asked = world.origin.questions.count
            let second = world.caller("second", [])
            for path in [NodeWorld.runs(), jobs] {
                for caller in [second, NodeWorld.stranger, .anonymous] {
                    #expect(await world.read(path, caller).found?.outcome.kind == .hit)
                }
            }
            #expect(world.origin.questions.count == asked)
        }
    }

    @Test func aRenewedTokenCostsNoCountedCall() async throws {
        let world = try NodeWorld()
        try await world.running {
            try world.origin.act { github, _ in _ = try github.createRunner("pi", in: .repository(NodeWorld.vault)) }
            let first = world.caller("first", [.admin(NodeWorld.vault)])
            let renewed = world.caller("renewed", [.admin(NodeWorld.vault)])
            _ = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.vault), at: $1) }
            for path in [Self.vault, "/repos/\(NodeWorld.vault)/actions/runners"] {
                let answer = await world.read(path, first)
                let made = world.origin.statistics.callsMade
                let again = await world.read(path, renewed)
                #expect(again.found?.outcome.kind == .forwarded(.miss, status: 304), "\(path)")
                #expect(again.found?.body == answer.found?.body)
                #expect(again.found?.headers.link == answer.found?.headers.link)
                #expect(world.origin.statistics.callsMade == made)
                let asked = world.origin.questions.count
                #expect(await world.read(path, renewed).found?.outcome.kind == .hit)
                #expect(await world.read(path, first).found?.outcome.kind == .hit)
                #expect(world.origin.questions.count == asked)
            }
        }
    }

    @Test func runnersOfAPublicRepositoryReachNobodyElse() async throws {
        let world = try NodeWorld()
        try await world.running {
            try world.origin.act { github, _ in
                _ = try github.createRunner("secret-runner", in: .repository(NodeWorld.hello))
            }
            _ = try await world.startRun()
            let path = "/repos/\(NodeWorld.hello)/actions/runners"
            #expect(await world.read(path).text.contains("secret-runner"))
            for caller in [NodeWorld.stranger, .anonymous, world.caller("reader", [.read(NodeWorld.hello)])] {
                let answer = await world.read(path, caller)
                #expect([401, 403, 404].contains(answer.status))
                #expect(!answer.text.contains("secret-runner"))
            }
            #expect(world.node.entries(prefix: path, limit: 9, cursor: nil, includesPrivate: false).entries.isEmpty)
            for case .entry(let shared) in world.neighbours.told {
                #expect(shared.entry.key.resource.path != path)
            }
        }
    }

    @Test func aTokenProvenForRunsIsNotProvenForRunners() async throws {
        let world = try NodeWorld()
        try await world.running {
            try world.origin.act { github, _ in
                _ = try github.createRunner("secret-runner", in: .repository(NodeWorld.vault))
            }
            let runners = "/repos/\(NodeWorld.vault)/actions/runners"
            #expect(await world.read(runners).text.contains("secret-runner"))
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            #expect(await world.read(Self.vault, reader).status == 200)
            let refused = await world.read(runners, reader)
            #expect(refused.status == 403)
            #expect(!refused.text.contains("secret-runner"))
            let asked = world.origin.questions.count
            // The refusal is about runners alone.
            #expect(await world.read(Self.vault, reader).found?.outcome.kind == .hit)
            #expect(world.origin.questions.count == asked)
        }
    }

    @Test func aWebhooksObjectServesEveryProvenReader() async throws {
        let world = try NodeWorld()
        try await world.running {
            let readers = ["one", "two"].map { world.caller($0, [.read(NodeWorld.vault)]) }
            for reader in readers { #expect(await world.read(Self.vault, reader).status == 200) }
            let asked = world.origin.questions.count
            let run = try await world.startRun(.init(NodeWorld.vault))
            for reader in readers {
                let answer = await world.read("\(Self.vault)/\(run)", reader)
                #expect(answer.found?.outcome.kind == .hit)
                #expect(answer.found?.outcome.source == .webhook)
            }
            #expect(world.origin.questions.count == asked)
            for caller in [NodeWorld.stranger, .anonymous] {
                #expect(await world.read("\(Self.vault)/\(run)", caller).status == 404)
            }
        }
    }

    @Test func withoutACredentialOfItsOwnANodeServesPrivateEventsToWhoProvesAccess() async throws {
        let world = try NodeWorld(own: nil)
        try await world.running {
            let run = try await world.startRun(.init(NodeWorld.vault))
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            let first = await world.read("\(Self.vault)/\(run)", reader)
            #expect(first.found?.outcome.kind == .forwarded(.miss, status: 304))
            #expect(world.origin.statistics.callsMade == 0)
            // The node itself is nobody here.
            #expect(await world.read("\(Self.vault)/\(run)").status == 404)
        }
    }

    @Test func aProofHoldsForItsTime() async throws {
        let world = try NodeWorld()
        try await world.running {
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            #expect(await world.read(Self.vault, reader).status == 200)
            let run = try await world.startRun(.init(NodeWorld.vault))
            let path = "\(Self.vault)/\(run)"
            world.clock.advance(milliseconds: 599_000)
            await world.deliver(try world.origin.act { _ = try $0.advance(run: run, at: $1) })
            let asked = world.origin.questions.count
            #expect(await world.read(path, reader).found?.outcome.kind == .hit)
            #expect(world.origin.questions.count == asked)
            world.clock.advance(milliseconds: 1_000)
            // The entry is fresh still; the proof is not.
            #expect(await world.read(path, reader).found?.outcome.kind == .forwarded(.miss, status: 304))
            #expect(await world.read(path, reader).found?.outcome.kind == .hit)
            #expect(world.origin.questions.count == asked + 1)
        }
    }

    @Test func whoLosesAccessIsServedNothingMore() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun(.init(NodeWorld.vault))
            let paths = [Self.vault, "\(Self.vault)/\(run)"]
            let (leaver, stayer) = (
                world.caller("leaver", [.read(NodeWorld.vault)]), world.caller("stayer", [.read(NodeWorld.vault)])
            )
            for path in paths {
                for caller in [leaver, stayer] { #expect(await world.read(path, caller).status == 200) }
            }
            try world.origin.act { github, _ in try github.setGrants([], ofToken: "leaver") }
            var again = RequestDirectives()
            again.noCache = true
            #expect(await world.read(paths[0], leaver, again).status == 404)
            world.origin.setDown(true)
            for path in paths {
                let answer = await world.read(path, leaver)
                #expect(answer.status != 200)
                #expect(!answer.text.contains("workflow"))
                // A 404 is the leaver's own, and stands in nobody's way.
                #expect(await world.read(path, stayer).found?.outcome.kind == .hit)
            }
        }
    }

    @Test func aRevokedTokenLosesEverything() async throws {
        let world = try NodeWorld()
        try await world.running {
            let reader = world.caller("reader", [.everything])
            let run = try await world.startRun(.init(NodeWorld.vault))
            let runners = "/orgs/octo-tools/actions/runners"
            let paths = ["\(Self.vault)/\(run)", runners, "/repos/\(NodeWorld.vault)"]
            for path in paths { #expect(await world.read(path, reader).status == 200) }
            world.origin.act { github, _ in github.revokeToken("reader") }
            for path in paths { #expect(await world.read(path, reader).found?.outcome.kind == .hit) }
            // One refusal is enough, wherever it comes from.
            #expect(await world.read("/repos/\(NodeWorld.hello)/actions/workflows", reader).status == 401)
            for path in paths { #expect(await world.read(path, reader).status == 401, "\(path)") }
        }
    }

    @Test func whatBecomesPrivateIsProvenAnew() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun(.init(NodeWorld.vault))
            let path = "\(Self.vault)/\(run)"
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            #expect(await world.read(path, reader).status == 200)
            world.clock.advance(milliseconds: 1_000)
            await world.deliver(
                try world.origin.act {
                    try $0.setPrivate(false, NodeWorld.vault, at: $1)
                    _ = try $0.advance(run: run, at: $1)
                }
            )
            let asked = world.origin.questions.count
            #expect(await world.read(path, NodeWorld.stranger).found?.outcome.kind == .hit)
            #expect(await world.read("/repos/\(NodeWorld.vault)/actions/workflows", .anonymous).status == 200)
            #expect(world.origin.questions.count == asked + 1)
            world.clock.advance(milliseconds: 1_000)
            await world.deliver(
                try world.origin.act {
                    try $0.setPrivate(true, NodeWorld.vault, at: $1)
                    _ = try $0.finish(run: run, at: $1)
                }
            )
            for caller in [NodeWorld.stranger, .anonymous] {
                #expect(await world.read(path, caller).status == 404)
                #expect(await world.read("/repos/\(NodeWorld.vault)/actions/workflows", caller).status == 404)
            }
            #expect(await world.read(path, reader).found?.outcome.kind == .forwarded(.miss, status: 304))
            #expect(world.store.entries(in: NodeWorld.vault).allSatisfy { $0.key.audience != .public })
        }
    }

    @Test func anAnswerThatShowsARepositoryPrivateTakesItFromEveryone() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let path = "\(NodeWorld.runs())/\(run)"
            #expect(await world.read(path, .anonymous).status == 200)
            // No event tells: the node finds out by the repository in somebody's answer.
            _ = try world.origin.act { try $0.setPrivate(true, NodeWorld.hello, at: $1) }
            world.clock.advance(milliseconds: 1_000)
            #expect(await world.read("/repos/\(NodeWorld.hello)").status == 200)
            #expect(await world.read(path, .anonymous).status == 404)
            #expect(await world.read(path, NodeWorld.stranger).status == 404)
            #expect(await world.read(path).status == 200)
        }
    }

    @Test func proofsOutliveARestart() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let world = try NodeWorld(directory: directory)
        let reader = world.caller("reader", [.read(NodeWorld.vault)])
        try await world.running {
            _ = try await world.startRun(.init(NodeWorld.vault))
            #expect(await world.read(Self.vault, reader).status == 200)
        }
        let asked = world.origin.questions.count
        let next = try NodeWorld(directory: directory, after: world)
        try await next.running {
            #expect(await next.read(Self.vault, reader).found?.outcome.kind == .hit)
            #expect(await next.read(Self.vault, NodeWorld.stranger).status == 404)
            #expect(next.origin.questions.count == asked + 1)
        }
    }

    @Test func anothersValidatorIsNeverSent() async throws {
        let world = try NodeWorld()
        try await world.running {
            let (first, second) = (
                world.caller("first", [.read(NodeWorld.vault)]), world.caller("second", [.read(NodeWorld.vault)])
            )
            #expect(await world.read(Self.vault, first).status == 200)
            let etag = try #require(
                world.store.entries(in: NodeWorld.vault).first { $0.key.resource.path == Self.vault }?.headers.etag
            )
            var again = RequestDirectives()
            again.noCache = true
            _ = await world.read(Self.vault, first, again)
            _ = await world.read(Self.vault, second, again)
            let sent = world.origin.validators
            #expect(sent.count == 3)
            #expect(sent[0] == nil)
            #expect(sent[1]?.etag == etag && sent[1]?.body != nil)
            #expect(sent[2]?.etag == nil && sent[2]?.body != nil)
        }
    }

    @Test func aStrangersInterestHasNothingFetched() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try await world.startRun(.init(NodeWorld.vault))
            #expect(await world.read(Self.vault).status == 200)
            world.clock.advance(milliseconds: 901_000)
            // Long unread by those who may; read by one who may not.
            #expect(await world.read(Self.vault, NodeWorld.stranger).status == 404)
            let key = ResourceKey(
                Representation(try #require(Resource(Self.vault))),
                audience: .proven(.repository(NodeWorld.vault), .actions)
            )
            #expect(world.store.lastRead(key).map { world.clock.now.milliseconds(since: $0) } == 901_000)
        }
    }
}
