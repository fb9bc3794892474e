import GitHubCore
import Testing

@Suite struct FileHostTests {
    @Test(arguments: [
        "uploads.github.com", "codeload.github.com", "objects.githubusercontent.com",
        "objects-origin.githubusercontent.com", "release-assets.githubusercontent.com",
        "github-releases.githubusercontent.com", "github-registry-files.githubusercontent.com",
        "raw.githubusercontent.com", "gist.githubusercontent.com", "pipelines.actions.githubusercontent.com",
        "results-receiver.actions.githubusercontent.com", "pipelinesghubeus4.actions.githubusercontent.com",
        "productionresultssa0.blob.core.windows.net", "productionresultssa19.blob.core.windows.net",
    ])
    func knowsGitHubsOwn(name: String) {
        #expect(FileHost(name)?.name == name)
    }

    @Test(arguments: [
        "", "github.com", "api.github.com", "gist.github.com", "example.com", "localhost", "127.0.0.1",
        // Anybody may open such accounts.
        "productionresultssa20.blob.core.windows.net", "productionresultssa00.blob.core.windows.net",
        "productionresultssa.blob.core.windows.net", "productionresultssa-1.blob.core.windows.net",
        "productionresultssa1x.blob.core.windows.net", "xproductionresultssa1.blob.core.windows.net",
        "evil.blob.core.windows.net", "blob.core.windows.net",
        // Names that only end or begin like one.
        "evilraw.githubusercontent.com", "raw.githubusercontent.com.evil.example", "raw.githubusercontent.com.",
        ".actions.githubusercontent.com", "actions.githubusercontent.com", "a.b.actions.githubusercontent.com",
        "evil.example/.actions.githubusercontent.com", "evil.example#.actions.githubusercontent.com",
        "evil@.actions.githubusercontent.com", "-a.actions.githubusercontent.com", "a-.actions.githubusercontent.com",
        "evilactions.githubusercontent.com", "actions.githubusercontent.com.evil.example",
    ])
    func knowsNobodyElse(name: String) {
        #expect(FileHost(name) == nil)
    }

    @Test func onlyUploadsAreOfTheAPI() {
        #expect(FileHost("uploads.github.com")?.isOfAPI == true)
        #expect(FileHost("codeload.github.com")?.isOfAPI == false)
        #expect(FileHost("productionresultssa7.blob.core.windows.net")?.isOfAPI == false)
    }
}
