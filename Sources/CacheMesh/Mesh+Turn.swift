package import GitHubCore
import LibP2P
import MeshCore
package import Multiformats

extension Mesh {
    /// How long this node waits after a peer's event before it asks GitHub itself (invariant 7).
    package func turn(after delivery: DeliveryID, of author: PeerID, in repository: RepositoryName) async -> Duration {
        FetchTurn(subject: Array(delivery.text.utf8), authors: [author])
            .delay(of: self.host.peerID, among: Set(self.followers(of: repository)))
    }
}
