import HookCacheKit

/// The second example of the library's documentation: what an owner's repositories are at, and what it cost.
///
/// Only what a program outside this package can name is used.
func workflowState(of owner: String, through node: HookCacheNode) async throws -> [String] {
    var lines: [String] = []
    do throws(NodeError) {
        for repository in try await node.repositories(of: owner, sinceDays: 7) {
            for run in try await node.runs(of: repository.fullName, status: "in_progress", limit: 10) {
                let jobs = try await node.jobs(ofRun: run.id, in: repository.fullName)
                let running = jobs.filter { $0.status == "in_progress" }.compactMap(\.name)
                lines.append("\(repository.fullName) \(run.branch ?? "-"): \(running.joined(separator: ", "))")
            }
        }
        let queue = try await node.queueDepth(of: owner)
        let idle = try await node.runners(of: owner).count { $0.isOnline && !$0.isBusy }
        lines.append("\(queue.queued) wait, \(idle) runners are idle")
    } catch {
        guard error.code == .limited else { throw error }
        lines.append("GitHub wants a pause of \(error.retryAfter ?? .seconds(60))")
    }
    let statistics = await node.statistics()
    lines.append("\(statistics.apiCallsMade) calls made, \(statistics.apiCallsSaved) saved")
    return lines
}
