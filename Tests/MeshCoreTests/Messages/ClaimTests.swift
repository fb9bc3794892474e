import CacheCore
import GitHubCore
import MeshCore
import Multiformats
import Testing

@Suite struct ClaimTests {
    @Test func anEventSurvivesTheWireByteForByte() throws {
        let body = Sample.run()
        let claims = try Claim.claims(in: Claim.batch([Sample.event(body).encoded]))
        guard case .event(let event) = claims.first else { throw MeshError.missing("event") }
        #expect(claims.count == 1)
        #expect(event.repository == (try Sample.repository()))
        #expect(event.kind == .run)
        #expect(event.acceptedAt == Sample.now)
        #expect(event.object.inline == body.bytes)
        #expect(event.object.cid == body.cid)
    }

    @Test func anEntrySurvivesTheWireWithoutTheETag() throws {
        let body = Body(Array(#"{"total_count":0}"#.utf8))
        let entry = try Sample.entry(body: body)
        let claim = try #require(Claim(.entry(SharedEntry(entry: entry, body: body))))
        let claims = try Claim.claims(in: Claim.batch([claim.encoded]))
        guard case .entry(let repository, let decoded) = claims.first else { throw MeshError.missing("entry") }
        #expect(repository == (try Sample.repository()))
        #expect(decoded.representation == entry.key.representation)
        #expect(decoded.validatedAt == entry.validatedAt)
        #expect(decoded.freshUntil == entry.freshUntil)
        #expect(decoded.headers.link == entry.headers.link)
        #expect(decoded.headers.lastModified == entry.headers.lastModified)
        #expect(decoded.headers.etag == nil)
        #expect(decoded.body.inline == body.bytes)
    }

    @Test func whomAnEntryIsForSurvivesTheWire() throws {
        let proven = try Audience.proven(.repository(Sample.repository()), .actions)
        for audience in [Audience.public, proven] {
            let entry = try Sample.entry(audience: audience)
            let claim = try #require(Claim(.entry(SharedEntry(entry: entry, body: nil))))
            let claims = try Claim.claims(in: Claim.batch([claim.encoded]))
            guard case .entry(_, let decoded) = claims.first else { throw MeshError.missing("entry") }
            #expect(decoded.audience == audience)
            #expect(decoded.entry(now: Sample.now).key == entry.key)
        }
    }

    @Test func anEntryForAnAudienceOfALaterVersionIsLeftOut() throws {
        let proven = try Audience.proven(.repository(Sample.repository()), .actions)
        let claim = try #require(Claim(.entry(SharedEntry(entry: try Sample.entry(audience: proven), body: nil))))
        // The last of the entry's fields.
        var bytes = claim.encoded
        let name = Array("actions".utf8)
        let places = bytes.indices.filter { bytes[$0...].starts(with: name) }
        let place = try #require(places.last)
        bytes.replaceSubrange(place..<place + name.count, with: Array("dungeon".utf8))
        #expect(try Claim.claims(in: Claim.batch([bytes])).isEmpty)
    }

    @Test(arguments: [false, true])
    func whetherAnEventIsPrivateSurvivesTheWire(isPrivate: Bool) throws {
        let claim = try Sample.event(Sample.run(isPrivate: isPrivate), isPrivate: isPrivate)
        guard case .event(let event)? = try Claim.claims(in: Claim.batch([claim.encoded])).first,
            case .event(let shared)? = claim.announcement(with: Sample.run(), now: Sample.now)
        else { throw MeshError.missing("event") }
        #expect(event.isPrivate == isPrivate && shared.isPrivate == isPrivate)
    }

    @Test(arguments: PrewarmWord.Phase.allCases)
    func aWordAboutAJobSurvivesTheWire(phase: PrewarmWord.Phase) throws {
        let word = PrewarmWord(job: CID(hashing: [7]), slot: Sample.now, phase: phase)
        let claim = try #require(Claim(.prewarm(word)))
        #expect(claim.repository == nil && claim.body == nil)
        let claims = try Claim.claims(in: Claim.batch([claim.encoded]))
        guard case .prewarm(let read)? = claims.first else { throw MeshError.missing("prewarm") }
        #expect(read == word)
        guard case .prewarm(word)? = claims.first?.announcement(with: nil, now: Sample.now) else {
            throw MeshError.missing("announcement")
        }
    }

    @Test func aWordWithoutAJobIsMalformedAndOneOfALaterVersionIsLeftOut() throws {
        // Announcement { prewarm { phase: RUNS } }, and the same with a job and phase 9.
        #expect(throws: MeshError.missing("job")) { try Claim.claims(in: Claim.batch([[0x2a, 0x02, 0x18, 0x02]])) }
        let job = CID(hashing: [7]).bytes
        let later = [0x0a, UInt8(job.count)] + job + [0x18, 0x09]
        #expect(try Claim.claims(in: Claim.batch([[0x2a, UInt8(later.count)] + later])).isEmpty)
    }

    @Test func aLargeBodyIsAnnouncedAndNotSent() throws {
        let large = Body([UInt8](repeating: 0x20, count: Limits.inlineBytes + 1))
        let claim = try Sample.event(large)
        let named = try #require(claim.body)
        #expect(named.inline == nil)
        #expect(named.size == large.bytes.count)
        #expect(claim.encoded.count < 300)
        #expect(claim.announcement(with: nil, now: Sample.now) == nil)
    }

    @Test func thatARepositoryIsPrivateSurvivesTheWire() throws {
        let claim = try #require(Claim(.privatized(Sample.repository(), asOf: Sample.now)))
        #expect(claim.body?.cid == nil)
        let claims = try Claim.claims(in: Claim.batch([claim.encoded]))
        guard case .privatized(let repository, let asOf)? = claims.first else { throw MeshError.missing("privatized") }
        #expect(try repository == Sample.repository() && asOf == Sample.now)
        let early = Sample.now.advanced(bySeconds: -1)
        guard case .privatized(_, let clamped)? = claim.announcement(with: nil, now: early) else {
            throw MeshError.missing("privatized")
        }
        #expect(clamped == early)
    }

    @Test func severalAnnouncementsTravelTogether() throws {
        let encoded = try (1...5).map { try Sample.event(Sample.run($0)).encoded }
        #expect(try Claim.claims(in: Claim.batch(encoded)).count == 5)
    }

    @Test func announcementsOfALaterVersionAreLeftOut() throws {
        let later: [UInt8] = [0x0a, 0x0a] + Array("octo/hello".utf8) + [0x7a, 0x02, 0x08, 0x01]
        let claims = try Claim.claims(in: Claim.batch([later, Sample.event().encoded]))
        #expect(claims.count == 1)
    }

    @Test func badMessagesAreRefused() throws {
        #expect(throws: MeshError.malformed) { try Claim.claims(in: [0xff]) }
        #expect(throws: MeshError.tooLarge) {
            try Claim.claims(in: Array(repeating: 0, count: Limits.messageBytes + 1))
        }
        #expect(throws: MeshError.tooLarge) { try Claim.claims(in: Claim.batch(Array(repeating: [], count: 257))) }
        #expect(throws: MeshError.missing("repository")) { try Claim.claims(in: Claim.batch([[]])) }
    }

    @Test func noCutAndNoChangedByteTraps() throws {
        let payload = try Claim.batch([Sample.event().encoded])
        for index in payload.indices {
            _ = try? Claim.claims(in: Array(payload.prefix(index)))
            for bit in 0..<8 {
                var changed = payload
                changed[index] ^= 1 << bit
                _ = try? Claim.claims(in: changed)
            }
        }
    }

    @Test func aHeaderThatWouldEndItsLineIsRefused() throws {
        var entry = try Sample.entry()
        entry.headers.link = "<https://x>\r\nSet-Cookie: a=b"
        let claim = try #require(Claim(.entry(SharedEntry(entry: entry, body: nil))))
        #expect(throws: MeshError.malformed) { try Claim.claims(in: Claim.batch([claim.encoded])) }
    }

    @Test func timesOfABelievedClaimAreClamped() throws {
        let ahead = Sample.now.advanced(bySeconds: 100)
        let body = Sample.run()
        let event = try Sample.event(body, acceptedAt: ahead)
        guard case .event(let object) = event.announcement(with: body, now: Sample.now) else {
            throw MeshError.missing("event")
        }
        #expect(object.acceptedAt == Sample.now)
        var stored = try Sample.entry(body: body, validatedAt: ahead)
        stored.freshUntil = Sample.now.advanced(bySeconds: 86_400 * 365)
        let claim = EntryClaim(stored, body: body)
        let entry = claim.entry(now: Sample.now)
        #expect(entry.validatedAt == Sample.now)
        #expect(entry.freshUntil == Sample.now.advanced(bySeconds: 3600))
        #expect(entry.source == .peer)
        #expect(entry.key.audience == .public)
    }
}
