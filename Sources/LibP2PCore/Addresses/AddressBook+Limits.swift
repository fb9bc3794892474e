extension AddressBook {
    /// The bounds, and how long words are kept.
    package struct Limits: Sendable {
        /// The most peers.
        package var peers = 1024
        /// The most peers that are known from others alone.
        package var hearsayPeers = 512
        /// The most addresses of one peer.
        package var addresses = 8
        /// How long an address counts where a peer was reached.
        package var reachedLifetime: Duration = .seconds(14 * 86_400)
        /// How long a peer's own word on its address counts.
        package var wordLifetime: Duration = .seconds(2 * 86_400)
        /// How long the word of others counts.
        package var hearsayLifetime: Duration = .seconds(3600)
        /// Dials that may fail before a peer is forgotten that only others spoke of.
        package var hearsayFailures = 2
        /// Dials that may fail before any peer is forgotten.
        package var failures = 12
        /// The wait after a first failure; it doubles with each further one.
        package var initialBackoff: Duration = .seconds(2)
        /// The longest wait.
        package var maximumBackoff: Duration = .seconds(1800)
        /// The share of a wait that chance adds, so that nodes do not dial in step.
        package var jitter = 0.5

        /// The defaults.
        package init() {}
    }
}
