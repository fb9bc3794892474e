package import GitHubCore

/// What GitHub may well answer where nothing is stored, made of the states that events told.
///
/// It is never served for its own sake: its validator is held out to GitHub, and only a 304 to the very reader makes it
/// that reader's answer. A wrong guess costs what the question would have cost without one; a right one makes it free.
package struct Guess: Sendable {
    /// The remembered states that it is made of.
    package enum Material: Hashable, Sendable {
        /// None: such a list is mostly empty.
        case nothing
        /// The object itself.
        case object(ObjectID)
        /// The jobs of a run.
        case jobs(RepositoryName, run: Int64)
        /// The runs of a repository that have a status.
        case runs(RepositoryName, status: String)
    }

    /// The bounds of a guess.
    package enum Limits {
        /// The most objects of one list.
        package static let objects = 100
    }

    /// What it is made of.
    package let material: Material
    private let resource: Resource

    /// A guess at the JSON of a resource, or nil where nothing speaks for any answer.
    package init?(_ resource: Resource) {
        self.resource = resource
        let names = Set(resource.query.map(\.name))
        switch resource.endpoint {
        case .run(let repository, let id) where names.isSubset(of: ["exclude_pull_requests"]):
            material = .object(ObjectID(repository: repository, kind: .run, id: id))
        case .job(let repository, let id) where names.isEmpty:
            material = .object(ObjectID(repository: repository, kind: .job, id: id))
        case .runJobs(let repository, let run) where names.isSubset(of: ["filter", "per_page"]),
            .attemptJobs(let repository, let run, _) where names.isSubset(of: ["per_page"]):
            material = .jobs(repository, run: run)
        case .runs(let repository), .workflowRuns(let repository, _):
            // Few wait or run, and their events told of each; how many have ended is not known.
            guard resource.dataType == .queue, !names.contains("page"), let status = resource.parameter("status") else {
                return nil
            }
            material = .runs(repository, status: status)
        case .checkRunAnnotations where names.isSubset(of: ["per_page"]),
            .runDetail(_, _, .approvals) where names.isEmpty,
            .runDetail(_, _, .pendingDeployments) where names.isEmpty,
            .runDetail(_, _, .artifacts) where names.isSubset(of: ["per_page"]):
            material = .nothing
        default:
            return nil
        }
    }

    /// The bytes, made of the states that are remembered; nil where they do not make an answer.
    package func bytes(_ remembered: [RememberedObject]) -> [UInt8]? {
        switch material {
        case .nothing:
            if case .runDetail(_, _, .artifacts) = resource.endpoint { return envelope("artifacts", []) }
            return Array("[]".utf8)
        case .object:
            return remembered.first.map { RunShape.bytes($0.body.bytes, for: resource) }
        case .jobs:
            return jobs(remembered)
        case .runs:
            return runs(remembered)
        }
    }

    /// GitHub lists jobs in the order in which they were made.
    private func jobs(_ remembered: [RememberedObject]) -> [UInt8]? {
        var jobs = remembered.compactMap { held -> (job: WorkflowJob, bytes: [UInt8])? in
            guard case .job(let job)? = held.read else { return nil }
            return (job, held.body.bytes)
        }
        if case .attemptJobs(_, _, let attempt) = resource.endpoint {
            jobs.removeAll { $0.job.attempt != attempt }
        } else if resource.parameter("filter") == "latest", let latest = jobs.map(\.job.attempt).max() {
            jobs.removeAll { $0.job.attempt != latest }
        }
        // A run without jobs is one whose jobs nobody told of.
        return jobs.isEmpty ? nil : envelope("jobs", jobs.sorted { $0.job.id < $1.job.id }.map(\.bytes))
    }

    /// GitHub lists runs by the moment of their making, the newest first.
    private func runs(_ remembered: [RememberedObject]) -> [UInt8]? {
        let filter = RunFilter(resource)
        var runs: [(run: WorkflowRun, bytes: [UInt8])] = []
        for held in remembered {
            guard case .run(let run)? = held.read else { continue }
            if case .workflowRuns(_, let workflow) = resource.endpoint, !EffectTable.names(workflow, run) { continue }
            guard let isAdmitted = filter.admits(run), run.createdAt != nil else { return nil }
            if isAdmitted { runs.append((run, RunShape.bytes(held.body.bytes, for: resource))) }
        }
        runs.sort { left, right in
            let (one, other) = (left.run.createdAt?.milliseconds ?? 0, right.run.createdAt?.milliseconds ?? 0)
            return (one, left.run.id) > (other, right.run.id)
        }
        return envelope("workflow_runs", runs.map(\.bytes))
    }

    /// GitHub's envelope of a list that stands on one page; nil where it does not.
    private func envelope(_ name: String, _ objects: [[UInt8]]) -> [UInt8]? {
        let pageSize = resource.parameter("per_page").flatMap { Int($0) } ?? 30
        guard objects.count <= min(pageSize, Limits.objects) else { return nil }
        let start = "{\"total_count\":\(objects.count),\"\(name)\":["
        return Array(start.utf8) + Array(objects.joined(separator: [0x2C])) + Array("]}".utf8)
    }
}
