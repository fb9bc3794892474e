/// Kademlia as libp2p has it (specs, `kad-dht`): who is near a key, who provides it, what is stored under it.
///
/// Everything here is a value; times are durations since an origin of the caller's.
///
/// Deviations: ADD_PROVIDER is never answered (go takes an answer for that to its next request); lookups follow several
/// disjoint paths; peers of one public subnet fill neither a bucket nor a list of providers.
package enum Kademlia {
    /// The protocol of this program's own network, apart from that of IPFS.
    package static let protocolID = "/hookcache/kad/1.0.0"

    /// The bounds and the pace.
    package struct Limits: Sendable {
        /// Peers in a bucket, in an answer, and around a key (the specification's k).
        package var replication = 20
        /// Requests under way in one lookup (the specification's α).
        package var concurrency = 10
        /// Paths of a lookup that share no peer, so that one liar misleads one of them only.
        package var paths = 2
        /// Requests that one lookup may make.
        package var queries = 120
        /// Peers that one lookup keeps in mind.
        package var candidates = 512
        /// Peers of one public subnet in a bucket, and in a lookup's answer from one peer.
        package var perSubnet = 2
        /// Peers that wait for a place in a full bucket.
        package var spares = 4
        /// Failures in a row after which a peer loses its place.
        package var failures = 2
        /// The longest request or answer.
        package var messageBytes = 64 * 1024
        /// The longest key.
        package var keyBytes = 256
        /// The most addresses of a peer that are told or taken.
        package var addresses = 8
        /// Keys with providers.
        package var providedKeys = 4096
        /// Providers of one key.
        package var providers = 256
        /// Providers of one public subnet for one key.
        package var providersPerSubnet = 16
        /// Keys that one peer provides.
        package var keysPerProvider = 512
        /// Providers in one answer.
        package var providersPerAnswer = 40
        /// How long a provider counts without saying so again.
        package var providerLifetime: Duration = .seconds(48 * 3600)
        /// Values stored for others.
        package var records = 1024
        /// The longest value.
        package var valueBytes = 16 * 1024
        /// How long a value is kept.
        package var recordLifetime: Duration = .seconds(48 * 3600)

        /// The specification's.
        package init() {}
    }

    /// What can be wrong with a message.
    package enum Failure: Error, Equatable {
        /// It is not well formed or too long.
        case malformed
        /// It is a question that this node does not answer, so its stream is reset.
        case refused
    }
}
