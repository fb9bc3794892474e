import Foundation
import Multiformats
import SharedData
import Testing

@Suite(.enabled(if: SharedData.has("interop/vectors.json"), "the reference vectors are not beside the checkout"))
struct PublishedVectorTests {
    private struct Vectors: Decodable {
        struct Identity: Decodable {
            let public_key_protobuf: String
            let peer_id_bytes: String
            let peer_id: String
            let peer_id_cid: String
        }

        let identity_A: Identity
        let identity_B: Identity
        let multiaddr: [String: String]
    }

    private let vectors: Vectors

    init() throws {
        self.vectors = try JSONDecoder().decode(Vectors.self, from: Data(SharedData.bytes("interop/vectors.json")))
    }

    @Test func peerIDs() throws {
        for identity in [vectors.identity_A, vectors.identity_B] {
            let peer = PeerID(publicKeyMessage: hex(identity.public_key_protobuf))
            #expect(peer.bytes == hex(identity.peer_id_bytes))
            #expect(peer.description == identity.peer_id)
            #expect(try PeerID(identity.peer_id) == peer)
            #expect(try PeerID(identity.peer_id_cid) == peer)
        }
    }

    @Test func multiaddrs() throws {
        for (text, bytes) in vectors.multiaddr {
            #expect(try Multiaddr(text).bytes == hex(bytes))
            #expect(try Multiaddr(bytes: hex(bytes)).description == text)
        }
    }

    private func hex(_ text: String) -> [UInt8] {
        let digits = Array(text)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }
}
