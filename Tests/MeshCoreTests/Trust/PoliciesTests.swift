import CacheCore
import GitHubCore
import MeshCore
import Multiformats
import Testing

/// Each policy alone.
@Suite struct PoliciesTests {
    private func testimony(
        _ claim: Claim,
        _ body: Body? = nil,
        by author: PeerID = peer(1),
        evidence: Testimony.Evidence = .signature,
        topic: String = "t"
    ) -> Testimony {
        Testimony(
            author: author,
            evidence: evidence,
            topic: topic,
            claim: claim,
            body: body?.bytes,
            now: Sample.now
        )
    }

    private func event(_ members: String, kind: ObjectKind = .run) throws -> Testimony {
        let body = Body(Array("{\(members)}".utf8))
        return self.testimony(try Sample.event(body, kind: kind), body)
    }

    @Test func aSignatureProvesItsAuthorAndAConnectionItsPeer() throws {
        let claim = try Sample.event()
        #expect(AuthorIsProven().judge(self.testimony(claim)) == .meets)
        #expect(AuthorIsProven().judge(self.testimony(claim, evidence: .connection(peer(1)))) == .meets)
        let other = self.testimony(claim, evidence: .connection(peer(2)))
        #expect(AuthorIsProven().judge(other) == .fails(because: .notProven))
    }

    @Test func onlyMembersAreBelieved() throws {
        let policy = AuthorIsMember(membership: Membership(allowed: [peer(1)], bootstrap: []))
        #expect(policy.judge(self.testimony(try Sample.event())) == .meets)
        #expect(policy.judge(self.testimony(try Sample.event(), by: peer(2))) == .fails(because: .notAMember))
    }

    @Test func aTopicIsOfOneRepositoryAndOneNetwork() throws {
        let claim = try Sample.event()
        let (open, closed) = (TopicMatchesRepository(swarmKey: nil), TopicMatchesRepository(swarmKey: [1]))
        let topic = Topic.name(for: try Sample.repository())
        #expect(open.judge(self.testimony(claim, topic: topic)) == .meets)
        #expect(closed.judge(self.testimony(claim, topic: topic)) == .fails(because: .wrongTopic))
        #expect(open.judge(self.testimony(claim)) == .fails(because: .wrongTopic))
    }

    @Test func nothingIsLargerThanItCanBe() throws {
        func result(_ size: Int) throws -> PolicyResult {
            let body = BodyClaim(cid: CID(hashing: [1]), size: size, inline: nil)
            let claim = EntryClaim(try Sample.entry(), body: nil).with(body)
            return SizeIsBounded().judge(self.testimony(.entry(try Sample.repository(), claim)))
        }
        #expect(try result(Limits.bodyBytes) == .meets)
        #expect(try result(Limits.bodyBytes + 1) == .fails(because: .tooLarge))
        let large = Body(Array(repeating: 0x20, count: Limits.objectBytes + 1))
        #expect(SizeIsBounded().judge(self.testimony(try Sample.event(large))) == .fails(because: .tooLarge))
    }

    @Test func whatIsOldIsNoNews() throws {
        let limit = Sample.now.advanced(byMilliseconds: -Limits.claimAgeMilliseconds)
        #expect(IsYoung().judge(self.testimony(try Sample.event(acceptedAt: limit))) == .meets)
        let older = limit.advanced(byMilliseconds: -1)
        #expect(IsYoung().judge(self.testimony(try Sample.event(acceptedAt: older))) == .fails(because: .tooOld))
        let entry = try #require(
            Claim(.entry(SharedEntry(entry: try Sample.entry(validatedAt: older), body: nil)))
        )
        #expect(IsYoung().judge(self.testimony(entry)) == .fails(because: .tooOld))
        // Since when a repository is private may have been known for long.
        let privatized = try #require(Claim(.privatized(Sample.repository(), asOf: older)))
        #expect(IsYoung().judge(self.testimony(privatized)) == .meets)
    }

    @Test(arguments: [
        (#""id":7,"run_attempt":1"#, ObjectKind.run, nil),
        (#""id":7,"run_attempt":10000"#, .run, nil),
        (#""id":7,"run_attempt":10001"#, .run, Doubt.wrongVersion),
        (#""id":7,"updated_at":"2099-01-01T00:00:00Z""#, .run, .wrongVersion),
        (#""id":7,"updated_at":"2027-01-15T09:00:00Z""#, .run, .fromTheFuture),
        (#""id":7,"created_at":"2099-01-01T00:00:00Z""#, .run, .wrongVersion),
        (#""id":7,"run_id":1,"run_attempt":9223372036854775807"#, .job, .wrongVersion),
        (#""id":7,"run_id":1,"started_at":"2099-01-01T00:00:00Z""#, .job, .wrongVersion),
        (#""id":7,"run_id":1,"completed_at":"2099-01-01T00:00:00Z""#, .job, .wrongVersion),
        (#""id":7,"run_id":1,"completed_at":"2026-01-01T00:00:00Z""#, .job, nil),
    ])
    func noVersionIsFromTheFuture(members: String, kind: ObjectKind, doubt: Doubt?) throws {
        let expected: PolicyResult = doubt.map { .fails(because: $0) } ?? .meets
        #expect(VersionIsPlausible().judge(try self.event(members, kind: kind)) == expected)
    }

    @Test(arguments: [
        (#""id":7"#, ObjectKind.run, true),
        (#""id":7,"repository":{"full_name":"Octo/Hello"}"#, .run, true),
        (#""id":7,"repository":{"full_name":"octo/other"}"#, .run, false),
        (#""id":"7""#, .run, false),
        (#""id":7"#, .job, false),
        (#""id":7,"run_id":1"#, .job, true),
        (#""id":7,"run_id":1,"run_url":"https://api.github.com/repos/octo/hello/actions/runs/1""#, .job, true),
        (#""id":7,"run_id":1,"run_url":"https://ghe.example/api/v3/repos/octo/other/actions/runs/1""#, .job, false),
    ])
    func anObjectIsOfItsKindAndItsRepository(members: String, kind: ObjectKind, isRight: Bool) throws {
        let result = ObjectMatchesClaim().judge(try self.event(members, kind: kind))
        #expect(result == (isRight ? .meets : .fails(because: .wrongObject)))
    }

    @Test func aBodyHasItsNameAndItsLength() throws {
        let body = Sample.run()
        let claim = try Sample.event(body)
        #expect(BodyMatchesClaim().judge(self.testimony(claim)) == .meets)
        #expect(BodyMatchesClaim().judge(self.testimony(claim, body)) == .meets)
        let result = BodyMatchesClaim().judge(self.testimony(claim, Sample.run(8)))
        #expect(result == .fails(because: .wrongBody))
    }

    @Test func theFirstFailureDecides() throws {
        let late = try Sample.event(acceptedAt: Sample.now.advanced(bySeconds: 3600))
        let both = AllOf([TimesArePlausible(), AuthorIsMember(membership: Membership(allowed: [], bootstrap: []))])
        #expect(both.judge(self.testimony(late)) == .fails(because: .fromTheFuture))
        #expect(both.judge(self.testimony(try Sample.event())) == .fails(because: .notAMember))
        #expect(AllOf([]).judge(self.testimony(late)) == .meets)
    }
}
