import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit

/// From a delivery's 202 to fresh answers here and on a peer, over real sockets, and what it costs in upstream calls.
@main
enum EventToFresh {
    static let runs = 20

    static func main() async throws {
        try await Fleet.with(nodes: 2) { fleet in
            guard let repository = RepositoryName(Fleet.repository) else { return }
            // Both follow the repository because it was read there.
            for node in 0..<2 {
                _ = try await fleet.get("/repos/\(Fleet.repository)/actions/runs", from: node)
            }
            let hook = try await fleet.github.createHook(
                in: .repository(repository),
                url: "http://127.0.0.1:9/webhook",
                secret: Fleet.secret
            )
            // This program sends them itself, to know the moment of each 202.
            await fleet.github.setDeliveryFault(.failed)
            try await fleet.settleMesh()
            var figures = Figures()
            let before = await fleet.github.statistics
            let callsBefore = await calls(fleet)
            for _ in 0..<runs {
                let run = try await fleet.github.startRun(.init(repository))
                try await fleet.github.play(run: run, pace: .milliseconds(2))
                let log = await fleet.github.deliveries(ofHook: hook)
                let mine = log.reversed().map(\.delivery).filter { $0.event == "workflow_run" && $0.names(run) }
                for delivery in mine {
                    try await figures.measure(delivery.body, delivery.guid, run, fleet)
                    // A topic that passes 8 messages a second is batched; this is about events, not bursts.
                    try await Task.sleep(for: .milliseconds(300))
                }
            }
            let after = await fleet.github.statistics
            let callsAfter = await calls(fleet)
            figures.sync = try Sync.median(inFolderOf: fleet.nodes[0].settings.storage.directory)
            figures.report(
                upstream: after.counted - before.counted,
                here: callsAfter[0] - callsBefore[0],
                there: callsAfter[1] - callsBefore[1],
                objects: after.countedByPath.filter { $0.key.contains("/actions/runs/") || $0.key.contains("/jobs/") }
                    .values.reduce(0, +)
            )
        }
    }

    private static func calls(_ fleet: Fleet) async -> [Int] {
        var counts: [Int] = []
        for node in fleet.nodes { counts.append(await node.statistics().apiCallsMade) }
        return counts
    }
}
