import CacheCore
import CacheMesh
import CacheStore
import GitHubCore
import MeshCore
import Multiformats
import Testing

/// What of a private repository travels, by the rule of sharing.
@Suite(.timeLimit(.minutes(1))) struct MeshSharingTests {
    private let body = Body(Array("private".utf8))

    private func proven() throws -> Audience {
        AudienceRule.audience(
            of: .runs(try Sample.repository()),
            isPublic: false,
            to: CredentialID("any")
        )
    }

    @Test func whereAllIsSharedNewsOfAPrivateRepositoryTravels() async throws {
        let author = try MeshNode(1, members: [2], share: .all)
        let follower = try MeshNode(2, members: [1], share: .all)
        try await running(author, follower) {
            for node in [author, follower] { try node.see(isPrivate: true) }
            try await author.follow("octo/hello")
            try await follower.follow("octo/hello")
            try await follower.connect(to: author)
            await author.mesh.announce(.event(try Sample.object(isPrivate: true)))
            let event = try #require(await follower.first()?.event)
            #expect(event.isPrivate)
            let entry = try Sample.entry(body: self.body, audience: try self.proven())
            await author.mesh.announce(.entry(SharedEntry(entry: entry, body: self.body)))
            let shared = try #require(await follower.first()?.entry)
            #expect(try shared.entry.key.audience == self.proven())
            #expect(shared.body == self.body)
        }
    }

    @Test func aCopyIsGivenForWhomItIs() async throws {
        let asker = try MeshNode(1, members: [2, 3], share: .all)
        let giver = try MeshNode(2, members: [1], share: .all)
        try await running(asker, giver) {
            try giver.see(isPrivate: true)
            giver.store.apply([.put(try Sample.entry(body: self.body, audience: try self.proven()), self.body)])
            try await asker.connect(to: giver)
            let copy = try #require(await asker.mesh.ask(for: try Sample.representation(), deadline: .seconds(20)))
            #expect(try copy.entry.key.audience == self.proven())
            #expect(copy.body == self.body)
        }
    }

    @Test(arguments: [ShareRule.public, .all])
    func whatIsNotForMoreThanOneIsNotGiven(rule: ShareRule) async throws {
        let asker = try MeshNode(1, members: [2], share: .all)
        let giver = try MeshNode(2, members: [1], share: rule)
        try await running(asker, giver) {
            try giver.see(isPrivate: true)
            let alone = Audience.credential(CredentialID("a"))
            giver.store.apply([.put(try Sample.entry(body: self.body, audience: alone), self.body)])
            if rule == .public {
                giver.store.apply([.put(try Sample.entry(body: self.body, audience: try self.proven()), self.body)])
            }
            try await asker.connect(to: giver)
            #expect(await asker.mesh.ask(for: try Sample.representation(), deadline: .seconds(20)) == nil)
        }
    }

    @Test func whoSharesWhatIsPublicTakesNothingElse() async throws {
        let asker = try MeshNode(1, members: [2], share: .public)
        let giver = try MeshNode(2, members: [1], share: .all)
        try await running(asker, giver) {
            giver.store.apply([.put(try Sample.entry(body: self.body, audience: try self.proven()), self.body)])
            try await asker.connect(to: giver)
            #expect(await asker.mesh.ask(for: try Sample.representation(), deadline: .seconds(20)) == nil)
        }
    }
}
