import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Testing

@Suite struct ListWorkflowStateTests {
    @Test func theExampleOfTheDocumentationWorks() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            await fleet.github.createToken(Fleet.token, grants: [.everything])
            try await fleet.github.createRunner("big", in: .owner("octo-tools"))
            let run = try await fleet.github.startRun(.init(repository, jobs: ["build", "test"]))
            try await fleet.github.advance(run: run)
            let first = try await workflowState(of: "octo-tools", through: fleet.nodes[0])
            #expect(first[0] == "\(Fleet.repository) main: build")
            #expect(first[1] == "1 wait, 1 runners are idle")
            let calls = await fleet.github.statistics.counted
            let second = try await workflowState(of: "octo-tools", through: fleet.nodes[0])
            #expect(second[..<2] == first[..<2])
            #expect(await fleet.github.statistics.counted == calls)
        }
    }

    @Test func theDocumentationShowsTheExampleThatIsCompiled() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let root = tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = root.appending(path: "Sources/HookCacheKit/HookCacheKit.docc/HookCacheKit.md")
        let example = try String(contentsOf: tests.appending(path: "ListWorkflowState.swift"), encoding: .utf8)
        let code = try #require(example.firstRange(of: "func workflowState")).lowerBound
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text.contains("```swift\n\(example[code...])```"))
    }
}
