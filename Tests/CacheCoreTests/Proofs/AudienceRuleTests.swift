import CacheCore
import GitHubCore
import Testing

@Suite struct AudienceRuleTests {
    private static let repository = RepositoryName("octo/vault")!
    private let reader = CredentialID("c0ffee")
    private let other = CredentialID("beef")

    private func key(_ endpoint: Endpoint, _ audience: Audience) -> ResourceKey {
        ResourceKey(Representation(Resource(endpoint)), audience: audience)
    }

    @Test(
        arguments: [
            Endpoint.runs(repository), .run(repository, 1), .runJobs(repository, 1), .job(repository, 1),
            .artifacts(repository), .checkRun(repository, 1),
        ]
    )
    func whatIsTheSameForAllIsSharedWithThoseWhoMaySeeIt(endpoint: Endpoint) {
        #expect(AudienceRule.audience(of: endpoint, isPublic: true, to: reader) == .public)
        #expect(
            AudienceRule.audience(of: endpoint, isPublic: false, to: reader)
                == .proven(.repository(Self.repository), endpoint.permission)
        )
    }

    @Test(
        arguments: [
            Endpoint.repository(repository), .workflows(repository), .repositoryRunners(repository),
            .repositoryRunner(repository, 1), .organizationRunners("octo"), .ownerRepositories(.organization, "octo"),
        ],
        [true, false]
    )
    func whatDiffersByReaderStaysWithItsReader(endpoint: Endpoint, isPublic: Bool) {
        #expect(AudienceRule.audience(of: endpoint, isPublic: isPublic, to: reader) == .credential(reader))
    }

    @Test func aReaderMeetsTheAudiencesCondition() {
        let runs = Endpoint.runs(Self.repository)
        let proven = Audience.proven(.repository(Self.repository), .actions)
        let subject = Proof.Subject(runs, by: reader)
        func condition(_ audience: Audience, _ status: Int = 200, _ who: CredentialID? = nil) -> AudienceRule.Condition
        {
            AudienceRule.condition(of: key(runs, audience), status: status, for: who ?? reader)
        }
        #expect(condition(.public) == .none)
        #expect(condition(.public, 200, .anonymous) == .none)
        #expect(condition(proven) == .proof(subject))
        #expect(condition(proven, 200, .anonymous) == .impossible)
        #expect(condition(.credential(reader)) == .proof(subject))
        #expect(condition(.credential(reader), 404) == .none)
        #expect(condition(.credential(other)) == .impossible)
        #expect(condition(.credential(other), 404) == .impossible)
    }

    @Test func aProofOfRunsIsNoneOfRunners() {
        let runners = key(.repositoryRunners(Self.repository), .credential(reader))
        let condition = AudienceRule.condition(of: runners, status: 200, for: reader)
        #expect(condition == .proof(Proof.Subject(runners.endpoint, by: reader)))
        #expect(condition != .proof(Proof.Subject(.runs(Self.repository), by: reader)))
    }

    @Test func aReadersOwnCopyIsHeldOutAndElseTheLikeliest() {
        let place = key(.repositoryRunners(Self.repository), .credential(reader))
        func entry(_ key: ResourceKey, age: Int, status: Int = 200, _ standing: Standing = .sound) -> Entry {
            let body = Body(Array("\(age)".utf8))
            let moment = Timestamp(seconds: 1_785_578_400).advanced(bySeconds: -age)
            return Entry(
                key: key,
                status: status,
                cid: body.cid,
                size: body.bytes.count,
                validatedAt: moment,
                freshUntil: moment,
                source: .upstream,
                standing: standing
            )
        }
        let foreign = key(place.endpoint, .credential(other))
        let third = key(place.endpoint, .credential(CredentialID("f00d")))
        let own = entry(place, age: 900)
        let old = entry(foreign, age: 60)
        let new = entry(third, age: 5)
        let wrong = entry(third, age: 1, .invalid)
        let absent = entry(foreign, age: 0, status: 404)
        #expect(AudienceRule.lender(among: [old, own, new], for: place) == own)
        #expect(AudienceRule.lender(among: [old, new, absent], for: place) == new)
        #expect(AudienceRule.lender(among: [old, wrong], for: place) == old)
        #expect(AudienceRule.lender(among: [wrong], for: place) == wrong)
        #expect(AudienceRule.lender(among: [absent], for: place) == nil)
        #expect(AudienceRule.lender(among: [entry(key(.runs(Self.repository), .public), age: 1)], for: place) == nil)
    }

    @Test func anAnswerToAQueryProvesItselfToItsReaderAlone() throws {
        let digest = try #require(GraphQL.Digest(String(repeating: "a", count: 64)))
        let audience = AudienceRule.audience(of: .graphQL(digest), isPublic: true, to: reader)
        #expect(audience == .credential(reader))
        #expect(AudienceRule.condition(of: key(.graphQL(digest), audience), status: 200, for: reader) == .lately)
        #expect(AudienceRule.condition(of: key(.graphQL(digest), audience), status: 200, for: other) == .impossible)
    }

    @Test func anOwnersRepositoriesAreLentToNobody() {
        let list = Endpoint.ownerRepositories(.organization, "octo")
        let body = Body(Array("[]".utf8))
        let moment = Timestamp(seconds: 1_785_578_400)
        let lent = Entry(
            key: key(list, .credential(other)),
            cid: body.cid,
            size: 2,
            validatedAt: moment,
            freshUntil: moment,
            source: .upstream
        )
        #expect(AudienceRule.lender(among: [lent], for: key(list, .credential(reader))) == nil)
        #expect(AudienceRule.lender(among: [lent], for: lent.key) == lent)
    }
}
