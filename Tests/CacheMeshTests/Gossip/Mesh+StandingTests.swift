import CacheCore
@testable import CacheMesh
import CacheStore
import GitHubCore
import LibP2P
import LibP2PCore
import MeshCore
import Multiformats
import NIOCore
import Testing

/// What a peer's answers are worth to it in gossip.
@Suite(.timeLimit(.minutes(1))) struct MeshStandingTests {
    @Test func aWrongAnswerLowersAScoreAndAGoodOneRaisesIt() async throws {
        let follower = try MeshNode(2, members: [1, 3])
        let honest = try MeshNode(3, members: [2])
        let liar = try HostileMember(1)
        let object = try Sample.object(padding: 100_000)
        liar.host.handle(Fetch.protocolID) { stream in
            _ = try? await stream.readMessage(maximumLength: 1000)
            try? await stream.writeMessage(ByteBuffer(bytes: Fetch.Response.body([1, 2, 3]).encoded))
        }
        try await running(follower, honest) {
            let entry = try Sample.entry("/repos/octo/hello/actions/runs/7", body: object.body)
            honest.store.apply([.put(entry, object.body)])
            try await follower.follow("octo/hello")
            try await follower.connect(to: honest)
            try await liar.running(connectedTo: follower) {
                try liar.publish(object)
                _ = try #require(await follower.first())
                let pubSub = follower.mesh.pubSub
                while pubSub.score(of: liar.host.peerID) > -5 || pubSub.score(of: honest.peer) <= 0 {
                    try await Task.sleep(for: .milliseconds(2))
                }
            }
        }
    }
}
