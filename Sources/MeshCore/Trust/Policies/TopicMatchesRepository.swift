import CacheCore
import GitHubCore

/// News of a repository travels on its own topic, and an entry lies in the repository it is announced for.
package struct TopicMatchesRepository: TrustPolicy {
    private let swarmKey: [UInt8]?

    /// Names topics with this key.
    package init(swarmKey: [UInt8]?) {
        self.swarmKey = swarmKey
    }

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        guard testimony.claim.topic(swarmKey: self.swarmKey) == testimony.topic else {
            return .fails(because: .wrongTopic)
        }
        if case .entry(let repository, let entry) = testimony.claim,
            entry.representation.resource.endpoint.repository != repository
        {
            return .fails(because: .wrongTopic)
        }
        return .meets
    }
}
