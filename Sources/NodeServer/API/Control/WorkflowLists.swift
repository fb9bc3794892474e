import CacheCore
import CacheNode
import GitHubCore
import Hummingbird

/// Runs and jobs as the commands show them, cut out of GitHub's lists.
struct WorkflowLists {
    let node: any NodeInterface
    let limits: Limits

    /// What a page of a list gave.
    private struct Page {
        let objects: [JSONObject]
        let total: Int
        let text: JSONSlices
        let cacheStatus: String
    }

    /// GitHub's largest page.
    private static let pageSize = 100

    func runs(_ query: ControlQuery, isTrusted: Bool) async throws(ControlRefusal) -> Response {
        let repository = try query.repository("repo")
        let limit = try query.limit(default: 30, maximum: limits.listedObjects)
        let filters = ["status", "branch"].compactMap { name in query[name].map { QueryItem(name, $0) } }
        return try await list("runs", "workflow_runs", .runs(repository), filters, limit, isTrusted) { run, text in
            let raw = { (name: String) in Self.raw(run, name, text) }
            return [
                "id": raw("id"), "name": raw("name"), "title": raw("display_title"), "status": raw("status"),
                "conclusion": raw("conclusion"), "branch": raw("head_branch"), "event": raw("event"),
                "attempt": raw("run_attempt"),
                "created_at": raw("created_at"), "updated_at": raw("updated_at"), "url": raw("html_url"),
            ]
        }
    }

    func jobs(_ query: ControlQuery, isTrusted: Bool) async throws(ControlRefusal) -> Response {
        let repository = try query.repository("repo")
        guard let run = Int64(try query.required("run")), run > 0 else { throw .bad("run must be a run's id") }
        let limit = try query.limit(default: limits.listedObjects, maximum: limits.listedObjects)
        return try await list("jobs", "jobs", .runJobs(repository, run), [], limit, isTrusted) { job, text in
            let raw = { (name: String) in Self.raw(job, name, text) }
            return [
                "id": raw("id"), "name": raw("name"), "status": raw("status"), "conclusion": raw("conclusion"),
                "labels": raw("labels"), "runner": raw("runner_name"), "started_at": raw("started_at"),
                "completed_at": raw("completed_at"),
            ]
        }
    }

    private func list(
        _ name: String,
        _ key: String,
        _ endpoint: Endpoint,
        _ filters: [QueryItem],
        _ limit: Int,
        _ isTrusted: Bool,
        _ show: (JSONObject, JSONSlices) -> JSONValue
    ) async throws(ControlRefusal) -> Response {
        var shown: [JSONValue] = []
        var cacheStatus = ""
        let size = min(limit, Self.pageSize)
        for number in 1...max(1, (limit + size - 1) / size) {
            let query = filters + [QueryItem("per_page", "\(size)"), QueryItem("page", "\(number)")]
            let page = try await self.page(key, Resource(endpoint, query: query), isTrusted)
            shown += page.objects.map { show($0, page.text) }
            cacheStatus = page.cacheStatus
            if page.objects.count < size || shown.count >= page.total { break }
        }
        return .json(.ok, .object([(name, .array(Array(shown.prefix(limit)))), ("cache", .string(cacheStatus))]))
    }

    private func page(_ key: String, _ resource: Resource, _ isTrusted: Bool) async throws(ControlRefusal) -> Page {
        let caller: Caller = isTrusted ? .node : .anonymous
        switch await node.read(ReadRequest(Representation(resource), caller: caller)) {
        case .failed(let status, let message, _):
            throw ControlRefusal(status: status, message)
        case .found(let answer):
            let text = try? JSONSlices(answer.body.bytes)
            let root = text.flatMap { try? JSONObject($0) }
            guard answer.status == 200 else {
                throw ControlRefusal(
                    status: answer.status,
                    root?.string("message") ?? "GitHub answers \(answer.status)"
                )
            }
            guard let text, let root else { throw ControlRefusal(status: 502, "GitHub's answer cannot be read") }
            return Page(
                objects: root.objects(key),
                total: Int(clamping: root.integer("total_count") ?? .max),
                text: text,
                cacheStatus: answer.outcome.cacheStatus
            )
        }
    }

    /// A field's own bytes; null where there is none.
    private static func raw(_ object: JSONObject, _ name: String, _ text: JSONSlices) -> JSONValue {
        object.valueRange(name).map { .raw(text.bytes[$0]) } ?? .null
    }
}
