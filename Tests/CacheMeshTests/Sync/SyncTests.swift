import CacheCore
import CacheMesh
import CacheStore
import GitHubCore
import LibP2P
import LibP2PCore
import MeshCore
import Multiformats
import NIOCore
import Synchronization
import Testing

/// Real nodes on loopback that bring each other up to date.
@Suite(.timeLimit(.minutes(1))) struct SyncTests {
    /// Stores so many runs as answers, with their states.
    private func fill(_ node: MeshNode, _ ids: ClosedRange<Int>, status: String = "queued", secondsAgo: Int = 60) throws
    {
        for id in ids {
            let body = Self.run(id, status: status)
            let entry = try Sample.entry("/repos/octo/hello/actions/runs/\(id)", body: body, secondsAgo: secondsAgo)
            node.store.apply([.put(entry, body)])
        }
    }

    private static func run(_ id: Int, status: String = "queued") -> Body {
        let text = #"""
            {"id":\#(id),"run_attempt":1,"status":"\#(status)","repository":{"full_name":"octo/hello","private":false}}
            """#
        return Body(Array(text.utf8))
    }

    private func paths(of node: MeshNode) throws -> Set<String> {
        Set(node.store.entries(in: try Sample.repository()).map(\.key.resource.path))
    }

    private func eventually(_ holds: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if try holds() { return }
            try await Task.sleep(for: .milliseconds(2))
        }
        Issue.record("this did not come true in time")
    }

    @Test func aNodeThatJoinsGetsWhatItFollowsAndNothingElse() async throws {
        let (old, new) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try self.fill(old, 1...300)
        let other = Body([1, 2, 3])
        let private_ = try Sample.entry(body: other, audience: .credential(CredentialID("a")))
        old.store.apply([
            .put(try Sample.entry("/repos/octo/other/actions/runs", body: other), other), .put(private_, other),
        ])
        try await running(old, new) {
            try await new.follow("octo/hello")
            try await new.taking {
                try await new.connect(to: old)
                try await self.eventually { try self.paths(of: new).count == 300 && new.mesh.syncCounters.items == 300 }
                #expect(try self.paths(of: new) == self.paths(of: old).subtracting(["/repos/octo/hello/actions/runs"]))
                #expect(new.store.entries(in: try Sample.repository("octo/other")).isEmpty)
                #expect(old.mesh.syncCounters.served.items == 300)
                #expect(new.mesh.syncCounters.doubted == 0)
            }
        }
    }

    @Test func equalNodesSayNothingMore() async throws {
        let (one, two) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        for node in [one, two] { try self.fill(node, 1...300) }
        try await running(one, two) {
            for node in [one, two] { try await node.follow("octo/hello") }
            try await one.connect(to: two)
            try await self.eventually {
                one.mesh.syncCounters.served.rounds >= 1 && two.mesh.syncCounters.served.rounds >= 1
            }
            #expect(one.mesh.syncCounters.served.items == 0)
            #expect(two.mesh.syncCounters.served.items == 0)
        }
    }

    @Test func afterASplitOnlyWhatDiffersTravelsBothWays() async throws {
        let (one, two) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        for node in [one, two] { try self.fill(node, 1...300) }
        try self.fill(one, 301...303)
        try self.fill(two, 10...11, status: "completed", secondsAgo: 5)
        try await running(one, two) {
            try await one.taking {
                try await two.taking {
                    for node in [one, two] { try await node.follow("octo/hello") }
                    try await one.connect(to: two)
                    try await self.eventually {
                        one.mesh.syncCounters.items == 2 && two.mesh.syncCounters.items == 3
                    }
                    #expect(try self.paths(of: one) == self.paths(of: two))
                    #expect(one.mesh.syncCounters.served.items == 3)
                    #expect(two.mesh.syncCounters.served.items == 2)
                    let key = try Sample.entry("/repos/octo/hello/actions/runs/10", body: Body([])).key
                    #expect(one.store.peek(key)?.cid == Self.run(10, status: "completed").cid)
                }
            }
        }
    }

    @Test func anInterruptedJoinGoesOnWithAnotherPeer() async throws {
        let new = try MeshNode(2, members: [1, 3])
        let whole = try MeshNode(3, members: [2])
        try self.fill(whole, 1...300)
        // Gives the first hundred and then falls silent for good.
        let failing = Host(configuration: .init(identity: try MeshNode.identity(1)), logger: quiet)
        let half = (1...100).compactMap { id -> [UInt8]? in
            let body = Self.run(id)
            guard let entry = try? Sample.entry("/repos/octo/hello/actions/runs/\(id)", body: body, secondsAgo: 60),
                let repository = try? Sample.repository()
            else { return nil }
            return Claim.entry(repository, EntryClaim(entry, body: body)).encoded
        }
        let asked = Mutex(0)
        failing.handle(Sync.protocolID) { stream in
            asked.withLock { $0 += 1 }
            _ = try? await stream.readMessage(maximumLength: 1 << 20)
            let answer = Sync.Comparison.ready([Sync.Difference(shelf: 0, digests: [])])
            try? await stream.writeMessage(ByteBuffer(bytes: answer.encoded))
            try? await stream.writeMessage(ByteBuffer(bytes: Sync.Part.encoded(half, isLast: false)))
            // The connection breaks once these were taken.
            while new.mesh.syncCounters.rounds == 1, (try? new.store.entries(in: Sample.repository()).count) != 100 {
                try? await Task.sleep(for: .milliseconds(1))
            }
            stream.reset()
        }
        try await running(new, whole) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await failing.run() }
                try await new.follow("octo/hello")
                try await new.taking {
                    let address = try #require(await failing.listenAddresses.first).appending(failing.peerID)
                    _ = try await new.mesh.connect(to: address.description)
                    try await self.eventually { asked.withLock { $0 } == 1 }
                    try await new.connect(to: whole)
                    try await self.eventually { try self.paths(of: new).count == 300 }
                    // What had come did not come again.
                    #expect(whole.mesh.syncCounters.served.items == 200)
                    #expect(new.mesh.syncCounters.interrupted >= 1)
                }
                group.cancelAll()
            }
        }
    }

    @Test func newsCrossAHealedSplitBeyondWhoMet() async throws {
        // The plan waits for nothing but what it is told.
        var limits = Mesh.Limits()
        limits.syncPlan.spread = .milliseconds(1)
        limits.syncPlan.quiet = .zero
        limits.syncPlan.interval = .seconds(3600)
        let far = try MeshNode(1, members: [2], limits: limits)
        let bridge = try MeshNode(2, members: [1, 3], limits: limits)
        let near = try MeshNode(3, members: [2], limits: limits)
        for node in [far, bridge, near] { try self.fill(node, 1...20) }
        try self.fill(far, 21...23)
        try await running(far, bridge, near) {
            try await bridge.taking {
                try await near.taking {
                    for node in [far, bridge, near] { try await node.follow("octo/hello") }
                    try await near.connect(to: bridge)
                    try await self.eventually {
                        near.mesh.syncCounters.complete >= 1 && bridge.mesh.syncCounters.complete >= 1
                    }
                    // The far side comes back to one of the two.
                    try await far.connect(to: bridge)
                    try await self.eventually { try self.paths(of: near).count == 23 }
                    #expect(far.mesh.syncCounters.served.items == 3)
                    #expect(bridge.mesh.syncCounters.served.items == 3)
                }
            }
        }
    }

    @Test func onlyMembersAreBroughtUpToDate() async throws {
        let (old, stranger) = (try MeshNode(1, members: []), try MeshNode(2, members: [1]))
        try self.fill(old, 1...10)
        try await running(old, stranger) {
            try await stranger.follow("octo/hello")
            try await stranger.connect(to: old)
            try await self.eventually { stranger.mesh.syncCounters.interrupted == 1 }
            #expect(old.mesh.syncCounters.served.rounds == 0)
            #expect(try self.paths(of: stranger).isEmpty)
        }
    }

    @Test func aRepositoryThatTurnedPrivateIsNotGiven() async throws {
        let (old, new) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try self.fill(old, 1...10)
        try old.see(isPrivate: true)
        try await running(old, new) {
            try await new.follow("octo/hello")
            try await new.connect(to: old)
            try await self.eventually { old.mesh.syncCounters.served.rounds == 1 && new.mesh.syncCounters.rounds == 1 }
            #expect(old.mesh.syncCounters.served.items == 0)
        }
    }

    @Test func whatIsFollowedLaterIsFetchedFromWhoFollowsIt() async throws {
        let (old, new) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try self.fill(old, 1...20)
        try await running(old, new) {
            try await old.follow("octo/hello")
            try await new.taking {
                try await new.follow("octo/other")
                try await new.connect(to: old)
                let hello = try Sample.repository()
                try await self.eventually {
                    old.mesh.syncCounters.served.rounds == 1 && !new.mesh.followers(of: hello).isEmpty
                }
                try await new.follow("octo/other", "octo/hello")
                try await self.eventually { try self.paths(of: new).count == 20 }
            }
        }
    }

    @Test(arguments: [[0x02, 0x08, 0x63], [0x01, 0xff], [0x00], [0x02, 0x0a, 0x05]] as [[UInt8]])
    func nonsenseInsteadOfAComparisonCostsThePeerItsConnection(_ bytes: [UInt8]) async throws {
        let node = try MeshNode(1, members: [2])
        let fool = Host(configuration: .init(identity: try MeshNode.identity(2)), logger: quiet)
        fool.handle(Sync.protocolID) { stream in
            _ = try? await stream.readMessage(maximumLength: 1 << 20)
            try? await stream.write(ByteBuffer(bytes: bytes))
        }
        let events = fool.events()
        try await running(node) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await fool.run() }
                try await node.follow("octo/hello")
                let address = try #require(await fool.listenAddresses.first).appending(fool.peerID)
                _ = try await node.mesh.connect(to: address.description)
                var isGone = false
                for await case .disconnected(node.peer) in events {
                    isGone = true
                    break
                }
                #expect(isGone)
                group.cancelAll()
            }
        }
    }

    @Test func whatWasNotAskedForIsNotTakenAndEndsTheRound() async throws {
        let node = try MeshNode(1, members: [2])
        let liar = Host(configuration: .init(identity: try MeshNode.identity(2)), logger: quiet)
        let body = Body([1, 2, 3])
        let foreign = try Claim.entry(
            Sample.repository("octo/other"),
            EntryClaim(Sample.entry("/repos/octo/other/actions/runs", body: body), body: body)
        )
        liar.handle(Sync.protocolID) { stream in
            _ = try? await stream.readMessage(maximumLength: 1 << 20)
            let answer = Sync.Comparison.ready([Sync.Difference(shelf: 0, digests: [])])
            try? await stream.writeMessage(ByteBuffer(bytes: answer.encoded))
            try? await stream.writeMessage(ByteBuffer(bytes: Sync.Part.encoded([foreign.encoded], isLast: true)))
        }
        let events = liar.events()
        try await running(node) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await liar.run() }
                try await node.follow("octo/hello")
                let address = try #require(await liar.listenAddresses.first).appending(liar.peerID)
                _ = try await node.mesh.connect(to: address.description)
                var isGone = false
                for await case .disconnected(node.peer) in events {
                    isGone = true
                    break
                }
                #expect(isGone)
                #expect(node.mesh.syncCounters.items == 0)
                #expect(node.store.repositories().isEmpty)
                group.cancelAll()
            }
        }
    }
}

extension MeshNode {
    /// Takes in what comes in batches, as the node would, around a body.
    func taking<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await batch in self.mesh.batches {
                    for case .entry(let shared) in batch.announcements {
                        guard let body = shared.body else { continue }
                        self.store.apply([.put(shared.entry, body)])
                    }
                    batch.taken()
                }
            }
            let value = try await body()
            group.cancelAll()
            return value
        }
    }
}
