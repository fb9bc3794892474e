package import GitHubCore

extension SimulatedGitHub {
    /// A repository.
    package struct Repository: Hashable, Sendable {
        /// GitHub's number for it, which a new name does not change.
        package let id: Int64
        /// Its name today.
        package var name: RepositoryName
        /// Whether only those with a grant may read it.
        package var isPrivate: Bool
        /// When it was created.
        package let createdAt: Timestamp
        /// When its settings last changed.
        package var updatedAt: Timestamp
        /// When it was last pushed to.
        package var pushedAt: Timestamp
    }

    /// A workflow file of a repository.
    package struct Workflow: Hashable, Sendable {
        /// GitHub's number for it.
        package let id: Int64
        /// The repository's number.
        package let repositoryID: Int64
        /// The name in the file.
        package let name: String
        /// The file, such as `.github/workflows/ci.yml`.
        package let path: String
        /// When it was first seen.
        package let createdAt: Timestamp
        /// The file's name alone, by which it can be asked for.
        package var fileName: String { String(path.split(separator: "/").last ?? "") }
    }

    /// A pull request, as far as runs show it.
    package struct PullRequest: Hashable, Sendable {
        /// GitHub's number for it, over all repositories.
        package let id: Int64
        /// Its number in its repository.
        package let number: Int64
        /// The branch it wants to merge.
        package let branch: String
    }
}
