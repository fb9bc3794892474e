package import GitHubCore

extension SimulatedGitHub {
    /// What a credential may do with a repository, each more than the one before.
    package enum Access: Int, Comparable, Sendable {
        case none, read, write, admin

        /// Whether one is less access than another.
        package static func < (left: Access, right: Access) -> Bool { left.rawValue < right.rawValue }
    }

    /// Access to something.
    package struct Grant: Hashable, Sendable {
        /// One repository or all of one owner; nil for everything there is.
        package var scope: Scope?
        /// How much.
        package var access: Access

        /// A grant.
        package init(_ access: Access, to scope: Scope?) {
            self.scope = scope
            self.access = access
        }

        /// Reading one repository.
        package static func read(_ repository: RepositoryName) -> Grant { Grant(.read, to: .repository(repository)) }

        /// Administering one repository.
        package static func admin(_ repository: RepositoryName) -> Grant { Grant(.admin, to: .repository(repository)) }

        /// Everything, everywhere.
        package static let everything = Grant(.admin, to: nil)
    }

    /// A credential, whose value shows in no text but the requests that carry it.
    package struct Token: Sendable, CustomStringConvertible {
        /// What `Authorization` carries after its scheme.
        package let value: String
        /// Who it belongs to.
        package let login: String
        /// What it may do.
        package var grants: [Grant]
        /// Calls an hour, or nil for what the simulator's configuration says.
        package var callsPerHour: Int?
        /// The time zone of its owner, which GitHub shows in workflows, in minutes east of UTC.
        package var minutesEastOfUTC: Int
        /// The scopes of a classic token, which every answer names; nil for a token of another kind.
        package var scopes: [String]?
        /// When it stops working.
        package var expiresAt: Timestamp?
        /// The installation of an App that it was made for; nil for any other token.
        package internal(set) var installation: Int64?

        /// Whose it is, and nothing of its value.
        package var description: String { "token of \(login)" }
    }
}
