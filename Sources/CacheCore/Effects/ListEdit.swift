package import GitHubCore

/// What becomes of a stored list when one of its objects changes (invariant 3).
package enum ListEdit: Equatable, Sendable {
    /// It is right as it is.
    case unchanged
    /// These bytes are provably what GitHub would answer.
    case replaced([UInt8])
    /// It is wrong, and the right one cannot be told from here.
    case invalid
}

/// Edits GitHub's list envelopes `{"total_count":…,"workflow_runs":[…]}` in place, leaving every other byte alone.
package struct ListEditor: Sendable {
    private let resource: Resource
    private let text: JSONSlices
    private let total: (range: Range<Int>, value: Int64)
    private let array: Range<Int>
    private let elements: [Range<Int>]
    /// Whether the whole list stands on this page.
    private let isWhole: Bool
    /// When GitHub was asked for it, where that is known.
    private let listedAt: Timestamp?

    /// How long after a change GitHub's answers show it for certain, in seconds.
    package enum Limits {
        /// Plain lists: as far as this node's clock may be ahead of GitHub's.
        package static let clockLead = 60
        /// Filtered lists, which GitHub answers from an index that lags.
        package static let indexLag = 300
    }

    /// An editor of a stored list, or nil where the body is no such envelope.
    package init?(_ resource: Resource, body: [UInt8], link: String?, listedAt: Timestamp? = nil) {
        let name: String
        switch resource.endpoint {
        case .runs, .workflowRuns: name = "workflow_runs"
        case .runJobs, .attemptJobs: name = "jobs"
        default: return nil
        }
        guard RunShape.isKnown(of: resource), let envelope = try? JSONObject(body),
            let totalRange = envelope.valueRange("total_count"), let totalValue = envelope.integer("total_count"),
            let array = envelope.valueRange(name), let elements = try? envelope.text.elements(of: array)
        else { return nil }
        self.resource = resource
        text = envelope.text
        total = (totalRange, totalValue)
        self.array = array
        self.elements = elements
        self.listedAt = listedAt
        isWhole = link == nil && resource.parameter("page") == "1" && totalValue == Int64(elements.count)
    }

    /// The objects in the list with their bytes.
    package var objects: [(object: WorkflowObject, bytes: [UInt8])] {
        elements.compactMap { range in
            read(range).map { ($0, Array(text.bytes[range])) }
        }
    }

    private func read(_ range: Range<Int>) -> WorkflowObject? {
        guard let object = try? JSONObject(text, at: range) else { return nil }
        return switch resource.endpoint {
        case .runs, .workflowRuns: WorkflowRun(object).map(WorkflowObject.run)
        default: WorkflowJob(object).map(WorkflowObject.job)
        }
    }

    /// Lays a run's newer state over a list of runs.
    ///
    /// `previous` is what was known of the run before, if anything.
    package func edit(_ run: WorkflowRun, bytes: [UInt8], version: ObjectVersion, previous: WorkflowRun?) -> ListEdit {
        if case .workflowRuns(_, let workflow) = resource.endpoint, !EffectTable.names(workflow, run) {
            return .unchanged
        }
        let filter = RunFilter(resource)
        let admits = filter.admits(run)
        if let index = index(of: run.id) {
            guard isNews(version, run.status, at: index) else { return .unchanged }
            if admits == true { return swapping(index, for: shaped(bytes)) }
            guard admits == false, isWhole else { return .invalid }
            return .replaced(removing(index))
        }
        if admits == false {
            // It may have stood on another page, or been counted, until now.
            let wasIn = previous.map { filter.admits($0) != false } ?? filter.mayHaveAdmitted(run)
            return wasIn && !isWhole && !accounts(for: run, filter) ? .invalid : .unchanged
        }
        if !isWhole {
            // It stands on another page, and did so when this one was read.
            if accounts(for: run, filter) { return .unchanged }
            // Known to have been in the list, on another page: this one keeps its members and its count.
            if admits == true, let previous, filter.admits(previous) == true { return .unchanged }
            return .invalid
        }
        guard admits == true, let place = place(for: run), isRoom else { return .invalid }
        return .replaced(inserting(shaped(bytes), at: place))
    }

    /// Lays a job's newer state over a list of jobs; GitHub's order of jobs is not known, so a new one is not placed.
    package func edit(_ job: WorkflowJob, bytes: [UInt8], version: ObjectVersion) -> ListEdit {
        guard let index = index(of: job.id) else {
            let isLater = objects.contains {
                if case .job(let other) = $0.object { other.attempt > job.attempt } else { false }
            }
            if isLater && resource.parameter("filter") == "latest" { return .unchanged }
            return !isWhole && isLongBefore(job.createdAt, lag: Limits.clockLead) ? .unchanged : .invalid
        }
        guard isNews(version, job.status, at: index) else { return .unchanged }
        return swapping(index, for: bytes)
    }

    /// Whether a list was read so long after a run's last coming or going that its count and its pages know of it.
    private func accounts(for run: WorkflowRun, _ filter: RunFilter) -> Bool {
        let change = filter.isAboutState ? run.updatedAt : run.createdAt
        return isLongBefore(change, lag: filter.isEmpty ? Limits.clockLead : Limits.indexLag)
    }

    private func isLongBefore(_ moment: Timestamp?, lag: Int) -> Bool {
        guard let moment, let listedAt else { return false }
        return moment.advanced(bySeconds: lag) < listedAt
    }

    /// Whether a list of jobs can stand beside a state of its run.
    package func agrees(with run: WorkflowRun) -> Bool {
        guard run.status == "completed" || resource.parameter("filter") == "latest" else { return true }
        return objects.allSatisfy { element in
            guard case .job(let job) = element.object else { return true }
            if resource.parameter("filter") == "latest", case .runJobs = resource.endpoint, job.attempt < run.attempt {
                return false
            }
            return run.status != "completed" || job.attempt != run.attempt || job.status == "completed"
        }
    }

    /// Whether the list is one of jobs.
    package var isListOfJobs: Bool {
        switch resource.endpoint {
        case .runJobs, .attemptJobs: true
        default: false
        }
    }

    /// How a list shows an object.
    package enum Showing: Equatable, Sendable {
        /// It stands there, with these bytes.
        case present(WorkflowObject, [UInt8])
        /// It does not stand there; whether it should.
        case absent(isMissed: Bool)
    }

    /// How the list shows an object, or nil where it is of the other kind.
    package func showing(of object: WorkflowObject) -> Showing? {
        switch object {
        case .run where isListOfJobs, .job where !isListOfJobs: return nil
        default: break
        }
        if let index = index(of: object.id) {
            return read(elements[index]).map { .present($0, Array(text.bytes[elements[index]])) }
        }
        return switch object {
        case .run(let run): .absent(isMissed: misses(run))
        case .job(let job): .absent(isMissed: misses(job))
        }
    }

    /// The list with a newer object in its place, or without it where it no longer passes the filters.
    package func laying(_ object: WorkflowObject, bytes: [UInt8], version: ObjectVersion) -> [UInt8]? {
        let edited: ListEdit =
            switch object {
            case .run(let run): edit(run, bytes: bytes, version: version, previous: run)
            case .job(let job): edit(job, bytes: bytes, version: version)
            }
        guard case .replaced(let replaced) = edited else {
            // The outcome is not provable, but an older state must not be shown again.
            return index(of: object.id).map { replacing($0, with: shaped(bytes)) }
        }
        return replaced
    }

    /// The list with a newer state of an object that it shows in its place, or nil where there is nothing newer to show.
    ///
    /// Whether the object still belongs there is left open: for lists that are known to be wrong.
    package func showing(newer object: WorkflowObject, bytes: [UInt8], version: ObjectVersion) -> [UInt8]? {
        let isOfRun = if case .run = object { true } else { false }
        guard isOfRun != isListOfJobs, let index = index(of: object.id), isNews(version, object.status, at: index)
        else { return nil }
        guard case .replaced(let laid) = swapping(index, for: shaped(bytes)) else { return nil }
        return laid
    }

    /// The list with an object in the place of whatever it shows of it, or nil where it does not show it.
    package func replacing(_ object: WorkflowObject, bytes: [UInt8]) -> [UInt8]? {
        guard case .present(_, let shown)? = showing(of: object), shown != shaped(bytes) else { return nil }
        return index(of: object.id).map { replacing($0, with: shaped(bytes)) }
    }

    /// The list with a missed object where it belongs, or nil where its place is not known.
    package func inserting(_ object: WorkflowObject, bytes: [UInt8], version: ObjectVersion) -> [UInt8]? {
        switch object {
        case .run(let run):
            guard case .replaced(let edited) = edit(run, bytes: bytes, version: version, previous: nil) else {
                return nil
            }
            return edited
        case .job(let job):
            // Until GitHub lists it: by its number, among the jobs of its attempt.
            let jobs = objects.compactMap { if case .job(let other) = $0.object { other } else { nil } }
            guard jobs.count == elements.count, jobs.allSatisfy({ $0.attempt == job.attempt }) else { return nil }
            return inserting(bytes, at: jobs.firstIndex { $0.id > job.id } ?? elements.count)
        }
    }

    /// Whether a job that is missing here should be here: the list is whole and shows no later attempt.
    private func misses(_ job: WorkflowJob) -> Bool {
        guard isWhole else { return false }
        switch resource.endpoint {
        case .attemptJobs(_, let run, let attempt): return run == job.runID && attempt == job.attempt
        case .runJobs(_, let run) where run == job.runID:
            guard resource.parameter("filter") == "latest" else { return true }
            return objects.allSatisfy {
                if case .job(let other) = $0.object { other.attempt <= job.attempt } else { true }
            }
        default: return false
        }
    }

    /// Whether a run that is missing here should be here: it passes the filters and is not older than the whole page.
    package func misses(_ run: WorkflowRun) -> Bool {
        guard index(of: run.id) == nil, RunFilter(resource).admits(run) == true else { return false }
        if case .workflowRuns(_, let workflow) = resource.endpoint, !EffectTable.names(workflow, run) { return false }
        guard resource.parameter("page") == "1" else { return false }
        if isWhole { return true }
        guard let last = elements.last, case .run(let oldest)? = read(last), let made = run.createdAt,
            let bound = oldest.createdAt
        else { return false }
        return made > bound
    }

    /// Where an object stands in the list.
    private func index(of id: Int64) -> Int? {
        elements.firstIndex { range in
            // The id comes first in GitHub's objects, so this seldom looks further.
            text.value(of: "id", in: range).flatMap(text.integer) == id
        }
    }

    /// Every list is remembered object by object when it is fetched, so what is newer than the remembered state is newer
    /// than the list; only where the stamps say otherwise is the list left alone.
    private func isNews(_ version: ObjectVersion, _ status: String?, at index: Int) -> Bool {
        guard let held = read(elements[index]) else { return true }
        let order = version.order(
            against: ObjectVersion(held),
            status: status ?? "",
            otherStatus: held.status ?? ""
        )
        return order != .older
    }

    private func swapping(_ index: Int, for bytes: [UInt8]) -> ListEdit {
        text.bytes[elements[index]].elementsEqual(bytes) ? .unchanged : .replaced(replacing(index, with: bytes))
    }

    /// Whether one more fits on the page.
    private var isRoom: Bool { resource.pageSize.map { elements.count < $0 } ?? false }

    /// Run lists are sorted by the moment of making, newest first; equal moments leave the place open.
    private func place(for run: WorkflowRun) -> Int? {
        guard let made = run.createdAt else { return nil }
        for (index, range) in elements.enumerated() {
            guard case .run(let other)? = read(range), let theirs = other.createdAt, theirs != made else { return nil }
            if theirs < made { return index }
        }
        return elements.count
    }

    /// The object as this list shows it: gh asks for runs without their pull requests.
    private func shaped(_ bytes: [UInt8]) -> [UInt8] {
        resource.parameter("exclude_pull_requests") == "true" ? RunShape.withoutPullRequests(bytes) : bytes
    }

    private func replacing(_ index: Int, with bytes: [UInt8]) -> [UInt8] {
        var edited = text.bytes
        edited.replaceSubrange(elements[index], with: bytes)
        return edited
    }

    private func removing(_ index: Int) -> [UInt8] {
        var cut = elements[index]
        if index + 1 < elements.count {
            cut = cut.lowerBound..<elements[index + 1].lowerBound
        } else if index > 0 {
            cut = elements[index - 1].upperBound..<cut.upperBound
        }
        return counting(total.value - 1, around: cut, with: [])
    }

    private func inserting(_ bytes: [UInt8], at index: Int) -> [UInt8] {
        let comma: [UInt8] = [0x2C]
        if elements.isEmpty {
            let inside = array.lowerBound + 1
            return counting(total.value + 1, around: inside..<inside, with: bytes)
        }
        if index < elements.count {
            let at = elements[index].lowerBound
            return counting(total.value + 1, around: at..<at, with: bytes + comma)
        }
        let end = elements[elements.count - 1].upperBound
        return counting(total.value + 1, around: end..<end, with: comma + bytes)
    }

    /// Replaces a range and the count, the later one first so that offsets hold.
    private func counting(_ count: Int64, around range: Range<Int>, with bytes: [UInt8]) -> [UInt8] {
        var edited = text.bytes
        let digits = Array(String(count).utf8)
        if total.range.lowerBound > range.lowerBound {
            edited.replaceSubrange(total.range, with: digits)
            edited.replaceSubrange(range, with: bytes)
        } else {
            edited.replaceSubrange(range, with: bytes)
            edited.replaceSubrange(total.range, with: digits)
        }
        return edited
    }
}

/// The shapes in which GitHub shows one run.
package enum RunShape {
    /// The run with `pull_requests` emptied, as `?exclude_pull_requests=true` answers it.
    package static func withoutPullRequests(_ bytes: [UInt8]) -> [UInt8] {
        guard let text = try? JSONSlices(bytes), let object = try? JSONObject(text),
            let range = object.valueRange("pull_requests"), text.kind(of: range) == .array
        else { return bytes }
        var edited = bytes
        edited.replaceSubrange(range, with: [0x5B, 0x5D])
        return edited
    }

    /// Whether it is known how a resource shows runs: a flag that is neither true nor false may mean either.
    package static func isKnown(of resource: Resource) -> Bool {
        ["true", "false", nil].contains(resource.parameter("exclude_pull_requests"))
    }

    /// A run that was asked for without its pull requests, with those that it is known to have.
    package static func bytes(_ bytes: [UInt8], withPullRequestsOf known: [UInt8]) -> [UInt8] {
        guard let object = try? JSONObject(bytes), let range = object.valueRange("pull_requests"),
            let requests = try? JSONObject(known).value("pull_requests"), requests.first == 0x5B
        else { return bytes }
        var edited = bytes
        edited.replaceSubrange(range, with: requests)
        return edited
    }

    /// The run as a resource shows it.
    package static func bytes(_ bytes: [UInt8], for resource: Resource) -> [UInt8] {
        resource.parameter("exclude_pull_requests") == "true" ? withoutPullRequests(bytes) : bytes
    }
}
