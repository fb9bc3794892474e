import CacheCore
import GitHubCore
import MeshCore
import Testing

@Suite struct ShareRuleTests {
    private func visibility(isPrivate: Bool) throws -> Visibility {
        Visibility(repository: try Sample.repository(), repositoryID: nil, isPrivate: isPrivate, asOf: Sample.now)
    }

    @Test func onlyWhatIsKnownToBePublicLeaves() throws {
        #expect(try ShareRule.public.covers(self.visibility(isPrivate: false)))
        #expect(try !ShareRule.public.covers(self.visibility(isPrivate: true)))
        #expect(!ShareRule.public.covers(nil))
        #expect(try !ShareRule.none.covers(self.visibility(isPrivate: false)))
    }

    @Test func onlySoundPublicEntriesLeave() throws {
        #expect(try ShareRule.public.gives(Sample.entry()))
        #expect(try !ShareRule.public.gives(Sample.entry(audience: .credential(CredentialID("a")))))
        #expect(try !ShareRule.public.gives(Sample.entry(status: 404)))
        #expect(try !ShareRule.public.gives(Sample.entry(standing: .invalid)))
        #expect(try !ShareRule.public.gives(Sample.entry("/repos/octo/hello/actions/runners")))
        #expect(try !ShareRule.none.gives(Sample.entry()))
    }

    @Test func sharingAllGivesWhatIsForWhoeverProvesAccess() throws {
        let proven = try Audience.proven(.repository(Sample.repository()), .actions)
        #expect(try ShareRule.all.gives(Sample.entry()))
        #expect(try ShareRule.all.gives(Sample.entry(audience: proven)))
        #expect(try !ShareRule.public.gives(Sample.entry(audience: proven)))
        #expect(try !ShareRule.none.gives(Sample.entry(audience: proven)))
        // For another repository's readers, or those of something else of it.
        let others = try Audience.proven(.repository(Sample.repository("octo/other")), .actions)
        #expect(try !ShareRule.all.gives(Sample.entry(audience: others)))
        let contents = try Audience.proven(.repository(Sample.repository()), .contents)
        #expect(try !ShareRule.all.gives(Sample.entry(audience: contents)))
        #expect(try !ShareRule.all.gives(Sample.entry("/repos/octo/hello/actions/runners", audience: proven)))
        #expect(try ShareRule.all.covers(self.visibility(isPrivate: true)))
    }

    @Test(arguments: ShareRule.allCases)
    func whatIsOneCredentialsAloneNeverLeaves(rule: ShareRule) throws {
        #expect(try !rule.gives(Sample.entry(audience: .credential(CredentialID("a")))))
        #expect(try !rule.gives(Sample.entry(audience: .credential(.anonymous))))
    }

    @Test func sharingAllNeedsASwarmKey() throws {
        #expect(throws: ShareRule.Refusal.needsSwarmKey) { try ShareRule.all.check(hasSwarmKey: false) }
        try ShareRule.all.check(hasSwarmKey: true)
        try ShareRule.public.check(hasSwarmKey: false)
    }
}
