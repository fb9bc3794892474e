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
            on: Topic.name(for: try Sample.repository(repository))
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
            return intake.open(Claim.batch([claim.encoded]), by: author, on: topic)
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
        #expect(self.doubt(intake.open([0xff], by: self.stranger, on: "t")) == .notAMember)
    }

    @Test func aMembersNonsenseCountsAgainstWhoPassedItOn() throws {
        let intake = Intake(membership: Membership(allowed: [self.member], bootstrap: []), share: .public)
        #expect(self.offence(intake.open([0xff], by: self.member, on: "t")) == "malformed")
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
        // No clock is as wrong as that.
        let late = try Sample.event(delivery: "00000000-0000-1fff-8000-000000000000")
        #expect(try self.doubt(self.open(late)) == .wrongVersion)
    }

    @Test func privateDataIsNotTaken() throws {
        #expect(try self.doubt(self.open(Sample.event(Sample.run(isPrivate: true)))) == .notShareable)
        for path in ["/repos/octo/hello", "/repos/octo/hello/actions/runners"] {
            let entry = try #require(Claim(.entry(SharedEntry(entry: try Sample.entry(path), body: nil))))
            #expect(try self.doubt(self.open(entry)) == .notShareable)
        }
    }

    @Test func privateDataIsTakenWhereAllIsShared() throws {
        let event = try Sample.event(Sample.run(isPrivate: true), isPrivate: true)
        #expect(try self.doubt(self.open(event)) == .notShareable)
        #expect(try self.passed(self.open(event, share: .all)) == 1)
        let proven = try Audience.proven(.repository(Sample.repository()), .actions)
        let entry = try #require(Claim(.entry(SharedEntry(entry: try Sample.entry(audience: proven), body: nil))))
        #expect(try self.doubt(self.open(entry)) == .notShareable)
        #expect(try self.passed(self.open(entry, share: .all)) == 1)
        // A job does not say of itself that it is private.
        let job = Body(Array(#"{"id":7,"run_id":1}"#.utf8))
        #expect(try self.doubt(self.open(Sample.event(job, kind: .job, isPrivate: true))) == .notShareable)
        #expect(try self.passed(self.open(Sample.event(job, kind: .job, isPrivate: true), share: .all)) == 1)
    }

    @Test func aPrivateRunThatIsCalledPublicIsAnOffence() throws {
        let event = try Sample.event(Sample.run(isPrivate: true), isPrivate: false)
        #expect(try self.offence(self.open(event, share: .all)) == "wrongObject")
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

    @Test func aMessageIsReadOnceHoweverOftenItComes() throws {
        let intake = Intake(membership: Membership(allowed: [self.member], bootstrap: []), share: .public)
        let payload = Claim.batch([try Sample.event().encoded])
        let topic = Topic.name(for: try Sample.repository())
        var turnstile = Turnstile()
        func open(_ id: [UInt8]) -> Intake.Ruling {
            intake.open(payload, id: id, by: self.member, on: topic, past: &turnstile, now: Sample.now)
        }
        #expect(self.passed(open([1])) == 1)
        #expect(self.doubt(open([1])) == .repeated)
        #expect(self.passed(open([2])) == 1)
    }

    @Test func whoSaysTooMuchIsHeardNoMoreForAWhile() throws {
        let intake = Intake(membership: Membership(allowed: [self.member], bootstrap: []), share: .public)
        let claim = try #require(Claim(.privatized(Sample.repository(), asOf: Sample.now)))
        let payload = Claim.batch(Array(repeating: claim.encoded, count: 256))
        let topic = Topic.name(for: try Sample.repository())
        var turnstile = Turnstile()
        var rulings: [Intake.Ruling] = []
        for number in 0..<40 {
            rulings.append(
                intake.open(
                    payload,
                    id: [UInt8(number)],
                    by: self.member,
                    on: topic,
                    past: &turnstile,
                    now: Sample.now.advanced(bySeconds: number < 39 ? 0 : 1)
                )
            )
        }
        let heard = Limits.authorAnnouncements.burst / 256
        #expect(rulings.prefix(heard).allSatisfy { self.passed($0) == 256 })
        #expect(rulings[heard..<39].allSatisfy { self.doubt($0) == .tooMuch })
        #expect(self.passed(rulings[39]) == 256)
    }
}

extension Intake {
    /// Judges a message that is the first of all.
    fileprivate func open(_ payload: [UInt8], by author: PeerID, on topic: String) -> Ruling {
        var turnstile = Turnstile()
        return self.open(payload, id: [1], by: author, on: topic, past: &turnstile, now: Sample.now)
    }
}
