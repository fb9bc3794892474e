import Foundation
import SharedData
import Testing

/// The byte vectors that may stand beside the checkout.
struct Vectors: Decodable {
    struct Identity: Decodable {
        let seed: String
        let public_key_protobuf: String
        let private_key_protobuf: String
        let peer_id: String
    }

    struct Noise: Decodable {
        struct Side: Decodable {
            let `static`: String
            let ephemeral: String
        }

        let initiator: Side
        let responder: Side
        let responder_payload: String
        let initiator_payload: String
        let message_1_framed: String
        let message_2_framed: String
        let message_3_framed: String
        let handshake_hash: String
        let first_initiator_transport_framed: String
        let first_initiator_plaintext: String
        let first_responder_transport_framed: String
        let first_responder_plaintext: String
    }

    struct Record: Decodable {
        let envelope: String
    }

    struct PrivateNetwork: Decodable {
        let psk: String
        let nonce: String
        let plaintext: String
        let ciphertext_after_nonce: String
    }

    let identity_A: Identity
    let identity_B: Identity
    let noise_xx: Noise
    let multistream: [String: String]
    let yamux: [String: String]
    let identify_framed: String
    let peer_record_of_A: Record
    let pnet: PrivateNetwork

    static let areThere = SharedData.has("interop/vectors.json")
    static let absence: Comment = "the reference vectors are not beside the checkout"

    static func load() throws -> Vectors {
        try JSONDecoder().decode(Vectors.self, from: Data(SharedData.bytes("interop/vectors.json")))
    }
}
