import CacheCore
import GitHubCore
import Testing

struct HookEventsTests {
    private static let repository = HookEvents.names(in: .repository(RepositoryName("o/r")!))
    private static let organization = HookEvents.names(in: .owner("o"))

    @Test func everyEventThatIsUsedIsAskedFor() {
        // A ping comes unasked, and news of an App's installations goes to the App.
        let unasked: Set<EventName> = [.ping, .installation, .installationRepositories]
        let used = Set(EventName.allCases).subtracting(unasked).map(\.rawValue)
        #expect(Self.organization == used.sorted())
    }

    @Test func aRepositorysHookAsksForNothingThatGitHubRefusesIt() {
        #expect(Set(Self.organization).subtracting(Self.repository) == ["membership", "organization", "team"])
        #expect(Self.repository.contains("workflow_job") && Self.repository.contains("workflow_run"))
    }
}
