import CacheCore
import GitHubCore
import Multiformats
import Testing

/// What a change of access takes back, and what it leaves alone.
struct AccessEffectTests {
    private static let repository = Scope.repository(RepositoryName("o/r")!)
    private static let owner = Scope.owner("o")

    private func fates(_ effect: AccessEffect, status: Int = 200) throws -> [AccessEffect.Fate: Set<String>] {
        var fates: [AccessEffect.Fate: Set<String>] = [:]
        for fate in [AccessEffect.Fate.isWrong, .goes] {
            fates[fate] = try EndpointUniverse.below { effect.fate(of: $0.endpoint, status: status) == fate }
        }
        return fates
    }

    private func effect(_ news: AccessNews, speaker: Scope? = nil) throws -> AccessEffect {
        try #require(AccessEffect(news, speaker: speaker))
    }

    private func covers(_ effect: AccessEffect, _ path: String) throws -> Bool {
        let subject = Proof.Subject(try #require(Resource(path)).endpoint, by: CredentialID("c"))
        return effect.withdrawals.contains { $0.covers(subject) }
    }

    private static let ofRepository = ["/repos/o/r", "/repos/o/r/actions/runs", "/repos/o/r/actions/runners"]
    private static let ofOwner = ["/orgs/o", "/orgs/o/repos", "/orgs/o/actions/runners", "/repos/o/other/actions/runs"]
    private static let ofCredential = ["/user/repos", "/installation/repositories"]
    private static let ofOthers = ["/repos/other/r", "/orgs/other/actions/runners"]

    @Test func readersOfARepositoryProveThemselvesAnew() throws {
        let effect = try effect(AccessNews([Self.repository], .readers))
        for path in Self.ofRepository + Self.ofCredential { #expect(try covers(effect, path), "\(path)") }
        for path in Self.ofOwner + Self.ofOthers { #expect(try !covers(effect, path), "\(path)") }
        #expect(
            try fates(effect) == [
                .isWrong: ["/repos/o/r"],
                .goes: ["/orgs/o/repos", "/users/o/repos", "/user/repos", "/installation/repositories"],
            ]
        )
        // Who was told that something is absent may see it now.
        let absent = try fates(effect, status: 404)[.goes]
        #expect(
            absent
                == Set(try EndpointUniverse.below(EndpointUniverse.ofRepository) { _ in true }).union(
                    ["/orgs/o/repos", "/users/o/repos", "/user/repos", "/installation/repositories"]
                )
        )
    }

    @Test func readersOfAnOwnerProveThemselvesAnewEverywhere() throws {
        let effect = try effect(AccessNews([Self.owner], .readers))
        for path in Self.ofRepository + Self.ofOwner + Self.ofCredential {
            #expect(try covers(effect, path), "\(path)")
        }
        for path in Self.ofOthers { #expect(try !covers(effect, path), "\(path)") }
        #expect(
            try fates(effect) == [
                .isWrong: ["/repos/o/r", "/repos/o/other", "/orgs/o"],
                .goes: ["/orgs/o/repos", "/users/o/repos", "/user/repos", "/installation/repositories"],
            ]
        )
    }

    @Test func aDescriptionIsNobodysAccess() throws {
        let effect = try effect(AccessNews([Self.repository], .description))
        #expect(effect.withdrawals.isEmpty)
        #expect(
            try fates(effect) == [
                .isWrong: [
                    "/repos/o/r", "/orgs/o/repos", "/users/o/repos", "/user/repos", "/installation/repositories",
                ],
                .goes: [],
            ]
        )
    }

    @Test func whatIsNoMoreGoes() throws {
        let lists: Set<String> = ["/orgs/o/repos", "/users/o/repos", "/user/repos", "/installation/repositories"]
        let gone = try effect(AccessNews([Self.repository], .removed))
        let below = try EndpointUniverse.below(EndpointUniverse.ofRepository) { _ in true }
        #expect(try fates(gone) == [.isWrong: [], .goes: below.union(lists)])
        let owner = try effect(AccessNews([Self.owner], .removed))
        let others = ["/repos/o/other", "/repos/o/other/actions/runs", "/repos/o/other/check-runs/9"]
        let owners = EndpointUniverse.ofOwners
        #expect(try fates(owner)[.goes] == below.union(owners).union(others))
    }

    @Test func aFormerNameGoesAndItsStatesMove() throws {
        let present = RepositoryName("o/new")!
        let news = AccessNews([.repository(present)], .moved(former: Self.repository))
        let effect = try effect(news)
        let below = try EndpointUniverse.below(EndpointUniverse.ofRepository) { _ in true }
        #expect(try fates(effect)[.goes]?.isSuperset(of: below) == true)
        #expect(try covers(effect, "/repos/o/new/actions/runs") && covers(effect, "/repos/o/r/actions/runs"))
        #expect(effect.presentName(of: RepositoryName("o/r")!) == present)
        #expect(effect.moved(state("o/r"))?.id.repository == present)
        #expect(effect.moved(state("o/other")) == nil)
        let renamed = try self.effect(AccessNews([.owner("new")], .moved(former: Self.owner)))
        #expect(renamed.moved(state("o/r"))?.id.repository == RepositoryName("new/r"))
        #expect(renamed.ended == [Self.owner])
    }

    @Test func aSecretSpeaksForItsScopeAlone() throws {
        let elsewhere = Scope.repository(RepositoryName("o/other")!)
        #expect(AccessEffect(AccessNews([Self.repository], .removed), speaker: elsewhere) == nil)
        #expect(AccessEffect(AccessNews([Self.owner], .readers), speaker: Self.repository) == nil)
        let both = try effect(AccessNews([Self.repository, elsewhere], .readers), speaker: elsewhere)
        #expect(both.scopes == [elsewhere])
        // That a repository was moved out of its scope says nothing of the name it is said to have now.
        let victim = AccessNews([.repository(RepositoryName("o/victim")!)], .moved(former: Self.repository))
        let moved = try effect(victim, speaker: Self.repository)
        #expect(moved.scopes == [Self.repository])
        #expect(moved.ended.isEmpty && moved.presentName(of: RepositoryName("o/r")!) == nil)
        #expect(AccessEffect(victim, speaker: Self.owner)?.ended == [Self.repository])
    }

    private func state(_ repository: String) -> ObjectState {
        ObjectState(
            id: ObjectID(repository: RepositoryName(repository)!, kind: .run, id: 7),
            version: .run(
                RunVersion(attempt: 1, isCompleted: false, updatedAt: Timestamp(milliseconds: 0), deliveredAt: nil)
            ),
            cid: CID(hashing: [1]),
            authority: .webhook,
            seenAt: Timestamp(seconds: 1),
            runID: 7,
            status: "queued",
            labels: [],
            isPrivate: false
        )
    }
}
