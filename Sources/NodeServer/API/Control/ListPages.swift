import CacheCore
import CacheNode
import GitHubCore
import Hummingbird

/// Repositories, runs, jobs and runners as the commands show them, cut out of GitHub's lists.
struct ListPages {
    private let reader: ListReader

    /// Who is trusted reads as the node, anybody else what is public.
    init(node: any NodeInterface, isTrusted: Bool) {
        reader = ListReader(node, caller: isTrusted ? .node : .anonymous)
    }

    func runs(_ query: ControlQuery) async throws(ControlRefusal) -> Response {
        let repository = try query.repository("repo")
        let limit = try query.limit(default: 30, maximum: ListReader.Limits.runs)
        return try await page("runs", Self.runFields) { () async throws(ControlError) in
            try await reader.runs(of: repository, status: query["status"], branch: query["branch"], limit: limit)
        }
    }

    func jobs(_ query: ControlQuery) async throws(ControlRefusal) -> Response {
        let repository = try query.repository("repo")
        guard let run = Int64(try query.required("run")), run > 0 else { throw .bad("run must be a run's id") }
        let limit = try query.limit(default: ListReader.Limits.jobs, maximum: ListReader.Limits.jobs)
        return try await page("jobs", Self.jobFields) { () async throws(ControlError) in
            try await reader.jobs(ofRun: run, in: repository, limit: limit)
        }
    }

    func repositories(_ query: ControlQuery, now: Timestamp) async throws(ControlRefusal) -> Response {
        let owner = try query.required("owner")
        guard RepositoryName.isName(owner) else { throw .bad("owner must be a login") }
        let since = try query.days("since_days").map { now.advanced(bySeconds: -$0 * 86_400) }
        return try await page("repos", Self.repositoryFields) { () async throws(ControlError) in
            try await reader.repositories(of: owner, since: since)
        }
    }

    func runners(_ query: ControlQuery) async throws(ControlRefusal) -> Response {
        let scope = try query.scope("scope")
        return try await page("runners", Self.runnerFields) { () async throws(ControlError) in
            try await reader.runners(of: scope)
        }
    }

    private func page(
        _ name: String,
        _ fields: [Field],
        _ read: () async throws(ControlError) -> ObjectList
    ) async throws(ControlRefusal) -> Response {
        let list: ObjectList
        do {
            list = try await read()
        } catch {
            throw ControlRefusal(error)
        }
        let rows = list.objects.map { object in JSONValue.object(fields.map { ($0.name, $0.value(object)) }) }
        let members: [(String, JSONValue)] = [
            (name, .array(rows)), ("complete", JSONValue(list.isWhole)),
            ("cache", JSONValue(list.outcome?.cacheStatus)),
        ]
        return .json(.ok, .object(members))
    }
}

extension ListPages {
    /// One field of a row and how it is cut out of GitHub's object.
    private struct Field {
        let name: String
        let value: (JSONObject) -> JSONValue

        /// The object's own value under the same name, or another.
        static func own(_ name: String, from key: String? = nil) -> Field {
            Field(name: name) { $0.value(key ?? name).map { .raw($0) } ?? .null }
        }

        /// A value of the object under a key.
        static func nested(_ name: String, _ key: String, _ inner: String) -> Field {
            Field(name: name) { $0.object(key)?.value(inner).map { .raw($0) } ?? .null }
        }

        /// One value of each object under a key.
        static func each(_ name: String, _ inner: String) -> Field {
            Field(name: name) { object in
                .array(object.objects(name).compactMap { $0.value(inner).map { .raw($0) } })
            }
        }
    }

    private static var runFields: [Field] {
        [
            .own("id"), .own("name"), .own("title", from: "display_title"), .own("number", from: "run_number"),
            .own("attempt", from: "run_attempt"), .own("status"), .own("conclusion"),
            .own("branch", from: "head_branch"), .own("head_sha"), .own("event"), .nested("actor", "actor", "login"),
            .own("workflow_id"), .own("created_at"), .own("started_at", from: "run_started_at"), .own("updated_at"),
            .own("url", from: "html_url"),
        ]
    }

    private static var jobFields: [Field] {
        [
            .own("id"), .own("run_id"), .own("attempt", from: "run_attempt"), .own("name"), .own("status"),
            .own("conclusion"), .own("labels"), .own("runner", from: "runner_name"), .own("created_at"),
            .own("started_at"), .own("completed_at"), .own("url", from: "html_url"),
        ]
    }

    private static var repositoryFields: [Field] {
        [
            .own("id"), .own("full_name"), .own("private"), .own("visibility"), .own("archived"), .own("disabled"),
            .own("fork"), .own("default_branch"), .own("language"), .own("description"), .own("open_issues_count"),
            .own("created_at"), .own("pushed_at"), .own("updated_at"), .own("clone_url"),
            .own("url", from: "html_url"),
        ]
    }

    private static var runnerFields: [Field] {
        [
            .own("id"), .own("name"), .own("os"), .own("status"), .own("busy"), .each("labels", "name"),
            .own("ephemeral"), .own("group", from: "runner_group_id"),
        ]
    }
}
