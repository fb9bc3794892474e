import CacheCore
import GRDB
import GitHubCore
import Testing

@testable import CacheStore

@Suite struct CacheStoreProofsTests {
    private func subject(_ credential: String, _ endpoint: Endpoint = .runs(Fixture.repository)) -> Proof.Subject {
        Proof.Subject(endpoint, by: CredentialID(credential))
    }

    private func proof(_ credential: String, at seconds: Int = 0) -> Change {
        .prove(Proof(subject(credential), provenAt: Fixture.start.advanced(bySeconds: seconds)))
    }

    @Test func aProofSurvivesAnotherStartUntilItIsWithdrawn() async throws {
        try await withDirectory { directory async throws in
            let configuration = CacheStore.Configuration(directory: directory)
            try await withStore(configuration) { store async throws in
                try await store.commit([proof("a"), proof("b", at: 5)])
                try await store.commit([proof("b", at: 9)])
            }
            try await withStore(configuration) { store async throws in
                #expect(store.proof(of: subject("a")) == Fixture.start)
                #expect(store.proof(of: subject("b")) == Fixture.start.advanced(bySeconds: 9))
                #expect(store.proof(of: subject("a", .repositoryRunners(Fixture.repository))) == nil)
                try await store.commit([.withdraw(.everything(of: CredentialID("a")), asOf: Fixture.start)])
            }
            try await withStore(configuration) { store async throws in
                #expect(store.proof(of: subject("a")) == nil)
                #expect(store.proof(of: subject("b")) != nil)
                #expect(store.statistics.proofs == 1)
            }
        }
    }

    @Test func aStateThatIsForgottenIsGoneAfterAnotherStart() async throws {
        try await withDirectory { directory async throws in
            let configuration = CacheStore.Configuration(directory: directory)
            let state = Fixture.runState(1)
            try await withStore(configuration) { store async throws in
                try await store.commit([Fixture.putRun(1), .remember(state)])
                #expect(store.state(state.id) != nil)
                try await store.commit([.forget(state.id)])
                #expect(store.state(state.id) == nil)
            }
            try await withStore(configuration) { store async throws in #expect(store.state(state.id) == nil) }
        }
    }

    @Test func GitHubsRedirectTellsANewNameOfTheSameRepository() async throws {
        try await withStore { store async throws in
            let name = RepositoryName("octocat/renamed")!
            #expect(store.successor(of: Fixture.repository) == nil)
            store.apply([
                .learn(.repository(id: 5, name), asOf: Fixture.start),
                .learn(.moved(Fixture.repository, id: 5), asOf: Fixture.start),
            ])
            let successor = store.successor(of: Fixture.repository)
            #expect(successor?.id == 5 && successor?.name == name)
            #expect(store.successor(of: name) == nil && store.repositoryID(of: name) == 5)
        }
    }

    @Test func whatAnEarlierQuestionProvedDoesNotOutliveAWithdrawal() async throws {
        try await withStore { store async throws in
            store.apply([
                proof("a", at: 10), .withdraw(.everyone(.repository(Fixture.repository)), asOf: Fixture.start),
            ])
            #expect(store.proof(of: subject("a")) == nil)
            let moment = Fixture.start.advanced(bySeconds: 20)
            store.apply([.withdraw(.everyone(.owner("octocat")), asOf: moment)])
            store.apply([proof("a", at: 19)])
            #expect(store.proof(of: subject("a")) == nil)
            store.apply([proof("a", at: 20)])
            #expect(store.proof(of: subject("a")) == moment)
        }
    }

    @Test func anOlderProofDoesNotReplaceALaterOne() async throws {
        try await withStore { store async throws in
            store.apply([proof("a", at: 7), proof("a", at: 3)])
            #expect(store.proof(of: subject("a")) == Fixture.start.advanced(bySeconds: 7))
        }
    }

    @Test func proofsAreBoundedAndTheOldestGo() async throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.proofs = 64
        try await withStore(configuration) { store async throws in
            for number in 0..<200 { store.apply([proof("\(number)", at: number)]) }
            #expect(store.statistics.proofs <= 66)
            #expect(store.proof(of: subject("0")) == nil)
            #expect(store.proof(of: subject("199")) != nil)
        }
    }

    @Test func whatHoldsNoMoreIsForgotten() async throws {
        try await withDirectory { directory async throws in
            let clock = HandClock()
            var configuration = CacheStore.Configuration(directory: directory)
            configuration.limits.proofSeconds = 100
            try await withStore(configuration, now: { clock.now }) { store async throws in
                try await store.commit([proof("old"), proof("new", at: 50)])
                clock.now = Fixture.start.advanced(bySeconds: 101)
                store.sweep()
                try await store.flush()
                #expect(store.proof(of: subject("old")) == nil)
                #expect(store.proof(of: subject("new")) != nil)
                let rows = try await store.database.connections.read {
                    try Int.fetchOne($0, sql: "SELECT count(*) FROM proof")
                }
                #expect(rows == 1)
            }
        }
    }

    @Test func manyWithdrawalsAreNotRememberedForEver() async throws {
        var book = ProofBook()
        var limits = CacheStore.Limits()
        limits.withdrawals = 16
        for number in 0..<1_000 {
            let moment = Fixture.start.advanced(bySeconds: number)
            _ = book.take(.everything(of: CredentialID("\(number)")), asOf: moment, limits: limits)
        }
        #expect(book.withdrawalCount <= 16)
        // The latest are those that still matter.
        let late = Proof(subject("999"), provenAt: Fixture.start.advanced(bySeconds: 998))
        let isTaken = book.take(late)
        #expect(!isTaken)
    }

    @Test func aRepresentationsEntriesAreFoundForWhateverAudience() async throws {
        try await withStore { store async throws in
            let audiences: [Audience] = [
                .public, .credential(CredentialID("a")), .proven(.repository(Fixture.repository), .actions),
            ]
            for audience in audiences {
                store.apply([Fixture.put(Fixture.runKey(1, audience: audience), Fixture.body(1))])
            }
            store.apply([Fixture.putRun(2)])
            let representation = Fixture.runKey(1).representation
            #expect(Set(store.entries(of: representation).map(\.key.audience)) == Set(audiences))
            store.apply([.remove(Fixture.runKey(1))])
            #expect(store.entries(of: representation).count == 2)
        }
    }

    @Test func theOwnerOfAValidatorIsKept() async throws {
        try await withDirectory { directory async throws in
            let configuration = CacheStore.Configuration(directory: directory)
            var entry = Fixture.entry(Fixture.runKey(1), Fixture.body(1))
            entry.headers.etagOwner = CredentialID("a")
            let change = Change.put(entry, Fixture.body(1))
            try await withStore(configuration) { store async throws in _ = try await store.commit([change]) }
            try await withStore(configuration) { store async throws in
                #expect(store.peek(Fixture.runKey(1))?.headers.etagOwner == CredentialID("a"))
                #expect(store.peek(Fixture.runKey(1)) == entry)
            }
        }
    }
}
