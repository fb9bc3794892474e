package import GitHubCore

/// What is known of who may see a repository, and since when; unknown counts as private (invariant 4).
package struct Visibility: Hashable, Sendable {
    /// The repository.
    package let repository: RepositoryName
    /// GitHub's id of it, where known: page links name repositories by it.
    package let repositoryID: Int64?
    /// Whether only some may see it.
    package let isPrivate: Bool
    /// The moment of the event or answer that said so.
    package let asOf: Timestamp

    /// A statement.
    package init(repository: RepositoryName, repositoryID: Int64?, isPrivate: Bool, asOf: Timestamp) {
        self.repository = repository
        self.repositoryID = repositoryID
        self.isPrivate = isPrivate
        self.asOf = asOf
    }

    /// The later of two statements about one repository; of two of one moment the one that says private.
    package static func later(_ left: Visibility, _ right: Visibility) -> Visibility {
        if left.asOf == right.asOf { return left.isPrivate ? left : right }
        let (newer, older) = left.asOf < right.asOf ? (right, left) : (left, right)
        guard newer.repositoryID == nil, let id = older.repositoryID else { return newer }
        return Visibility(repository: newer.repository, repositoryID: id, isPrivate: newer.isPrivate, asOf: newer.asOf)
    }
}
