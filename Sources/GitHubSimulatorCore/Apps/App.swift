package import GitHubCore

extension SimulatedGitHub {
    /// A GitHub App.
    package struct App: Sendable {
        /// Tells whether a signature over a message was made with the App's private key: RS256 (RFC 7518, section 3.3).
        ///
        /// Whoever makes the App brings it, since these rules know no keys.
        package typealias Verifier = @Sendable (_ message: [UInt8], _ signature: [UInt8]) -> Bool

        /// GitHub's number for it.
        package let id: Int64
        /// The id that may stand for the number.
        package let clientID: String
        /// The name in URLs.
        package let slug: String
        /// Who owns it.
        package let owner: String
        /// When it was made.
        package let createdAt: Timestamp
        /// What it may do where it is installed, by GitHub's names.
        package var permissions: [String: String]
        /// The events that its webhook hears, beside those about its installations.
        package var events: [String]
        /// Who checks its signatures.
        let verifies: Verifier
    }

    /// A GitHub App where it is installed.
    package struct Installation: Sendable {
        /// GitHub's number for it.
        package let id: Int64
        /// The App.
        package let appID: Int64
        /// The account that it is installed with.
        package let login: String
        /// What it reaches there, and how much it may do.
        package internal(set) var grants: [Grant]
        /// When it was installed.
        package let createdAt: Timestamp
        /// When it was last changed.
        package internal(set) var updatedAt: Timestamp
        /// When it was suspended; nil where it is not.
        package internal(set) var suspendedAt: Timestamp?

        /// Whether it reaches single repositories, and not all of the account's.
        var isSelected: Bool {
            !grants.contains { grant in
                guard case .repository? = grant.scope else { return true }
                return false
            }
        }

        /// Whether it reaches a repository.
        func covers(_ repository: Repository?) -> Bool {
            guard let repository, repository.name.owner.lowercased() == login.lowercased() else { return false }
            return grants.contains { $0.scope?.covers(repository.name) ?? true }
        }
    }
}
