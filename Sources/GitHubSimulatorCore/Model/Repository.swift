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
        /// What it says of itself.
        package var description: String?
        /// The page that it names as its own.
        package var homepage: String?
        /// The words that it is found by.
        package var topics: [String]
        /// The logins of those who have starred it.
        package var stars: Set<String>
        /// When it was created.
        package let createdAt: Timestamp
        /// When its settings last changed.
        package var updatedAt: Timestamp
        /// When it was last pushed to.
        package var pushedAt: Timestamp

        /// The name of its first branch.
        package static let defaultBranch = "main"
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
        /// What it takes when it is started by hand; nil where it cannot be.
        package let inputs: [WorkflowInput]?
        /// Whether it runs at all.
        package var isEnabled: Bool
        /// When it was last switched on or off.
        package var updatedAt: Timestamp
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
