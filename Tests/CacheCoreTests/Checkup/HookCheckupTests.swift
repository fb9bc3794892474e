import CacheCore
import GitHubCore
import Testing

/// What is said of a webhook by what is known of it here and at GitHub.
struct HookCheckupTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let url = "https://hooks.example.com/webhook"
    private static let scope = Scope("octo/app")

    private func facts(_ adjust: (inout HookFacts) -> Void = { _ in }) throws -> HookFacts {
        var facts = HookFacts(try #require(Self.scope))
        facts.isRegistered = true
        facts.hookID = 7
        facts.url = Self.url
        facts.listed = .success([try hook()])
        facts.deliveries = [try delivery(9)]
        adjust(&facts)
        return facts
    }

    private func hook(
        _ id: Int64 = 7,
        url: String = Self.url,
        events: [String]? = nil,
        isActive: Bool = true,
        verifiesTLS: Bool = true,
        isSigned: Bool = true
    ) throws -> RemoteHook {
        RemoteHook(
            id: id,
            url: url,
            events: try events ?? HookEvents.names(in: #require(Self.scope)),
            isActive: isActive,
            contentType: "json",
            verifiesTLS: verifiesTLS,
            isSigned: isSigned
        )
    }

    private func delivery(_ id: Int64, guid: String? = nil, code: Int = 200) throws -> LoggedDelivery {
        LoggedDelivery(
            id: id,
            guid: try #require(DeliveryID(guid ?? "guid-\(id)")),
            deliveredAt: Self.now.advanced(bySeconds: Int(id)),
            status: code == 200 ? "OK" : "Invalid HTTP Response: \(code)",
            statusCode: code,
            event: "workflow_run"
        )
    }

    private func standing(_ facts: HookFacts) -> [Checkup.Standing] {
        Checkup.ofHook(facts, now: Self.now).map(\.standing)
    }

    private func standing(of hook: RemoteHook) throws -> [Checkup.Standing] {
        standing(try facts { $0.listed = .success([hook]) })
    }

    @Test func allIsWell() throws {
        let checkups = Checkup.ofHook(try facts(), now: Self.now)
        #expect(checkups.map(\.standing) == [.pass])
        #expect(checkups.first?.name == "hook octo/app")
    }

    @Test func anotherAccountsHookAtTheSameURLIsThisOne() throws {
        let other = try hook(8)
        #expect(
            standing(
                try facts {
                    $0.hookID = nil; $0.listed = .success([other])
                }
            ) == [.pass]
        )
    }

    @Test func aHookThatIsGoneFails() throws {
        let checkups = Checkup.ofHook(try facts { $0.listed = .success([]) }, now: Self.now)
        #expect(checkups.map(\.standing) == [.fail])
        #expect(checkups.first?.remedy == "hookcache hook register octo/app")
    }

    @Test func withoutAHookWhatIsWatchedIsPolledAlone() throws {
        let other = try hook(8, url: "https://elsewhere.example.com/")
        func unregistered(_ adjust: (inout HookFacts) -> Void) throws -> HookFacts {
            try facts {
                ($0.isRegistered, $0.hookID) = (false, nil)
                $0.listed = .success([other])
                adjust(&$0)
            }
        }
        #expect(standing(try unregistered { $0.url = nil }) == [.warn])
        // Where it should lead to is set, so somebody meant to have it.
        #expect(standing(try unregistered { _ in }) == [.fail])
        #expect(standing(try unregistered { $0.coveredBy = .owner("octo") }) == [.pass])
    }

    @Test func settingsThatStopDeliveriesFail() throws {
        #expect(try standing(of: hook(isActive: false)) == [.fail])
        #expect(try standing(of: hook(isSigned: false)) == [.fail])
        #expect(try standing(of: hook(events: ["push"])) == [.fail])
        #expect(try standing(of: hook(events: ["*"])) == [.pass])
    }

    @Test func settingsThatLoseALittleWarn() throws {
        #expect(try standing(of: hook(events: ["workflow_run", "workflow_job"])) == [.warn])
        #expect(try standing(of: hook(verifiesTLS: false)) == [.warn])
        #expect(try standing(of: hook(url: "https://old.example.com/")) == [.warn])
        #expect(try standing(of: hook(isActive: false, verifiesTLS: false)) == [.fail, .warn])
    }

    @Test func aLastDeliveryThatFailedFails() throws {
        let (failed, fine) = (try delivery(9, code: 502), try delivery(8))
        let checkups = Checkup.ofHook(try facts { $0.deliveries = [failed, fine] }, now: Self.now)
        #expect(checkups.map(\.standing) == [.fail])
        #expect(checkups.first?.why.contains("502") == true)
    }

    @Test func deliveriesThatFailedBeforeWarnUntilTheyArrive() throws {
        let (last, failed) = (try delivery(9), try delivery(8, guid: "a", code: 0))
        let again = try delivery(10, guid: "a")
        #expect(standing(try facts { $0.deliveries = [last, failed] }) == [.warn])
        #expect(standing(try facts { $0.deliveries = [again, last, failed] }) == [.pass])
        #expect(standing(try facts { $0.deliveries = [] }) == [.pass])
        #expect(standing(try facts { $0.deliveries = nil }) == [.pass])
    }

    @Test func aLogThatIsTheSourceMustBeRead() throws {
        let (failed, now) = (try delivery(9, code: 0), Self.now)
        func reading(_ age: Int) throws -> HookFacts {
            try facts {
                $0.takesLog = true
                $0.deliveries = [failed]
                $0.logReadAt = now.advanced(bySeconds: -age)
            }
        }
        #expect(standing(try reading(30)) == [.pass])
        #expect(standing(try reading(700)) == [.fail])
    }

    @Test func whatGitHubDoesNotShow() throws {
        func refused(_ failure: HookFailure, isRegistered: Bool = false) throws -> HookFacts {
            try facts {
                $0.isRegistered = isRegistered
                $0.listed = .failure(failure)
            }
        }
        #expect(standing(try refused(.noCredential)) == [.warn])
        #expect(standing(try refused(.forbidden("it lacks admin:repo_hook"))) == [.warn])
        #expect(standing(try refused(.notFound("it lacks admin:repo_hook"), isRegistered: true)) == [.fail])
        #expect(standing(try refused(.refused("moved"))) == [.warn])
        #expect(standing(try refused(.origin(.timedOut))) == [.warn])
    }

    @Test func eventsThatAreNotTrustedAreToldWithTheirReason() throws {
        let name = try #require(RepositoryName("octo/app"))
        func told(_ state: HookHealth.State, _ reason: HookHealth.Reason) -> Checkup? {
            Checkup.ofHealth([state: 1], of: [.init(name, .init(state, reason, since: Self.now))]).first
        }
        #expect(
            told(.live, .logRead)
                == .pass("events", "of the repositories that are followed: 1 live, 0 suspect, 0 absent")
        )
        #expect(told(.suspect, .unproven)?.standing == .pass)
        #expect(told(.absent, .noHook)?.standing == .pass)
        let missing = told(.suspect, .missing)
        #expect(missing?.standing == .warn)
        #expect(missing?.name == "events octo/app")
        #expect(missing?.why.contains("did not arrive") == true)
    }

    @Test func deliveriesThatAreSetAsideWarn() {
        #expect(Checkup.ofInbox(waiting: 3, setAside: 0).standing == .pass)
        #expect(Checkup.ofInbox(waiting: 0, setAside: 1).standing == .warn)
    }
}
