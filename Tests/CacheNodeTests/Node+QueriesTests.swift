import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Testing

@testable import CacheNode

/// GraphQL's queries: whose answers they are, how long they live, and what ends them.
@Suite(.timeLimit(.minutes(1)))
struct NodeQueriesTests {
    private static let checks =
        "query($o:String!,$n:String!){repository(owner:$o,name:$n){nameWithOwner defaultBranchRef{target"
        + "{... on Commit{checkSuites(first:5){nodes{status}}}}}}}"

    private func request(
        _ caller: Caller,
        _ text: String = NodeQueriesTests.checks,
        of repository: RepositoryName = NodeWorld.hello,
        wishing directives: RequestDirectives = RequestDirectives()
    ) throws -> ReadRequest {
        let variables = ["o": repository.owner, "n": repository.name]
        let given = text.contains("$o") ? variables : [:]
        let body = try JSONSerialization.data(withJSONObject: ["query": text, "variables": given])
        guard case .query(let query) = GraphQL.Request(body: Array(body)) else { throw GraphQL.SyntaxError.truncated }
        return ReadRequest(PostedQuery(query, body: Array(body)), caller: caller, directives: directives)
    }

    private func ask(
        _ world: NodeWorld,
        _ caller: Caller,
        _ text: String = NodeQueriesTests.checks,
        of repository: RepositoryName = NodeWorld.hello,
        wishing directives: RequestDirectives = RequestDirectives()
    ) async throws -> ReadAnswer {
        await world.node.read(try request(caller, text, of: repository, wishing: directives))
    }

    /// A world with a run that waits, and a caller who may read both repositories.
    private func world(proofs: ProofPolicy = ProofPolicy()) throws -> (NodeWorld, Caller) {
        let world = try NodeWorld(proofs: proofs)
        return (world, world.caller("reader", [.read(NodeWorld.hello), .read(NodeWorld.vault)]))
    }

    private func mutation(of caller: Caller, status: Int? = 200) -> WriteRequest {
        WriteRequest(method: "POST", target: "/graphql", caller: caller, status: status)
    }

    private func isHit(_ answer: ReadAnswer) -> Bool { answer.found?.outcome.kind == .hit }

    @Test func aSecondQueryHoweverWrittenCostsNoCall() async throws {
        let (world, reader) = try world()
        try await world.running {
            _ = try await world.startRun()
            let first = try await ask(world, reader)
            #expect(first.text.contains("QUEUED"))
            #expect(first.found?.outcome.kind == .forwarded(.miss, status: 200))
            #expect(first.found?.outcome.isStored == true)
            #expect(first.found?.headers.etag == nil)
            let written = "# again\n" + Self.checks.replacing("{", with: " {\n , ")
            let second = try await ask(world, reader, written)
            #expect(isHit(second))
            #expect(second.text == first.text)
            #expect(world.origin.questions.count == 1)
            #expect(await world.node.statistics().localHits == 1)
            #expect(await world.node.statistics().misses == 1)
            #expect(
                world.node.entries(prefix: "/graphql/", limit: 9, cursor: nil, includesPrivate: false).entries.isEmpty
            )
        }
    }

    @Test func anotherCredentialIsAskedForItself() async throws {
        let (world, reader) = try world()
        try await world.running {
            #expect(try await ask(world, reader, of: NodeWorld.vault).text.contains("vault-ci"))
            let answer = try await ask(world, NodeWorld.stranger, of: NodeWorld.vault)
            #expect(answer.text.contains("NOT_FOUND"))
            #expect(!answer.text.contains("vault-ci\""))
            #expect(answer.found?.outcome.isStored == false)
            #expect(try await isHit(ask(world, reader, of: NodeWorld.vault)))
            #expect(world.origin.questions.count == 2)
            #expect(world.origin.validators.allSatisfy { $0 == nil })
        }
    }

    @Test func anEventOfItsRepositoryEndsIt() async throws {
        let (world, reader) = try world()
        try await world.running {
            let run = try await world.startRun()
            let any = #"{node(id:"x"){id}}"#
            #expect(try await ask(world, reader).text.contains("QUEUED"))
            _ = try await ask(world, reader, of: NodeWorld.vault)
            _ = try await ask(world, reader, any)
            let asked = world.origin.questions.count
            await world.deliver(try world.origin.act { _ = try $0.finish(run: run, at: $1) })
            #expect(try await isHit(ask(world, reader, of: NodeWorld.vault)))
            #expect(world.origin.questions.count == asked)
            let after = try await ask(world, reader)
            #expect(after.text.contains("COMPLETED"))
            #expect(after.found?.outcome.kind == .forwarded(.stale, status: 200))
            #expect(try await isHit(ask(world, reader)))
            #expect(world.origin.questions.count == asked + 1)
        }
    }

    @Test func whatIsOnlyNewsToThisNodeEndsNothing() async throws {
        let (world, reader) = try world()
        try await world.running {
            _ = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            world.clock.advance(milliseconds: 600_000)
            #expect(try await ask(world, reader).text.contains("QUEUED"))
            #expect(await world.read(NodeWorld.runs(), reader).text.contains("\"queued\""))
            #expect(try await isHit(ask(world, reader)))
            _ = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            #expect(await world.read("\(NodeWorld.runs())?branch=main", reader).status == 200)
            #expect(try await !isHit(ask(world, reader)))
        }
    }

    @Test func whatNobodyCanPlaceEndsWithAnyEvent() async throws {
        let (world, reader) = try world()
        try await world.running {
            let named = "query($o:String!,$n:String!){repository(owner:$o,name:$n){id}}"
            let told = try await JSONSlices(
                Array(ask(world, reader, named, of: NodeWorld.vault).text.utf8)
            )
            let id = try JSONObject(told).object("data")?.object("repository")?.string("id")
            let query = "{node(id:\"\(try #require(id))\"){... on Repository{isPrivate}}}"
            #expect(try await ask(world, reader, query).text.contains("true"))
            #expect(try await isHit(ask(world, reader, query)))
            _ = try await world.startRun()
            #expect(try await !isHit(ask(world, reader, query)))
        }
    }

    @Test func whatAPeerTellsEndsItToo() async throws {
        let (world, reader) = try world()
        try await world.running {
            world.prove(.node, NodeWorld.hello)
            #expect(try await ask(world, reader).status == 200)
            let deliveries = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            let events = world.node.events()
            world.peers.yield(
                try NodeEventsTests.announcement(deliveries[0], at: world.clock.now, in: NodeWorld.hello)
            )
            for await event in events {
                if case .invalidated(let path, let isPublic) = event, path.hasPrefix("/graphql/") {
                    #expect(!isPublic)
                    break
                }
            }
            #expect(try await !isHit(ask(world, reader)))
        }
    }

    @Test func anAnswerFromBeforeAnEventIsNotKept() async throws {
        let (world, reader) = try world()
        try await world.running {
            let run = try await world.startRun()
            world.origin.hold()
            async let early = ask(world, reader)
            await world.origin.asked(1)
            await world.deliver(try world.origin.act { _ = try $0.finish(run: run, at: $1) })
            // Who asks after the event does not share the answer to a question of before.
            async let late = ask(world, reader)
            await world.origin.asked(2)
            world.origin.letGo()
            #expect(try await early.status == 200)
            #expect(try await late.found?.outcome.isCollapsed == false)
            #expect(try await early.found?.outcome.isStored == false)
            #expect(world.origin.questions.count == 2)
            #expect(try await isHit(ask(world, reader)))
        }
    }

    @Test func anAnswerFromBeforeAnEventIsNotServedAfterIt() async throws {
        let (world, reader) = try world()
        try await world.running {
            let run = try await world.startRun()
            world.origin.hold()
            async let early = ask(world, reader)
            await world.origin.asked(1)
            await world.deliver(try world.origin.act { _ = try $0.finish(run: run, at: $1) })
            world.origin.letGo()
            #expect(try await early.status == 200)
            #expect(try await early.found?.outcome.isStored == false)
            #expect(try await !isHit(ask(world, reader)))
        }
    }

    @Test func whatACallerWroteEndsItsOwnQueriesAlone() async throws {
        let (world, reader) = try world()
        let other = world.caller("other", [.read(NodeWorld.hello)])
        try await world.running {
            for caller in [reader, other] { _ = try await ask(world, caller) }
            await world.node.wrote(mutation(of: reader))
            #expect(try await isHit(ask(world, other)))
            #expect(try await !isHit(ask(world, reader)))
            #expect(try await isHit(ask(world, reader)))
            world.origin.hold()
            async let early = ask(world, reader, "{viewer{login}}")
            await world.origin.asked(4)
            await world.node.wrote(mutation(of: reader))
            world.origin.letGo()
            #expect(try await early.found?.outcome.isStored == false)
        }
    }

    @Test func aWriteThatGitHubRefusedEndsNothing() async throws {
        let (world, reader) = try world()
        try await world.running {
            _ = try await ask(world, reader)
            await world.node.wrote(mutation(of: reader, status: 401))
            #expect(try await isHit(ask(world, reader)))
            // What came of it is not known.
            await world.node.wrote(mutation(of: reader, status: nil))
            #expect(try await !isHit(ask(world, reader)))
        }
    }

    @Test func aWriteToARepositoryEndsEverybodysQueriesOfIt() async throws {
        let (world, reader) = try world()
        let writer = world.caller("writer", [.read(NodeWorld.hello)])
        try await world.running {
            for repository in [NodeWorld.hello, NodeWorld.vault] { _ = try await ask(world, reader, of: repository) }
            let target = "/repos/\(NodeWorld.hello)/actions/runs/1/rerun"
            await world.node.wrote(WriteRequest(method: "POST", target: target, caller: writer, status: 201))
            #expect(try await isHit(ask(world, reader, of: NodeWorld.vault)))
            #expect(try await !isHit(ask(world, reader)))
        }
    }

    @Test func errorsAreNotKeptAndTakeBackWhatWas() async throws {
        let (world, reader) = try world()
        try await world.running {
            _ = try await ask(world, reader, of: NodeWorld.vault)
            try world.origin.act { github, _ in try github.setGrants([], ofToken: "reader") }
            var asking = RequestDirectives()
            asking.noCache = true
            for _ in 0..<2 {
                let answer = try await ask(world, reader, of: NodeWorld.vault, wishing: asking)
                #expect(answer.status == 200)
                #expect(answer.text.contains("NOT_FOUND"))
                #expect(answer.found?.outcome.isStored == false)
            }
            world.origin.setDown(true)
            #expect(try await ask(world, reader, of: NodeWorld.vault).status == 502)
            #expect(world.store.queries(of: world.node.credentialID(of: reader)).isEmpty)
        }
    }

    @Test func aCredentialThatIsRevokedGetsNothingMore() async throws {
        let (world, reader) = try world()
        try await world.running {
            _ = try await ask(world, reader)
            _ = try await ask(world, reader, of: NodeWorld.vault)
            world.origin.act { github, _ in github.revokeToken("reader") }
            // That it is unknown is learnt by a read of the REST API.
            #expect(await world.read(NodeWorld.runs(NodeWorld.vault), reader).status == 401)
            let answer = try await ask(world, reader)
            #expect(answer.status == 401)
            #expect(answer.text.contains("Bad credentials"))
            #expect(world.store.queries(of: world.node.credentialID(of: reader)).isEmpty)
        }
    }

    @Test func aRepositoryWhoseReadersChangedIsAskedForAnew() async throws {
        let (world, reader) = try world()
        try await world.running {
            _ = try await world.startRun()
            _ = try await ask(world, reader)
            world.clock.advance(milliseconds: 2_000)
            try world.origin.act { github, now in try github.setPrivate(true, NodeWorld.hello, at: now) }
            _ = try await world.startRun()
            world.origin.setDown(true)
            #expect(try await ask(world, reader).status == 502)
        }
    }

    @Test func itLivesAMinuteAndNoLongerThanItFollowedAnEvent() async throws {
        let (world, reader) = try world()
        try await world.running {
            _ = try await ask(world, reader)
            world.clock.advance(milliseconds: 59_000)
            #expect(try await isHit(ask(world, reader)))
            world.clock.advance(milliseconds: 2_000)
            #expect(try await !isHit(ask(world, reader)))
            _ = try await world.startRun()
            world.clock.advance(milliseconds: 5_000)
            #expect(try await !isHit(ask(world, reader)))
            world.clock.advance(milliseconds: 4_000)
            #expect(try await isHit(ask(world, reader)))
            world.clock.advance(milliseconds: 2_000)
            #expect(try await !isHit(ask(world, reader)))
        }
    }

    @Test func aStoredAnswerOutlivesAnOutageWithinTheGrace() async throws {
        let (world, reader) = try world(proofs: ProofPolicy(ttl: 100, grace: 200))
        try await world.running {
            let first = try await ask(world, reader)
            world.origin.setDown(true)
            world.clock.advance(milliseconds: 290_000)
            let stale = try await ask(world, reader)
            #expect(stale.text == first.text)
            #expect(stale.found?.outcome.kind == .stale)
            #expect(stale.found?.age == 290)
            #expect(try await ask(world, NodeWorld.stranger).status == 502)
            world.clock.advance(milliseconds: 20_000)
            #expect(try await ask(world, reader).status == 502)
        }
    }

    @Test func wishesAreHeeded() async throws {
        let (world, reader) = try world()
        try await world.running {
            var only = RequestDirectives()
            only.onlyIfCached = true
            #expect(try await ask(world, reader, wishing: only).status == 504)
            _ = try await ask(world, reader)
            #expect(try await isHit(ask(world, reader, wishing: only)))
            world.clock.advance(milliseconds: 10_000)
            var young = RequestDirectives()
            young.maxAge = 9
            #expect(try await !isHit(ask(world, reader, wishing: young)))
            #expect(try await isHit(ask(world, reader, wishing: young)))
            var asking = RequestDirectives()
            asking.noCache = true
            #expect(
                try await ask(world, reader, wishing: asking).found?.outcome.kind
                    == .forwarded(.request, status: 200)
            )
        }
    }

    @Test func manyWhoAskTheSameAreOneQuestion() async throws {
        let (world, reader) = try world()
        try await world.running {
            world.origin.hold()
            let question = try request(reader)
            try await withThrowingTaskGroup(of: ReadAnswer.self) { group in
                for _ in 0..<50 { group.addTask { await world.node.read(question) } }
                while await world.node.flights.waitingCount < 50 { await Task.yield() }
                world.origin.letGo()
                for try await answer in group { #expect(answer.status == 200) }
            }
            #expect(world.origin.questions.count == 1)
        }
    }

    @Test func aRestartKeepsItAndWhatEndsIt() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "queries-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let world = try NodeWorld(directory: directory)
        let reader = world.caller("reader", [.read(NodeWorld.hello)])
        try await world.running {
            _ = try await ask(world, reader)
            try await world.store.flush()
        }
        let again = try NodeWorld(directory: directory, after: world)
        try await again.running {
            #expect(try await isHit(ask(again, reader)))
            _ = try await again.startRun()
            #expect(try await !isHit(ask(again, reader)))
        }
    }

    @Test func whatAQueryNamesIsFollowed() async throws {
        let (world, reader) = try world()
        try await world.running {
            _ = try await ask(world, reader)
            while !world.neighbours.followed.contains(NodeWorld.hello) { await Task.yield() }
            #expect(world.neighbours.told.isEmpty)
        }
    }

    @Test func itsNameIsNoPathAtGitHub() async throws {
        let (world, reader) = try world()
        try await world.running {
            let question = try request(reader)
            _ = await world.node.read(question)
            let path = question.representation.resource.path
            #expect(isHit(await world.read(path, reader)))
            world.clock.advance(milliseconds: 61_000)
            #expect(await world.read(path, reader).status == 404)
            #expect(world.origin.questions.count == 1)
        }
    }
}
