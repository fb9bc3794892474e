import Foundation
import GitHubCore
import GitHubSimulator
import HookCacheKit
import Testing

@Suite struct ReadThroughANodeTests {
    @Test func theExampleOfTheDocumentationWorks() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hookcache-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await SimulatedGitHubServer.withServer { github, url in
            let repository = try #require(RepositoryName("octo-tools/hello-ci"))
            try await github.createRepository(repository)
            var settings = Settings(directory: folder.path)
            settings.github.apiURL = url
            settings.webhook.listen.port = 0
            settings.api.listen.port = 0
            settings.mesh.listen.port = 0
            let result = try await readThroughANode(
                settings: settings,
                path: "/repos/octo-tools/hello-ci/actions/runs"
            )
            #expect(result.status == 200)
            #expect(result.saved == 1)
        }
    }
}
