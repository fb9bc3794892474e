import AsyncHTTPClient
import Foundation
import GitHubCore
import NIOCore
import NIOHTTP1

/// `hookcache serve` in a host, and the way to it, which is never cut.
final class ServedNode: Sendable {
    /// Something did not come true in time.
    struct Impatient: Error, CustomStringConvertible {
        let description: String
    }

    /// An answer of the node.
    struct Answer {
        let status: Int
        let body: [UInt8]

        /// The body as an object.
        var object: JSONObject? { (try? JSONSlices(self.body)).flatMap { try? JSONObject($0) } }
    }

    /// Takes bodies as they come: runs that are alike shrink further than a careful client unpacks.
    private static let client = HTTPClient(eventLoopGroupProvider: .singleton)

    let host: Int
    let folder: URL
    private let processes: [Process]

    /// Where deliveries to its webhook listener go: a socket that the host's relay listens on.
    static func hookSocket(_ host: Int, in root: URL) -> String { root.appending(path: "hook\(host)").path }

    /// Where the hosts' relays find GitHub.
    static func gitHubSocket(in root: URL) -> String { root.appending(path: "github").path }

    /// The port of GitHub's API in each host.
    static let gitHubPort = 8080
    private static let webhookPort = 8787
    private static let meshPort = 9000

    /// The peer id of the node that a host will have; its key is made.
    static func peerID(_ host: Int, in root: URL) throws -> String {
        let said = try Command.run(
            [
                "env", "-C", root.path, Partitions.program, "peers", "id", "--dir", self.folder(host, root).path,
                "--json",
            ]
        )
        guard let id = try JSONObject(Array(said.utf8)).string("peer_id") else {
            throw Impatient(description: "host \(host) has no peer id: \(said)")
        }
        return id
    }

    /// Starts one; it listens a little later.
    init(host: Int, peers: [String], in root: URL) throws {
        self.host = host
        self.folder = Self.folder(host, root)
        let others = (0..<Cables.hosts).filter { $0 != host }.map { other in
            "/ip4/\(Cables.address(other))/tcp/\(Self.meshPort)/p2p/\(peers[other])"
        }
        let environment = [
            "HOME": root.path, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
            "CACHE_DIR": self.folder.path, "GITHUB_API_URL": "http://127.0.0.1:\(Self.gitHubPort)",
            "GITHUB_TOKEN": Stage.token, "WEBHOOK_SECRET": UUID().uuidString,
            "CACHE_WEBHOOK_LISTEN": "127.0.0.1:\(Self.webhookPort)", "CACHE_LISTEN_HOST": Cables.address(host),
            "CACHE_LISTEN_PORT": "\(Self.meshPort)", "CACHE_ALLOWED_PEERS": peers.joined(separator: ","),
            "CACHE_BOOTSTRAP_PEERS": others.joined(separator: ","),
            // Nothing runs out while the trial lasts: what a node shows late, the mesh has brought late.
            "CACHE_TTL_RUNS": "86400", "LOG_FORMAT": "json", "LOG_LEVEL": "debug",
        ]
        let exec = ["netns", "exec", Cables.namespace(host)]
        self.processes = [
            try Self.start(
                exec + [
                    Partitions.ownPath, "relay", "\(Self.gitHubPort)", Self.gitHubSocket(in: root),
                    Self.hookSocket(host, in: root), "\(Self.webhookPort)",
                ],
                environment,
                in: root,
                log: "relay\(host).log"
            ),
            try Self.start(exec + [Partitions.program, "serve"], environment, in: root, log: "node\(host).log"),
        ]
    }

    private static func folder(_ host: Int, _ root: URL) -> URL { root.appending(path: "\(host)") }

    private static func start(
        _ arguments: [String],
        _ environment: [String: String],
        in root: URL,
        log: String
    ) throws -> Process {
        let file = root.appending(path: log)
        try Data().write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ip"] + arguments
        process.environment = environment
        process.currentDirectoryURL = root
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: file)
        try process.run()
        return process
    }

    /// Ends it and waits for its end.
    func stop() {
        for process in self.processes.reversed() where process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
    }

    // MARK: Asking

    /// GETs a path of its API; unless it may fetch, it answers from what it has.
    func get(_ path: String, mayFetch: Bool = false) async throws -> Answer {
        try await self.ask(path, .GET, mayFetch ? [:] : ["Cache-Control": "only-if-cached"])
    }

    /// POSTs to its control API.
    func post(_ json: String, to page: String) async throws -> Answer {
        try await self.ask("/_hookcache/v1/\(page)", .POST, ["Content-Type": "application/json"], Array(json.utf8))
    }

    /// How many peers it is connected with.
    func connectedPeers() async throws -> Int {
        Int(try await self.get("/_hookcache/v1/stats").object?.integer("connected_peers") ?? 0)
    }

    private func ask(
        _ path: String,
        _ method: HTTPMethod,
        _ headers: HTTPHeaders,
        _ body: [UInt8]? = nil
    ) async throws -> Answer {
        let socket = self.folder.appending(path: "hookcache.sock").path.replacing("/", with: "%2F")
        var request = HTTPClientRequest(url: "http+unix://\(socket)\(path)")
        request.method = method
        request.headers = headers
        request.headers.replaceOrAdd(name: "Host", value: "localhost")
        request.headers.replaceOrAdd(name: "User-Agent", value: "hookcache-trial")
        request.body = body.map { .bytes($0) }
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(status: Int(response.status.code), body: Array(buffer: bytes))
    }
}

/// Waits, within bounds, until something holds.
func eventually(
    _ what: String,
    within patience: Duration = .seconds(60),
    _ holds: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
        if (try? await holds()) == true { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw ServedNode.Impatient(description: "in \(patience) this did not come true: \(what)")
}
