import CacheCore
import GitHubCore
import MeshCore
import Multiformats
import Testing

@Suite struct IntakeTests {
    private let member = peer(1)
    private let stranger = peer(2)

    private func open(
        _ claims: Claim...,
        by author: PeerID? = nil,
        about repository: String = "octo/hello",
        share: ShareRule = .public
    ) throws -> Intake.Ruling {
        let intake = Intake(membership: Membership(allowed: nil, bootstrap: [self.member]), share: share)
        return intake.open(
            Claim.batch(claims.map(\.encoded)),
            by: author ?? self.member,
            on: Topic.name(for: try Sample.repository(repository)),
            now: Sample.now
        )
    }

    private func doubt(_ ruling: Intake.Ruling) -> Doubt? {
        guard case .ignore(let doubt) = ruling else { return nil }
        return doubt
    }

    private func offence(_ ruling: Intake.Ruling) -> String? {
        guard case .offence(let reason) = ruling else { return nil }
        return reason
    }

    private func passed(_ ruling: Intake.Ruling) -> Int? {
        guard case .pass(let claims) = ruling else { return nil }
        return claims.count
    }

    @Test func aMembersWordIsBelieved() throws {
        let entry = try #require(Claim(.entry(SharedEntry(entry: try Sample.entry(), body: nil))))
        #expect(try self.passed(self.open(Sample.event(), entry)) == 2)
    }

    @Test func aWordAboutAJobIsBelievedOnItsTopicAlone() throws {
        let job = CID(hashing: [7])
        func ruling(_ author: PeerID, on topic: String, slot: Timestamp = Sample.now, share: ShareRule = .public) throws
            -> Intake.Ruling
        {
            let claim = try #require(Claim(.prewarm(PrewarmWord(job: job, slot: slot, phase: .runs))))
            let intake = Intake(membership: Membership(allowed: nil, bootstrap: [member]), share: share)
            return intake.open(Claim.batch([claim.encoded]), by: author, on: topic, now: Sample.now)
        }
        let topic = Topic.name(forJob: job)
        #expect(try self.passed(ruling(member, on: topic)) == 1)
        #expect(try self.offence(ruling(member, on: Topic.name(forJob: CID(hashing: [8])))) == "wrongTopic")
        #expect(try self.doubt(ruling(stranger, on: topic)) == .notAMember)
        #expect(try self.doubt(ruling(member, on: topic, slot: Sample.now.advanced(bySeconds: 600))) == .fromTheFuture)
        #expect(try self.doubt(ruling(member, on: topic, share: .none)) == .notShareable)
    }

    @Test func aStrangersMessageIsIgnoredUnread() throws {
        #expect(try self.doubt(self.open(Sample.event(), by: self.stranger)) == .notAMember)
        let intake = Intake(membership: Membership(allowed: [], bootstrap: [self.member]), share: .public)
        #expect(self.doubt(intake.open([0xff], by: self.stranger, on: "t", now: Sample.now)) == .notAMember)
    }

    @Test func aMembersNonsenseCountsAgainstWhoPassedItOn() throws {
        let intake = Intake(membership: Membership(allowed: [self.member], bootstrap: []), share: .public)
        #expect(self.offence(intake.open([0xff], by: self.member, on: "t", now: Sample.now)) == "malformed")
    }

    @Test func newsOfAnotherRepositoryIsAnOffence() throws {
        #expect(try self.offence(self.open(Sample.event(), about: "octo/other")) == "wrongTopic")
        let elsewhere = try Sample.entry("/repos/octo/other/actions/runs")
        let claim = EntryClaim(elsewhere, body: nil)
        #expect(try self.offence(self.open(.entry(Sample.repository(), claim))) == "wrongTopic")
        let stolen = try Sample.event(Sample.run(repository: "octo/other"))
        #expect(try self.offence(self.open(stolen)) == "wrongObject")
    }

    @Test func aBodyThatIsNotItsNameIsAnOffence() throws {
        let entry = try Sample.entry(body: Body([1, 2, 3]))
        for bytes in [[3, 2, 1], [1, 2, 3, 4]] as [[UInt8]] {
            let claim = EntryClaim(entry, body: nil).with(BodyClaim(cid: entry.cid, size: 3, inline: bytes))
            #expect(try self.offence(self.open(.entry(Sample.repository(), claim))) == "wrongBody")
        }
    }

    @Test func aBodyThatIsNoRunIsAnOffence() throws {
        for text in ["", "[]", "{}", #"{"id":"x"}"#] {
            #expect(try self.offence(self.open(Sample.event(Body(Array(text.utf8))))) == "wrongObject")
        }
        #expect(try self.offence(self.open(Sample.event(kind: .job))) == "wrongObject")
    }

    @Test func whatIsDatedInTheFutureIsIgnored() throws {
        let ahead = Sample.now.advanced(bySeconds: 301)
        #expect(try self.doubt(self.open(Sample.event(acceptedAt: ahead))) == .fromTheFuture)
        #expect(try self.doubt(self.open(Sample.event(Sample.run(updatedAt: ahead)))) == .fromTheFuture)
        let entry = try #require(
            Claim(.entry(SharedEntry(entry: try Sample.entry(validatedAt: ahead), body: nil)))
        )
        #expect(try self.doubt(self.open(entry)) == .fromTheFuture)
        let late = try Sample.event(delivery: "00000000-0000-1fff-8000-000000000000")
        #expect(try self.doubt(self.open(late)) == .fromTheFuture)
    }

    @Test func privateDataIsNotTaken() throws {
        #expect(try self.doubt(self.open(Sample.event(Sample.run(isPrivate: true)))) == .notShareable)
        for path in ["/repos/octo/hello", "/repos/octo/hello/actions/runners"] {
            let entry = try #require(Claim(.entry(SharedEntry(entry: try Sample.entry(path), body: nil))))
            #expect(try self.doubt(self.open(entry)) == .notShareable)
        }
    }

    @Test func aMemberMaySayThatARepositoryIsPrivate() throws {
        let repository = try Sample.repository()
        let claim = try #require(Claim(.privatized(repository, asOf: Sample.now)))
        #expect(try self.passed(self.open(claim)) == 1)
        #expect(try self.doubt(self.open(claim, by: self.stranger)) == .notAMember)
        #expect(try self.offence(self.open(claim, about: "octo/other")) == "wrongTopic")
        let ahead = try #require(Claim(.privatized(repository, asOf: Sample.now.advanced(bySeconds: 301))))
        #expect(try self.doubt(self.open(ahead)) == .fromTheFuture)
        #expect(try self.doubt(self.open(claim, share: .none)) == .notShareable)
    }

    @Test func whoSharesNothingTakesNothing() throws {
        #expect(try self.doubt(self.open(Sample.event(), share: .none)) == .notShareable)
    }

    @Test func oneIgnoredClaimDoesNotTakeTheOthersWithIt() throws {
        let ahead = try Sample.event(acceptedAt: Sample.now.advanced(bySeconds: 301))
        #expect(try self.passed(self.open(ahead, Sample.event())) == 1)
    }
}
