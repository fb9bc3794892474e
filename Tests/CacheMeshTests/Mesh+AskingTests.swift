import CacheCore
import CacheMesh
import CacheStore
import GitHubCore
import LibP2P
import MeshCore
import Multiformats
import NIOCore
import Testing

/// Asking real nodes on loopback.
@Suite(.timeLimit(.minutes(1))) struct MeshAskingTests {
    private let patient = Duration.seconds(20)

    private func body(_ text: String) -> Body { Body(Array(text.utf8)) }

    @Test func theNewestOfSeveralCopiesIsGiven() async throws {
        var limits = Mesh.Limits()
        limits.patience = .seconds(20)
        let asker = try MeshNode(1, members: [2, 3], limits: limits)
        let (old, new) = (try MeshNode(2, members: [1]), try MeshNode(3, members: [1]))
        try await running(asker, old, new) {
            for (node, text, age) in [(old, "old", 60), (new, "new", 5)] {
                let body = self.body(text)
                node.store.apply([.put(try Sample.entry(body: body, secondsAgo: age), body)])
                try await asker.connect(toFollower: node)
            }
            let copy = await asker.mesh.ask(for: try Sample.representation(), deadline: self.patient)
            #expect(copy?.body?.bytes == Array("new".utf8))
            #expect(copy?.entry.source == .peer)
            #expect(copy?.entry.key.audience == .public)
        }
    }

    @Test func aLargeCopyComesWhole() async throws {
        let (asker, giver) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try await running(asker, giver) {
            let body = Body((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            giver.store.apply([.put(try Sample.entry(body: body), body)])
            try await asker.connect(toFollower: giver)
            let copy = await asker.mesh.ask(for: try Sample.representation(), deadline: self.patient)
            #expect(copy?.body == body)
        }
    }

    @Test func onlyMembersAreAnsweredAndOnlyPublicEntriesGiven() async throws {
        let asker = try MeshNode(1, members: [2, 3])
        let giver = try MeshNode(2, members: [1])
        let other = try MeshNode(3, members: [])
        try await running(asker, giver, other) {
            let secret = self.body("secret")
            let credential = Audience.credential(CredentialID("a"))
            giver.store.apply([.put(try Sample.entry(body: secret, audience: credential), secret)])
            other.store.apply([.put(try Sample.entry(body: secret), secret)])
            try await asker.connect(toFollower: giver)
            try await asker.connect(toFollower: other)
            let copy = await asker.mesh.ask(for: try Sample.representation(), deadline: self.patient)
            #expect(copy == nil)
        }
    }

    @Test func aRepositoryThatTurnedPrivateIsNotGiven() async throws {
        let (asker, giver) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try await running(asker, giver) {
            let body = self.body("once public")
            giver.store.apply([.put(try Sample.entry(body: body), body)])
            try await asker.connect(toFollower: giver)
            try giver.see(isPrivate: true)
            let copy = await asker.mesh.ask(for: try Sample.representation(), deadline: self.patient)
            #expect(copy == nil)
        }
    }

    @Test func aRepositoryThatNobodyFollowsIsAskedForOnce() async throws {
        var limits = Mesh.Limits()
        limits.book.absence = .seconds(3600)
        let (asker, giver) = (try MeshNode(1, members: [2], limits: limits), try MeshNode(2, members: [1]))
        try await running(asker, giver) {
            try await asker.connect(to: giver)
            let run = try Sample.representation("/repos/octo/hello/actions/runs/7")
            #expect(await asker.mesh.ask(for: run, deadline: self.patient) == nil)
            let body = self.body("old")
            giver.store.apply([.put(try Sample.entry(body: body), body)])
            let copy = await asker.mesh.ask(for: try Sample.representation(), deadline: self.patient)
            #expect(copy == nil)
        }
    }

    @Test func wordOfWhoFollowsMayStillBeOnItsWay() async throws {
        let (asker, giver) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try await running(asker, giver) {
            let body = self.body("new")
            giver.store.apply([.put(try Sample.entry(body: body), body)])
            try await asker.connect(to: giver)
            #expect(await asker.mesh.ask(for: try Sample.representation(), deadline: self.patient)?.body == body)
        }
    }

    @Test func aSlowPeerIsHedgedAgainst() async throws {
        var limits = Mesh.Limits()
        limits.askedAtOnce = 1
        limits.hedge = .milliseconds(1)
        let asker = try MeshNode(1, members: [2, 3], limits: limits)
        let giver = try MeshNode(3, members: [1])
        let slow = Host(configuration: .init(identity: try MeshNode.identity(2)), logger: quiet)
        slow.handle(Fetch.protocolID) { stream in
            // Never answers.
            while (try? await stream.read()) ?? nil != nil {}
            try? await Task.sleep(for: .seconds(3600))
        }
        try await running(asker, giver) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await asker.connect(toFollower: slow, &group)
                let body = self.body("copy")
                giver.store.apply([.put(try Sample.entry(body: body), body)])
                try await asker.connect(toFollower: giver)
                // Whichever of the two is asked first.
                for _ in 0..<6 {
                    let copy = await asker.mesh.ask(for: try Sample.representation(), deadline: self.patient)
                    #expect(copy?.body == body)
                }
                group.cancelAll()
            }
        }
    }

    @Test func whatNobodyHadIsNotAskedForAgainUntilSomethingIsHeard() async throws {
        var limits = Mesh.Limits()
        limits.book.absence = .seconds(3600)
        let (asker, giver) = (try MeshNode(1, members: [2], limits: limits), try MeshNode(2, members: [1]))
        try await running(asker, giver) {
            try await asker.connect(toFollower: giver)
            #expect(await asker.mesh.ask(for: try Sample.representation(), deadline: self.patient) == nil)
            let body = self.body("new")
            giver.store.apply([.put(try Sample.entry(body: body), body)])
            #expect(await asker.mesh.ask(for: try Sample.representation(), deadline: self.patient) == nil)
            try asker.see()
            await asker.mesh.announce(.event(try Sample.object()))
            #expect(await asker.mesh.ask(for: try Sample.representation(), deadline: self.patient)?.body == body)
        }
    }

    @Test func withNobodyToAskThereIsNoWait() async throws {
        let asker = try MeshNode(1, members: [])
        try await running(asker) {
            let copy = await asker.mesh.ask(for: try Sample.representation(), deadline: .seconds(3600))
            #expect(copy == nil)
        }
    }

    @Test func aQueryShowsWhoHasWhat() async throws {
        let asker = try MeshNode(1, members: [2, 3])
        let (having, lacking) = (try MeshNode(2, members: [1]), try MeshNode(3, members: [1]))
        try await running(asker, having, lacking) {
            let body = self.body("copy")
            having.store.apply([.put(try Sample.entry(body: body, secondsAgo: 7), body)])
            try await asker.connect(to: having)
            try await asker.connect(to: lacking)
            let copies = await asker.mesh.query(try Sample.representation())
            #expect(copies.count == 2)
            let copy = copies.first { $0.peer == having.peer }
            #expect(copy?.entry?.cid == body.cid)
            #expect(copy?.entry?.validatedAt == Sample.now.advanced(bySeconds: -7))
            #expect(copies.contains { $0.peer == lacking.peer && $0.entry == nil })
        }
    }

    @Test func aPeerThatAnswersWronglyIsDisconnected() async throws {
        let asker = try MeshNode(1, members: [2])
        let liar = Host(configuration: .init(identity: try MeshNode.identity(2)), logger: quiet)
        let entry = try Sample.entry(body: self.body("true"))
        liar.handle(Fetch.protocolID) { stream in
            let claim = EntryClaim(entry, body: nil)
            _ = try? await stream.readMessage(maximumLength: 1000)
            try? await stream.writeMessage(ByteBuffer(bytes: Fetch.Response.copy(claim).encoded))
        }
        try await running(asker) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let events = liar.events()
                try await asker.connect(toFollower: liar, &group)
                for _ in 0..<3 {
                    let copy = await asker.mesh.ask(for: try Sample.representation(), deadline: self.patient)
                    #expect(copy == nil)
                }
                var isGone = false
                for await case .disconnected(asker.peer) in events {
                    isGone = true
                    break
                }
                #expect(isGone)
                group.cancelAll()
            }
        }
    }

    @Test func nonsenseIsShedAndTheNodeLivesOn() async throws {
        let giver = try MeshNode(2, members: [1])
        let fool = Host(configuration: .init(identity: try MeshNode.identity(1)), logger: quiet)
        try await running(giver) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await fool.run() }
                _ = try await fool.connect(try Multiaddr(try await giver.address()))
                for bytes in [[0xff, 0xff, 0xff, 0xff, 0x7f], [0x01, 0xff], [0x05, 0x0a], []] as [[UInt8]] {
                    let stream = try await fool.openStream(to: giver.peer, protocols: [Fetch.protocolID])
                    try await stream.write(ByteBuffer(bytes: bytes))
                    stream.closeWrite()
                    #expect((try? await stream.readMessage(maximumLength: 1000)) == nil)
                }
                let stream = try await fool.openStream(to: giver.peer, protocols: [Fetch.protocolID])
                let request = Fetch.Request.copy(try Sample.representation(), withBody: true)
                try await stream.writeMessage(ByteBuffer(bytes: request.encoded))
                let answer = try #require(try await stream.readMessage(maximumLength: 1000))
                guard case .notFound = try Fetch.Response(decoding: Array(answer.readableBytesView)) else {
                    Issue.record("no answer after nonsense")
                    return
                }
                group.cancelAll()
            }
        }
    }
}
