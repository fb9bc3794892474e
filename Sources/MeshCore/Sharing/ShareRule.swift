package import CacheCore
package import GitHubCore

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
        guard entry.status == 200, entry.standing != .invalid else { return false }
        return self.admits(entry.key.audience, of: entry.key.endpoint)
    }

    /// Whether a claimed entry may be taken in.
    package func takes(_ claim: EntryClaim) -> Bool {
        claim.status == 200 && self.admits(claim.audience, of: claim.representation.resource.endpoint)
    }

    /// The audiences whose copies may be given to a member, in the order in which they are looked for.
    package func audiences(of endpoint: Endpoint) -> [Audience] {
        [.public, AudienceRule.audience(of: endpoint, isPublic: false, to: .anonymous)].filter {
            self.admits($0, of: endpoint)
        }
    }

    /// Whether answers of an endpoint may travel for an audience: never what is one credential's alone.
    private func admits(_ audience: Audience, of endpoint: Endpoint) -> Bool {
        guard self.takesPart, endpoint.isPublicInPublicRepository else { return false }
        switch audience {
        case .public: return true
        case .proven:
            return self == .all && audience == AudienceRule.audience(of: endpoint, isPublic: false, to: .anonymous)
        case .credential: return false
        }
    }
}
