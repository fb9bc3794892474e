package import CacheCore
import GitHubCore

/// What leaves this node, and what it takes from others (`CACHE_SHARE`).
package enum ShareRule: String, Hashable, Sendable, CaseIterable {
    /// What is public at GitHub.
    case `public`
    /// Private data too, inside a private network.
    case all
    /// Nothing, and nothing is taken.
    case none

    /// Why a rule cannot be followed.
    package enum Refusal: Error, Equatable, CustomStringConvertible {
        /// Private data needs a network that only members can hear.
        case needsSwarmKey

        /// What to do about it.
        package var description: String { "CACHE_SHARE=all needs a private network: set CACHE_SWARM_KEY_FILE" }
    }

    /// Checks that the rule can be followed.
    package func check(hasSwarmKey: Bool) throws(Refusal) {
        if self == .all, !hasSwarmKey { throw .needsSwarmKey }
    }

    /// Whether this node speaks and listens at all.
    package var takesPart: Bool { self != .none }

    /// Whether a repository's news may leave; what is not known to be public is private.
    package func covers(_ visibility: Visibility?) -> Bool {
        switch self {
        case .public: visibility?.isPrivate == false
        case .all: true
        case .none: false
        }
    }

    /// Whether an entry may leave: its bytes are the same for every reader, and they are what GitHub answered.
    package func gives(_ entry: Entry) -> Bool {
        guard self.takesPart, entry.key.audience == .public, entry.standing != .invalid else { return false }
        return entry.status == 200 && entry.key.endpoint.isPublicInPublicRepository
    }

    /// Whether a claimed entry may be taken in.
    package func takes(_ claim: EntryClaim) -> Bool {
        self.takesPart && claim.status == 200 && claim.representation.resource.endpoint.isPublicInPublicRepository
    }
}
