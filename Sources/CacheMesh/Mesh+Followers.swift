package import GitHubCore
package import LibP2P
import MeshCore
package import Multiformats

extension Mesh {
    /// The connected peers that follow a repository: gossip about it reaches them.
    package func followers(of repository: RepositoryName) -> [PeerID] {
        self.pubSub.followers(of: self.topics.name(of: repository))
    }

    /// What came by gossip so far.
    package var gossipCounts: PubSub.Counts { self.pubSub.counts }

    /// Whether a peer is connected for more than an answer to one question.
    package func keeps(_ peer: PeerID) -> Bool { self.host.isKept(peer) }
}
