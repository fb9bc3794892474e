import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

@Suite(.timeLimit(.minutes(1)))
struct ListReaderTests {
    private static func reader(_ world: NodeWorld, _ caller: Caller = .node) -> ListReader {
        ListReader(world.node, caller: caller)
    }

    @Test func everyPageOfAnOwnersRepositoriesIsRead() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try world.origin.act { github, now in
                for number in 1...203 {
                    let name = try #require(RepositoryName("octo-fleet/app-\(number)"))
                    try github.createRepository(name, at: now.advanced(bySeconds: number))
                }
            }
            let list = try await Self.reader(world).repositories(of: "Octo-Fleet")
            #expect(list.objects.count == 203 && list.isWhole)
            #expect(list.repositoryNames.first?.name == "app-203")
            #expect(list.repositoryNames.last?.name == "app-1")
            #expect(world.origin.questions.count == 3)
            _ = try await Self.reader(world).repositories(of: "octo-fleet")
            #expect(world.origin.questions.count == 3)
            let recent = try await Self.reader(world).repositories(
                of: "octo-fleet",
                since: world.clock.now.advanced(bySeconds: 200)
            )
            #expect(recent.repositoryNames.map(\.name) == ["app-203", "app-202", "app-201", "app-200"])
            #expect(await world.node.statistics().totalRequests == 9)
        }
    }

    @Test func aListIsCutAtItsLimitAndSaysSo() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try world.origin.act { github, now in
                for _ in 1...31 { _ = try github.startRun(.init(NodeWorld.hello), at: now) }
            }
            let few = try await Self.reader(world).runs(of: NodeWorld.hello, limit: 30)
            #expect(few.objects.count == 30 && !few.isWhole)
            #expect(world.origin.questions == ["/repos/octo-tools/hello-ci/actions/runs"])
            let all = try await Self.reader(world).runs(of: NodeWorld.hello, limit: 31)
            #expect(all.objects.count == 31 && all.isWhole)
            #expect(all.outcome?.tally == .miss)
        }
    }

    @Test func aUserIsFoundByTryingOnce() async throws {
        let world = try NodeWorld()
        try await world.running {
            let name = try #require(RepositoryName("octocat/dotfiles"))
            _ = try world.origin.act { try $0.createRepository(name, at: $1) }
            #expect(try await Self.reader(world).repositories(of: "octocat").repositoryNames == [name])
            #expect(world.node.ownerKinds["OCTOCAT"] == .user)
            world.clock.advance(milliseconds: 700_000)
            _ = try await Self.reader(world).repositories(of: "octocat")
            #expect(world.origin.questions.count { $0.hasPrefix("/orgs/octocat/") } == 1)
        }
    }

    @Test func aUsersPrivateRepositoriesAreThereForWhoReachesThem() async throws {
        let world = try NodeWorld()
        try await world.running {
            let names = ["octocat/dotfiles", "octocat/diary"].compactMap { RepositoryName($0) }
            _ = try world.origin.act { github, now in
                try github.createRepository(names[0], at: now)
                try github.createRepository(names[1], isPrivate: true, at: now)
            }
            let list = try await Self.reader(world).repositories(of: "octocat")
            #expect(Set(list.repositoryNames) == Set(names) && list.objects.count == 2)
            let seen = try await Self.reader(world, NodeWorld.stranger).repositories(of: "octocat")
            #expect(seen.repositoryNames == [names[0]])
        }
    }

    @Test func runnersAreForWhoMayListThem() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try world.origin.act { github, _ in
                try github.createRunner("big", labels: ["gpu"], in: .owner("octo-tools"))
                try github.createRunner("small", in: .repository(NodeWorld.hello))
            }
            let organization = try await Self.reader(world).runners(of: .owner("octo-tools"))
            #expect(organization.objects.compactMap { $0.string("name") } == ["big"])
            let repository = try await Self.reader(world).runners(of: .repository(NodeWorld.hello))
            #expect(repository.objects.compactMap { $0.string("name") } == ["small"])
            let stranger = Self.reader(world, NodeWorld.stranger)
            let error = await #expect(throws: ControlError.self) {
                try await stranger.runners(of: .repository(NodeWorld.hello))
            }
            #expect(error?.message.contains("administration: read") == true)
        }
    }
}
