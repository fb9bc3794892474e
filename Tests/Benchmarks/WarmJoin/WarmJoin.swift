import CacheMesh
import Fleet
import Foundation
import HookCacheKit
import Logging
import ServiceLifecycle

/// How soon a node that joins is warm: 10,000 answers of 20 followed repositories on its peer, over real sockets and
/// to disk, and what its readers see meanwhile.
@main
enum WarmJoin {
    static func main() async throws {
        let library = Library(repositories: 20, runs: 100, jobs: 3)
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5
        var figures: [Figures] = []
        for _ in 0..<rounds {
            let measured = try await measure(library)
            print(measured)
            figures.append(measured)
        }
        let warm = figures.map(\.warm).sorted()[figures.count / 2]
        let disk = figures.map(\.onDisk).sorted()[figures.count / 2]
        print("median of \(rounds): warm \(Figures.text(warm)), on disk \(Figures.text(disk)) after the connection")
        guard warm < .seconds(2) else { exit(1) }
    }

    private static func measure(_ library: Library) async throws -> Figures {
        let root = FileManager.default.temporaryDirectory.appending(path: "warm-\(UUID().uuidString.prefix(8))").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        let folders = ["\(root)/old", "\(root)/new"]
        let members = try folders.map { try NodeIdentity.peerID(inDirectory: $0) }
        try await library.fill(folders[0])
        return try await withThrowingTaskGroup(of: Void.self) { group in
            func node(_ folder: String, joining old: HookCacheNode?) async throws -> HookCacheNode {
                var settings = Settings(directory: folder)
                // GitHub is away: whatever is read comes from the peer.
                settings.github.apiURL = "http://127.0.0.1:9"
                settings.webhook.listen.port = 0
                settings.api.listen.port = 0
                settings.mesh.listen.port = 0
                settings.storage.maximumEntries = library.paths.count + 1000
                settings.storage.maximumMemory = 256 << 20
                settings.freshness.watch = library.repositories.compactMap { Settings.WatchTarget($0) }
                try settings.mesh.setAllowedPeers(members)
                if let old { try settings.mesh.setBootstrapPeers(await old.meshAddresses()) }
                return try HookCacheNode(settings, logger: Fleet.quiet)
            }
            let old = try await node(folders[0], joining: nil)
            group.addTask { try await old.run() }
            try await Fleet.eventually("the old node is up") { await !old.meshAddresses().isEmpty }
            let new = try await node(folders[1], joining: old)
            let start = ContinuousClock.now
            group.addTask { try await new.run() }
            var figures = Figures()
            try await Fleet.eventually("the nodes are connected") { await new.statistics().connectedPeers > 0 }
            let connected = ContinuousClock.now
            figures.connected = connected - start
            let paths = library.paths
            let reader = Reader(port: await new.apiPort() ?? 0, paths: paths)
            try await Fleet.eventually("the new node is warm") {
                try await reader.read(&figures)
                return await new.statistics().cacheSize >= paths.count
            }
            figures.warm = .now - connected
            try await Fleet.eventually("all of it is on disk") { new.syncCounters.complete > 0 }
            figures.onDisk = .now - connected
            figures.items = new.syncCounters.items
            try await reader.check(paths)
            group.cancelAll()
            return figures
        }
    }
}
