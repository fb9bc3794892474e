import Foundation
import GitHubCore
import Testing

@Suite(.serialized)
struct FixtureTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")

    /// With `HOOKCACHE_WRITE_FIXTURES=1` they are written anew instead.
    @Test func fixturesAreWhatTheSimulatorMakesToday() throws {
        let made = try FixtureSet().files
        if ProcessInfo.processInfo.environment["HOOKCACHE_WRITE_FIXTURES"] == "1" { try write(made) }
        let kept = FileManager.default.enumerator(atPath: Self.folder.path)?.compactMap { $0 as? String } ?? []
        let files = kept.filter { $0 != "README.md" && !$0.hasPrefix(".") && $0.contains(".") }
        #expect(Set(files) == Set(made.keys))
        for (path, bytes) in made {
            let stored = try? Data(contentsOf: Self.folder.appending(path: path))
            #expect(stored.map { Array($0) == bytes } ?? false, "\(path)")
        }
    }

    @Test func theReadmeShowsTheRightSignature() throws {
        let readme = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
        let body = try Data(
            contentsOf: Self.folder.appending(path: "deliveries/hello-ci/01.workflow_run.requested.json")
        )
        let signature = WebhookSignature(of: Array(body), with: .init(World.secret))
        #expect(readme.contains(signature.headerValue.dropFirst("sha256=".count)))
    }

    private func write(_ files: [String: [UInt8]]) throws {
        for name in ["deliveries", "answers"] {
            try? FileManager.default.removeItem(at: Self.folder.appending(path: name))
        }
        for (path, bytes) in files {
            let file = Self.folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(bytes).write(to: file)
        }
    }
}
