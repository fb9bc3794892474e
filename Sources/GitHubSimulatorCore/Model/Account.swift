package import GitHubCore

extension SimulatedGitHub {
    /// A user or an organisation.
    package struct Account: Hashable, Sendable {
        /// GitHub's number for it.
        package let id: Int64
        /// Its name.
        package let login: String
        /// Whether it is an organisation.
        package let isOrganization: Bool
        /// When it joined.
        package let createdAt: Timestamp
    }
}
