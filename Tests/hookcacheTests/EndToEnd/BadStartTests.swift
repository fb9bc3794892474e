import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import hookcache

/// A node that cannot start says which setting is to be changed, and exits 1.
@Suite(.serialized) struct BadStartTests {
    /// Settings under which nothing else stands in a node's way.
    private static let free = [
        "CACHE_API_LISTEN": "127.0.0.1:0", "CACHE_WEBHOOK_LISTEN": "127.0.0.1:0", "CACHE_LISTEN_PORT": "0",
        "WEBHOOK_SECRET": "secret", "GITHUB_API_URL": "http://127.0.0.1:1",
    ]

    private static func serve(
        _ settings: [String: String],
        files: [String: String] = [:]
    ) async throws -> Program.Outcome {
        try await Program.run(["serve"], environment: Self.free.merging(settings) { $1 }, files: files)
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            ("CACHE_TTL_RUNS", "soon"), ("CACHE_API_LISTEN", "8788"), ("CACHE_LISTEN_PORT", "70000"),
            ("CACHE_BOOTSTRAP_PEERS", "/ip4/127.0.0.1/tcp/9000"), ("CACHE_ALLOWED_PEERS", "me"),
            ("GITHUB_API_URL", "api.github.com"), ("CACHE_MAX_MEMORY", "lots"), ("CACHE_WATCH", "a/b/c"),
            ("CACHE_SHARE", "everything"), ("CACHE_SHARE", "all"), ("CACHE_SWARM_KEY_FILE", "/nowhere/swarm.key"),
            ("LOG_LEVEL", "loud"), ("CACHE_LISTEN_HOST", "0.0.0.0"),
        ]
    )
    func aMalformedSettingIsNamed(key: String, value: String) async throws {
        let outcome = try await Self.serve([key: value])
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("\(key): got \"\(value)\", wants "), "\(outcome.error)")
    }

    @Test(.timeLimit(.minutes(5))) func anUnknownKeyInTheFileIsNamed() async throws {
        let file = "# settings\nCACHE_TTL_RUNS=60\nCACHE_TTL_RUN=60\n"
        let outcome = try await Self.serve([:], files: [".env.cache": file])
        #expect(outcome.status == 1)
        #expect(outcome.error.contains(".env.cache:3: got \"CACHE_TTL_RUN\""), "\(outcome.error)")
        #expect(outcome.error.contains("CACHE_TTL_RUNS"), "\(outcome.error)")
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["CACHE_API_LISTEN", "CACHE_WEBHOOK_LISTEN", "CACHE_LISTEN_PORT"])
    func aPortInUseIsNamed(key: String) async throws {
        let holder = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(holder.localAddress?.port)
        let outcome = try await Self.serve([key: key == "CACHE_LISTEN_PORT" ? "\(port)" : "127.0.0.1:\(port)"])
        try await holder.close()
        #expect(outcome.status == 1)
        #expect(outcome.error.contains(key), "\(outcome.error)")
        #expect(outcome.error.contains("127.0.0.1"), "\(outcome.error)")
        #expect(outcome.error.contains("\(port)"), "\(outcome.error)")
        #expect(outcome.error.contains("in use"), "\(outcome.error)")
    }

    /// Places where nobody can write, not even root.
    @Test(.timeLimit(.minutes(5)), arguments: ["/proc/hookcache", "/dev/null", "/dev/null/hookcache"])
    func anUnwritableDirectoryIsNamed(directory: String) async throws {
        let outcome = try await Self.serve(["CACHE_DIR": directory])
        #expect(outcome.status == 1)
        #expect(outcome.error.contains(directory), "\(outcome.error)")
        #expect(outcome.error.contains("CACHE_DIR"), "\(outcome.error)")
    }

    @Test(.timeLimit(.minutes(5))) func aFileThatIsNoDatabaseIsNamed() async throws {
        try await TemporaryFolder.with { folder in
            let file = folder.appending(path: "hookcache.sqlite")
            try Data(String(repeating: "this is no database\n", count: 500).utf8).write(to: file)
            let outcome = try await Self.serve(["CACHE_DIR": folder.path])
            #expect(outcome.status == 1)
            #expect(outcome.error.contains(folder.path), "\(outcome.error)")
            #expect(try String(contentsOf: file, encoding: .utf8).hasPrefix("this is no database"))
        }
    }

    @Test(.timeLimit(.minutes(5))) func twoNodesDoNotShareADirectory() async throws {
        try await TemporaryFolder.with { folder in
            try await RunningNode.with(in: folder, Self.free) { node in
                let outcome = try await Self.serve(["CACHE_DIR": node.directory])
                #expect(outcome.status == 1)
                #expect(outcome.error.contains(node.directory), "\(outcome.error)")
                #expect(outcome.error.contains("another hookcache"), "\(outcome.error)")
                #expect(try await node.isReady())
                #expect(try await node.statistics()["cache_size"] == .integer(0))
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func thePeerIDIsThatOfTheNode() async throws {
        try await TemporaryFolder.with { folder in
            let directory = folder.appending(path: "data").path
            let before = try await Program.run(["peers", "id", "--json", "--dir", directory])
            let id = try #require(JSONValue(before.output.utf8)?["peer_id"]?.string)
            try await RunningNode.with(in: folder, Self.free) { node in
                let statistics = try await node.statistics()
                #expect(statistics["peer_id"] == .string(id))
            }
        }
    }
}
