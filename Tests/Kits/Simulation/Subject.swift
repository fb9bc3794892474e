/// What has a state that must not run backwards for a reader.
package enum Subject: Hashable, Sendable, CustomStringConvertible {
    case run(Int64)
    case job(Int64)
    /// A run as one of its attempts shows it.
    case attempt(Int64, Int64)

    package var description: String {
        switch self {
        case .run(let id): "run \(id)"
        case .job(let id): "job \(id)"
        case .attempt(let id, let number): "attempt \(number) of run \(id)"
        }
    }

    /// The path under a repository's `/actions/` that answers with it.
    var path: String {
        switch self {
        case .run(let id): "runs/\(id)"
        case .job(let id): "jobs/\(id)"
        case .attempt(let id, let number): "runs/\(id)/attempts/\(number)"
        }
    }
}
