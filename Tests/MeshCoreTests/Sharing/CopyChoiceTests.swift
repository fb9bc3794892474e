import CacheCore
import GitHubCore
import MeshCore
import Multiformats
import Testing

@Suite struct CopyChoiceTests {
    private func claim(_ text: String, secondsAgo: Int) throws -> EntryClaim {
        let body = Body(Array(text.utf8))
        let entry = try Sample.entry(body: body, validatedAt: Sample.now.advanced(bySeconds: -secondsAgo))
        return EntryClaim(entry, body: body)
    }

    private func choice() throws -> CopyChoice {
        CopyChoice(of: try Sample.entry().key.representation, rule: .public, now: Sample.now)
    }

    @Test(arguments: [[5, 3, 9], [3, 5, 9], [9, 5, 3]])
    func theNewestIsTaken(ages: [Int]) throws {
        var choice = try self.choice()
        let givers = ages.map { PeerID(publicKeyMessage: Array(repeating: UInt8($0), count: 60)) }
        for (age, giver) in zip(ages, givers) { choice.weigh(try self.claim("\(age)", secondsAgo: age), of: giver) }
        #expect(choice.best?.body?.bytes == Array("3".utf8))
        #expect(choice.best?.entry.source == .peer)
        #expect(choice.best?.giver == PeerID(publicKeyMessage: Array(repeating: 3, count: 60)))
    }

    @Test func whatCannotBeProvenIsNotTaken() throws {
        var choice = try self.choice()
        let good = try self.claim("good", secondsAgo: 1)
        let forged = good.with(BodyClaim(cid: good.body.cid, size: 4, inline: Array("evil".utf8)))
        #expect(choice.weigh(forged) == .wrongBody)
        #expect(choice.weigh(good.with(BodyClaim(cid: good.body.cid, size: 4, inline: nil))) == .wrongBody)
        #expect(choice.weigh(try self.claim("later", secondsAgo: -600)) == .fromTheFuture)
        let other = EntryClaim(try Sample.entry("/repos/octo/hello/actions/runs?page=2"), body: nil)
        #expect(choice.weigh(other) == .notShareable)
        #expect(choice.best == nil)
        #expect(choice.weigh(good) == nil)
        #expect(choice.best?.body?.bytes == Array("good".utf8))
    }
}
