package import GitHubCore

/// What an event without an object of its own does to one stored answer.
package enum NewsTouch: Hashable, Sendable {
    /// Nothing.
    case none
    /// The answer is wrong now.
    case invalidate
    /// The answer is wrong if it shows a run of this head.
    case ifShowing(branch: String?, sha: String?)
    /// The answer is wrong soon, and most often another event rights it.
    case expect
}

/// Which stored answers of a repository an event touches that carries no run or job.
///
/// It errs towards too much: an answer that was right costs one free question.
package struct RepositoryEffect: Hashable, Sendable {
    /// The repository.
    package let repository: RepositoryName
    /// What is told of it.
    package let news: RepositoryNews

    /// An effect.
    package init(_ repository: RepositoryName, _ news: RepositoryNews) {
        self.repository = repository
        self.news = news
    }

    /// What becomes of the stored answer for a resource of the repository.
    package func touch(_ resource: Resource) -> NewsTouch {
        switch news {
        case .check(let run, let suite, let sha): touch(resource.endpoint, byCheck: run, suite, sha)
        case .ref(let ref): touch(resource, by: ref)
        case .pullRequest(let branch, let sha):
            showsPullRequests(resource) ? .ifShowing(branch: branch, sha: sha) : .none
        case .status(let sha): touch(resource.endpoint, byStatusOf: sha)
        case .dispatch: isRunList(resource.endpoint) ? .expect : .none
        }
    }

    private func touch(_ endpoint: Endpoint, byCheck run: Int64?, _ suite: Int64?, _ sha: String?) -> NewsTouch {
        switch endpoint {
        case .checkRun(_, let id), .checkRunAnnotations(_, let id):
            run == id ? .invalidate : .none
        case .checkSuite(_, let id, _):
            suite == nil || suite == id ? .invalidate : .none
        case .commitChecks(_, let ref, _):
            CommitRef.mayName(ref, sha: sha) ? .invalidate : .none
        default:
            .none
        }
    }

    private func touch(_ resource: Resource, by ref: GitRef) -> NewsTouch {
        switch resource.endpoint {
        case .commitChecks(_, let asked, _), .commitStatus(_, let asked, _):
            ref.isMeant(by: asked) ? .invalidate : .none
        case .readme:
            // It is that of the default branch, unless the query names another.
            ref.isDefault || !resource.query.isEmpty ? .invalidate : .none
        case .workflows, .workflow, .repository:
            // A file may have come or gone, and the repository tells when it was last pushed to.
            .invalidate
        default:
            .none
        }
    }

    private func touch(_ endpoint: Endpoint, byStatusOf sha: String?) -> NewsTouch {
        guard case .commitStatus(_, let ref, _) = endpoint else { return .none }
        return CommitRef.mayName(ref, sha: sha) ? .invalidate : .none
    }

    private func isRunList(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .runs, .workflowRuns: true
        default: false
        }
    }

    private func showsPullRequests(_ resource: Resource) -> Bool {
        switch resource.endpoint {
        case .runs, .workflowRuns, .run, .runAttempt: resource.parameter("exclude_pull_requests") != "true"
        default: false
        }
    }
}

/// A commit as a path names it.
enum CommitRef {
    /// Whether a ref may lead to a commit: other shas do not, and branches and tags may.
    static func mayName(_ ref: String, sha: String?) -> Bool {
        guard let sha else { return true }
        return isSHA(ref) ? ref == sha : true
    }

    /// Whether a ref is a whole sha.
    static func isSHA(_ ref: String) -> Bool {
        ref.utf8.count == 40 && ref.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
