import GossipWorld
import LibP2PCore
import Multiformats
import Testing

/// Attacks on a hundred nodes in virtual time; none may keep a message from an honest node.
@Suite struct GossipAttackTests {
    private typealias RPC = GossipRouter.RPC

    private func world(
        _ count: Int = 60,
        seed: UInt64,
        _ change: (inout GossipWorld.Settings) -> Void = { _ in }
    ) throws -> GossipWorld {
        var settings = GossipWorld.Settings()
        settings.seed = seed
        change(&settings)
        return try GossipWorld(settings, count: count, dialling: 5, following: "t")
    }

    /// Puppets that follow the topic and graft themselves to everybody they know, and then pass on nothing.
    private func addSilentSybils(_ count: Int, dialling targets: [Int], in world: inout GossipWorld) throws -> [Int] {
        let sybils = try (0..<count).map { _ in try world.addPuppet() }
        for sybil in sybils {
            for target in targets { world.connect(sybil, target) }
        }
        self.graft(sybils, in: &world)
        return sybils
    }

    private func graft(_ sybils: [Int], in world: inout GossipWorld) {
        var rpc = RPC()
        rpc.subscriptions = [.init(isSubscribed: true, topic: "t")]
        rpc.grafts = ["t"]
        for sybil in sybils {
            for target in world.nodes[sybil].links.sorted() { world.send(rpc, from: sybil, to: target) }
        }
    }

    private func publish(
        _ rounds: Int,
        in world: inout GossipWorld,
        meanwhile: (inout GossipWorld) -> Void = { _ in }
    ) throws -> [MessageID] {
        var ids: [MessageID] = []
        for round in 0..<rounds {
            let author = world.living[(round * 7) % world.living.count]
            ids.append(try world.publish(author, Array(repeating: 1, count: 700), to: "t"))
            meanwhile(&world)
            world.run(milliseconds: 500)
        }
        world.run(milliseconds: 6000)
        return ids
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func killingThirtyOfAHundredLosesNothingAmongTheRest(seed: UInt64) throws {
        var world = try self.world(100, seed: seed)
        world.run(milliseconds: 10_000)
        var ids: [MessageID] = []
        for (round, victim) in (0..<100).shuffled(using: &world.random).prefix(30).enumerated() {
            world.kill(victim)
            guard round.isMultiple(of: 3) else { continue }
            ids.append(try world.publish(world.living[round], Array(repeating: 1, count: 700), to: "t"))
            world.run(milliseconds: 30)
        }
        world.run(milliseconds: 8000)
        #expect(ids.count == 10)
        #expect(ids.map { world.missing($0).count } == Array(repeating: 0, count: 10))
    }

    /// Four silent peers to one honest, all of them dialling in.
    @Test func silentSybilsKeepNothingFromAnyone() throws {
        var world = try self.world(seed: 11)
        world.run(milliseconds: 5000)
        _ = try self.addSilentSybils(40, dialling: Array(0..<60), in: &world)
        world.run(milliseconds: 3000)
        let ids = try self.publish(12, in: &world)
        #expect(ids.allSatisfy { world.missing($0).isEmpty })
    }

    /// Everybody who comes to one node is an attacker; those that it dialled itself are not.
    @Test func aSurroundedNodeStillHearsAndIsHeard() throws {
        var world = try self.world(seed: 12)
        world.run(milliseconds: 2000)
        _ = try self.addSilentSybils(60, dialling: [0], in: &world)
        world.run(milliseconds: 5000)
        let router = try #require(world.nodes[0].router)
        let honest = router.mesh(of: "t").count { peer in (world.index(of: peer) ?? .max) < 60 }
        #expect(honest >= router.parameters.degreeOut)
        let mine = try world.publish(0, [1, 2, 3], to: "t")
        let theirs = try self.publish(10, in: &world)
        #expect(([mine] + theirs).allSatisfy { world.missing($0).isEmpty })
    }

    @Test func whoFloodsWithForgeriesIsThrownOutAtOnceAndStaysOut() throws {
        var world = try self.world(30, seed: 13) { $0.checksSignatures = true }
        world.run(milliseconds: 3000)
        let attacker = try world.addPuppet()
        for target in 0..<30 { world.connect(attacker, target) }
        var forged = try SignedMessage(
            signing: [1],
            topic: "t",
            sequence: 1,
            with: world.nodes[attacker].keyPair
        ).wire
        forged.data = [2]
        let rpc = {
            var rpc = RPC()
            rpc.messages = Array(repeating: forged, count: 200)
            return rpc
        }()
        for target in 0..<30 { world.send(rpc, from: attacker, to: target) }
        world.run(milliseconds: 200)
        #expect(world.partings.count == 30)
        #expect(world.partings.allSatisfy { $0.peer == attacker && $0.offence == .badMessages })
        for target in 0..<30 { world.connect(attacker, target) }
        #expect(world.nodes[attacker].links.isEmpty)
        let ids = try self.publish(3, in: &world)
        #expect(ids.allSatisfy { world.missing($0).isEmpty })
    }

    /// What does not exist is advertised, and never given.
    @Test func whoAdvertisesWhatItDoesNotGiveIsThrownOut() throws {
        var world = try self.world(30, seed: 14)
        world.run(milliseconds: 3000)
        let attacker = try world.addPuppet()
        for target in 0..<30 { world.connect(attacker, target) }
        var number: UInt64 = 0
        let id = world.nodes[attacker].id
        let ids = try self.publish(20, in: &world) { world in
            for target in world.nodes[attacker].links.sorted() {
                for _ in 0..<5 {
                    number += 1
                    var rpc = RPC()
                    rpc.haves = [.init(topic: "t", messages: [MessageID(author: id, sequence: number)])]
                    world.send(rpc, from: attacker, to: target)
                }
            }
        }
        #expect(world.nodes[attacker].links.isEmpty)
        #expect(world.partings.allSatisfy { $0.peer == attacker && $0.offence == .badManners })
        #expect(ids.allSatisfy { world.missing($0).isEmpty })
    }

    /// It is turned away, and grafts again at once, and again.
    @Test func whoGraftsAgainAndAgainIsThrownOut() throws {
        var world = try self.world(20, seed: 15)
        world.run(milliseconds: 3000)
        let attacker = try world.addPuppet()
        world.connect(attacker, 0)
        var rpc = RPC()
        rpc.prunes = [.init(topic: "t", backoff: 60)]
        world.send(rpc, from: attacker, to: 0)
        rpc.prunes = []
        rpc.grafts = ["t"]
        for _ in 0..<20 {
            world.send(rpc, from: attacker, to: 0)
            world.run(milliseconds: 100)
        }
        #expect(world.partings.map(\.offence) == [.badManners])
        #expect(world.nodes[attacker].links.isEmpty)
    }

    @Test func honestNodesNeverThrowEachOtherOutWhateverTheWeather() throws {
        var world = try self.world(40, seed: 16) { $0.loss = 0.3 }
        world.run(milliseconds: 3000)
        for round in 0..<60 {
            _ = try world.publish(
                round % 40,
                Array(repeating: 1, count: round.isMultiple(of: 2) ? 500 : 20_000),
                to: "t"
            )
            world.run(milliseconds: 250)
        }
        world.run(milliseconds: 10_000)
        #expect(world.partings.isEmpty)
    }

    /// All know one node at first; what it names to those it turns away makes a mesh of them.
    @Test func aStarBecomesAMeshByWhatItsCentreNames() throws {
        var world = GossipWorld(
            {
                var settings = GossipWorld.Settings()
                settings.seed = 17
                return settings
            }()
        )
        for _ in 0..<60 { try world.addNode() }
        for node in world.nodes.indices { try world.subscribe(node, "t") }
        for node in 1..<60 { world.connect(node, 0) }
        world.run(milliseconds: 15_000)
        let alone = (1..<60).filter { world.nodes[$0].links.count < 3 }
        #expect(alone.isEmpty)
        world.kill(0)
        world.run(milliseconds: 2000)
        let ids = try self.publish(3, in: &world)
        #expect(ids.allSatisfy { world.missing($0).isEmpty })
    }
}
