import CacheCore
import CacheStore
import Foundation
import GitHubCore
import Logging
import Multiformats

/// What a node has gathered: runs, their jobs and the lists of these, shaped as GitHub's, with the states of all.
struct Library {
    let repositories: [String]
    let runs: Int
    let jobs: Int

    init(repositories: Int, runs: Int, jobs: Int) {
        self.repositories = (1...repositories).map { "octo-tools/service-\($0)" }
        self.runs = runs
        self.jobs = jobs
    }

    /// The paths of all answers.
    var paths: [String] {
        var paths: [String] = []
        for (place, repository) in repositories.enumerated() {
            for run in 0..<runs {
                let id = self.id(place, run)
                paths.append("/repos/\(repository)/actions/runs/\(id)")
                paths.append("/repos/\(repository)/actions/runs/\(id)/jobs")
                for job in 0..<jobs { paths.append("/repos/\(repository)/actions/jobs/\(id * 10 + Int64(job))") }
            }
        }
        return paths
    }

    /// Stores everything in a node's folder.
    func fill(_ directory: String) async throws {
        var configuration = CacheStore.Configuration(directory: directory)
        configuration.maxEntries = paths.count + 1000
        let store = try CacheStore(configuration: configuration, logger: Logger(label: "library"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await store.run() }
            let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "../../../fixtures/answers"
            )
            let run = try String(contentsOf: folder.appending(path: "run.json"), encoding: .utf8)
            let job = try String(contentsOf: folder.appending(path: "job.json"), encoding: .utf8)
            for place in repositories.indices {
                guard let name = RepositoryName(repositories[place]) else { continue }
                let now = CacheStore.wallClock()
                store.apply([.see(Visibility(repository: name, repositoryID: nil, isPrivate: false, asOf: now))])
                for number in 0..<runs { store.apply(changes(name, id(place, number), run, job, now: now)) }
                try await store.flush()
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func id(_ place: Int, _ run: Int) -> Int64 { 18_000_000_000 + Int64(place * 10_000 + run) }

    private func changes(
        _ name: RepositoryName,
        _ id: Int64,
        _ run: String,
        _ job: String,
        now: Timestamp
    ) -> [Change] {
        let run = run.replacingOccurrences(of: "octo-tools/hello-ci", with: name.description)
            .replacingOccurrences(of: "18000000091", with: "\(id)")
        let template = job.replacingOccurrences(of: "octo-tools/hello-ci", with: name.description)
            .replacingOccurrences(of: "18000000091", with: "\(id)")
        let jobs = (0..<self.jobs).map { number in
            template.replacingOccurrences(of: "52000000055", with: "\(id * 10 + Int64(number))")
        }
        let list = #"{"total_count":\#(jobs.count),"jobs":[\#(jobs.joined(separator: ","))]}"#
        var changes = put(name, .run(name, id), run, now, state: .run)
        for (number, job) in jobs.enumerated() {
            changes += put(name, .job(name, id * 10 + Int64(number)), job, now, state: .job)
        }
        return changes + put(name, .runJobs(name, id), list, now, state: nil)
    }

    private func put(
        _ name: RepositoryName,
        _ endpoint: Endpoint,
        _ text: String,
        _ now: Timestamp,
        state kind: ObjectKind?
    ) -> [Change] {
        let body = Body(Array(text.utf8))
        let entry = Entry(
            key: ResourceKey(Representation(Resource(endpoint)), audience: .public),
            cid: body.cid,
            size: body.bytes.count,
            validatedAt: now,
            freshUntil: now.advanced(bySeconds: 120),
            source: .webhook
        )
        guard let kind, let object = try? JSONObject(body.bytes), let read = WorkflowObject(object, kind)
        else { return [.put(entry, body)] }
        let event = WorkflowEvent(
            repository: name,
            object: read,
            body: body,
            version: ObjectVersion(read, deliveredAt: now),
            authority: .webhook,
            source: .webhook,
            isPrivate: false,
            asOf: now
        )
        return [.put(entry, body), .remember(event.state)]
    }
}
