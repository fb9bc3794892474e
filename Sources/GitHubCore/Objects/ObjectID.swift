/// The two kinds of object whose state events carry.
package enum ObjectKind: String, Hashable, Sendable {
    case run
    case job
}

/// A run or a job of one repository.
package struct ObjectID: Hashable, Sendable {
    /// The repository it lies in.
    package let repository: RepositoryName
    /// Run or job.
    package let kind: ObjectKind
    /// GitHub's id.
    package let id: Int64

    /// Names a run or a job.
    package init(repository: RepositoryName, kind: ObjectKind, id: Int64) {
        self.repository = repository
        self.kind = kind
        self.id = id
    }

    /// The endpoint that answers with exactly this object.
    package var endpoint: Endpoint {
        switch kind {
        case .run: .run(repository, id)
        case .job: .job(repository, id)
        }
    }
}

/// A run or a job, read.
package enum WorkflowObject: Equatable, Sendable {
    case run(WorkflowRun)
    case job(WorkflowJob)

    /// GitHub's id of it.
    package var id: Int64 {
        switch self {
        case .run(let run): run.id
        case .job(let job): job.id
        }
    }

    /// Run or job.
    package var kind: ObjectKind {
        switch self {
        case .run: .run
        case .job: .job
        }
    }

    /// Its status, such as `queued`.
    package var status: String? {
        switch self {
        case .run(let run): run.status
        case .job(let job): job.status
        }
    }
}
