import CacheCore
import CacheMesh
import CacheStore
import GitHubCore
import MeshCore
import Multiformats
import ServiceLifecycle
import Testing

/// Real nodes on loopback.
@Suite(.timeLimit(.minutes(1))) struct MeshTests {
    @Test func anEventReachesAFollowerByteForByte() async throws {
        let (author, follower) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try await running(author, follower) {
            try author.see()
            try await author.follow("octo/hello")
            try await follower.follow("Octo/Hello")
            try await follower.connect(to: author)
            let object = try Sample.object()
            await author.mesh.announce(.event(object))
            let received = try #require(await follower.first())
            #expect(received.author == author.peer)
            #expect(received.event?.body.bytes == object.body.bytes)
            #expect(received.event?.delivery == object.delivery)
        }
    }

    @Test func thatARepositoryIsPrivateIsStillTold() async throws {
        let (author, follower) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try await running(author, follower) {
            try author.see()
            try await author.follow("octo/hello")
            try await follower.follow("octo/hello")
            try await follower.connect(to: author)
            await author.mesh.announce(.event(try Sample.object()))
            _ = try #require(await follower.first())
            try author.see(isPrivate: true)
            await author.mesh.announce(.event(try Sample.object(8)))
            await author.mesh.announce(.privatized(try Sample.repository(), asOf: Sample.now))
            let received = try #require(await follower.first())
            guard case .privatized(let repository, let asOf) = received.announcement else {
                Issue.record("\(received.announcement)")
                return
            }
            #expect(try repository == Sample.repository())
            #expect(asOf == Sample.now)
        }
    }

    @Test func thoseWhoHoldAJobKnowAndHearEachOther() async throws {
        let (one, two) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1, 3]))
        let (stranger, holder) = (try MeshNode(3, members: [2]), CID(hashing: [1]))
        try await running(one, two, stranger) {
            await one.mesh.hold([holder])
            await two.mesh.hold([holder, CID(hashing: [2])])
            await stranger.mesh.hold([holder])
            try await one.connect(to: two)
            try await one.connect(to: stranger)
            while await two.mesh.holders(of: holder) != [one.peer] { try await Task.sleep(for: .milliseconds(2)) }
            while await one.mesh.holders(of: holder) != [two.peer] { try await Task.sleep(for: .milliseconds(2)) }
            #expect(await one.mesh.holders(of: CID(hashing: [3])).isEmpty)
            // Following other repositories changes nothing about it.
            try await one.follow("octo/hello")
            await stranger.mesh.announce(.prewarm(PrewarmWord(job: holder, slot: Sample.now, phase: .ended)))
            let word = PrewarmWord(job: holder, slot: Sample.now, phase: .runs)
            await two.mesh.announce(.prewarm(word))
            let received = try #require(await one.first())
            guard case .prewarm(word) = received.announcement, received.author == two.peer else {
                Issue.record("\(received.announcement)")
                return
            }
            await two.mesh.hold([])
            while await !one.mesh.holders(of: holder).isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    @Test func theNodeIsToldWhoComesAndGoes() async throws {
        let (one, two) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try await running(one) {
            try await running(two) {
                try await two.connect(to: one)
                while await one.mesh.connected().isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            }
            var changes = one.mesh.changes.makeAsyncIterator()
            #expect(await changes.next() == NeighbourChange(peer: two.peer, isConnected: true))
            #expect(await changes.next() == NeighbourChange(peer: two.peer, isConnected: false))
        }
    }

    @Test func aLargeObjectIsAnnouncedAndPulled() async throws {
        let (author, follower) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try await running(author, follower) {
            try author.see()
            try await author.follow("octo/hello")
            try await follower.follow("octo/hello")
            try await follower.connect(to: author)
            let object = try Sample.object(padding: 200_000)
            let entry = try Sample.entry("/repos/octo/hello/actions/runs/7", body: object.body)
            author.store.apply([.put(entry, object.body)])
            await author.mesh.announce(.event(object))
            #expect(try #require(await follower.first()).event?.body.bytes == object.body.bytes)
        }
    }

    @Test func anEntryTravelsWithItsBodyWhereItIsSmallAndIsPulledWhereItIsLarge() async throws {
        let (author, follower) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try await running(author, follower) {
            try author.see()
            try await author.follow("octo/hello")
            try await follower.follow("octo/hello")
            try await follower.connect(to: author)
            for size in [100, 300_000] {
                let body = Body([UInt8](repeating: 0x20, count: size))
                let entry = try Sample.entry(body: body)
                author.store.apply([.put(entry, body)])
                await author.mesh.announce(.entry(SharedEntry(entry: entry, body: nil)))
                let received = try #require(await follower.first())
                #expect(received.entry?.body?.bytes == body.bytes)
                #expect(received.entry?.entry.source == .peer)
                #expect(received.entry?.entry.validatedAt == entry.validatedAt)
            }
        }
    }

    @Test func newsIsPassedOnByFollowersInBetween() async throws {
        let author = try MeshNode(1, members: [2, 3])
        let between = try MeshNode(2, members: [1, 3])
        let far = try MeshNode(3, members: [1, 2])
        try await running(author, between, far) {
            try author.see()
            for node in [author, between, far] { try await node.follow("octo/hello") }
            try await author.connect(to: between)
            try await far.connect(to: between)
            await author.mesh.announce(.event(try Sample.object()))
            #expect(try #require(await far.first()).author == author.peer)
        }
    }

    @Test func aStrangersWordIsNotBelieved() async throws {
        let stranger = try MeshNode(1, members: [2])
        let follower = try MeshNode(2, members: [3])
        let member = try MeshNode(3, members: [2])
        try await running(stranger, follower, member) {
            for node in [stranger, member] {
                try node.see()
                try await node.follow("octo/hello")
                try await node.connect(to: follower)
            }
            try await follower.follow("octo/hello")
            await stranger.mesh.announce(.event(try Sample.object(1)))
            await member.mesh.announce(.event(try Sample.object(2)))
            #expect(try #require(await follower.first()).author == member.peer)
        }
    }

    @Test func whatIsNotKnownToBePublicDoesNotLeave() async throws {
        let (author, follower) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try await running(author, follower) {
            let repositories = ["octo/secret", "octo/unknown", "octo/hello"]
            try author.see("octo/secret", isPrivate: true)
            try author.see("octo/hello")
            await follower.mesh.follow(Set(try repositories.map { try Sample.repository($0) }))
            try await follower.connect(to: author)
            for repository in repositories {
                await author.mesh.announce(.event(try Sample.object(repository: repository)))
            }
            let received = try #require(await follower.first())
            #expect(try received.event?.repository == Sample.repository("octo/hello"))
        }
    }

    @Test func aBurstArrivesWhole() async throws {
        let (author, follower) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try await running(author, follower) {
            try author.see()
            try await author.follow("octo/hello")
            try await follower.follow("octo/hello")
            try await follower.connect(to: author)
            for id in 1...100 { await author.mesh.announce(.event(try Sample.object(Int64(id)))) }
            var received: Set<Int64> = []
            for await announcement in follower.mesh.announcements {
                received.insert(announcement.runID ?? 0)
                if received.count == 100 { break }
            }
            #expect(received == Set(1...100))
        }
    }

    @Test func aBootstrapPeerIsConnectedToByItself() async throws {
        let author = try MeshNode(1, members: [2])
        try await running(author) {
            let follower = try MeshNode(2, members: [1], bootstrap: [Multiaddr(try await author.address())])
            try await running(follower) {
                try author.see()
                try await author.follow("octo/hello")
                try await follower.follow("octo/hello")
                // What is announced while nobody listens is kept for a few heartbeats only.
                let repository = try Sample.repository("octo/hello")
                while author.mesh.followers(of: repository).isEmpty { await Task.yield() }
                await author.mesh.announce(.event(try Sample.object()))
                #expect(try #require(await follower.first()).author == author.peer)
                let neighbour = try #require(await follower.mesh.connected().first)
                #expect(neighbour.peer == author.peer)
                #expect(neighbour.isMember)
                #expect(!neighbour.isInbound)
            }
        }
    }

    @Test func whatIsFollowedNoMoreIsHeardNoMore() async throws {
        let (author, follower) = (try MeshNode(1, members: [2]), try MeshNode(2, members: [1]))
        try await running(author, follower) {
            for repository in ["octo/hello", "octo/other"] { try author.see(repository) }
            try await author.follow("octo/hello", "octo/other")
            try await follower.follow("octo/hello")
            try await follower.connect(to: author)
            await author.mesh.announce(.event(try Sample.object(1)))
            #expect(try #require(await follower.first()).runID == 1)
            try await follower.follow("octo/other")
            await author.mesh.announce(.event(try Sample.object(2)))
            await author.mesh.announce(.event(try Sample.object(3, repository: "octo/other")))
            #expect(try #require(await follower.first()).runID == 3)
        }
    }

    @Test func aGracefulShutdownEndsIt() async throws {
        let node = try MeshNode(1, members: [])
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: node.store), .init(service: node.mesh)], logger: quiet)
        )
        async let life: Void = group.run()
        _ = try await node.address()
        await group.triggerGracefulShutdown()
        try await life
        #expect(await node.first() == nil)
    }
}
