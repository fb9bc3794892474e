import CacheCore
import GitHubCore
import Testing

@Suite struct WithdrawalTests {
    private let reader = CredentialID("c0ffee")
    private let repository = RepositoryName("octo/vault")!
    private var runs: Proof.Subject { Proof.Subject(.runs(repository), by: reader) }
    private var runners: Proof.Subject { Proof.Subject(.repositoryRunners(repository), by: reader) }

    @Test(arguments: [403, 404, 451])
    func aRefusalTakesBackWhatItIsAbout(status: Int) throws {
        let withdrawal = try #require(Withdrawal(status: status, of: .repositoryRunners(repository), to: reader))
        #expect(withdrawal.covers(runners))
        #expect(!withdrawal.covers(runs))
        #expect(!withdrawal.covers(Proof.Subject(.repositoryRunners(repository), by: CredentialID("beef"))))
    }

    @Test func aRepositoryThatIsNotSeenTakesBackAllOfIt() throws {
        let withdrawal = try #require(Withdrawal(status: 404, of: .repository(repository), to: reader))
        #expect(withdrawal.covers(runs) && withdrawal.covers(runners))
        let other = try #require(RepositoryName("octo/other"))
        #expect(!withdrawal.covers(Proof.Subject(.runs(other), by: reader)))
    }

    @Test func anUnknownCredentialTakesBackEverythingOfIt() throws {
        let withdrawal = try #require(Withdrawal(status: 401, of: .runs(repository), to: reader))
        #expect(withdrawal.covers(runners))
        #expect(withdrawal.covers(Proof.Subject(.organizationRunners("elsewhere"), by: reader)))
        #expect(!withdrawal.covers(Proof.Subject(.runs(repository), by: CredentialID("beef"))))
    }

    @Test(arguments: [200, 304, 410, 422, 500])
    func otherAnswersTakeNothingBack(status: Int) {
        #expect(Withdrawal(status: status, of: .runs(repository), to: reader) == nil)
    }

    @Test func answersToQueriesAreTakenBackByWhatTheyLieIn() throws {
        let tags = try #require(GraphQL.Tags("octo/vault x/y"))
        let elsewhere = try #require(GraphQL.Tags("x/y"))
        let other = CredentialID("beef")
        for withdrawal in [Withdrawal.scope(.repository(repository), of: reader), .subject(runs)] {
            #expect(withdrawal.covers(tags, of: reader))
            #expect(withdrawal.covers(.any, of: reader))
            #expect(!withdrawal.covers(tags, of: other))
            #expect(!withdrawal.covers(elsewhere, of: reader))
        }
        #expect(Withdrawal.everything(of: reader).covers(elsewhere, of: reader))
        #expect(!Withdrawal.everything(of: reader).covers(tags, of: other))
        for scope in [Scope.repository(repository), .owner("octo")] {
            #expect(Withdrawal.everyone(scope).covers(tags, of: other))
            #expect(!Withdrawal.everyone(scope).covers(elsewhere, of: other))
            #expect(!Withdrawal.everyone(scope).covers(GraphQL.Tags(), of: other))
        }
    }

    @Test func whatChangedForEveryoneCoversWhatLiesInIt() {
        #expect(Withdrawal.everyone(.repository(repository)).covers(runs))
        #expect(Withdrawal.everyone(.owner("octo")).covers(runs))
        #expect(Withdrawal.everyone(.owner("octo")).covers(Proof.Subject(.organizationRunners("octo"), by: reader)))
        #expect(
            !Withdrawal.everyone(.repository(repository)).covers(
                Proof.Subject(.organizationRunners("octo"), by: reader)
            )
        )
        #expect(!Withdrawal.everyone(.owner("other")).covers(runs))
    }

    @Test func coveringNamesEveryWithdrawalThatCovers() {
        let all = Withdrawal.covering(runs)
        #expect(all.allSatisfy { $0.covers(runs) })
        for withdrawal: Withdrawal in [
            .everything(of: reader), .scope(.repository(repository), of: reader), .subject(runs),
            .everyone(.repository(repository)), .everyone(.owner("octo")),
        ] {
            #expect(all.contains(withdrawal))
        }
    }
}
