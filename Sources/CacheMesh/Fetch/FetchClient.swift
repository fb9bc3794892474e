import LibP2P
import LibP2PCore
import MeshCore
import Multiformats
import NIOCore

/// Asks one peer one thing over `/hookcache/fetch/1.0.0`.
struct FetchClient: Sendable {
    let host: Host

    /// Asks, and reads the answer; the caller sets the time limit by cancelling.
    func ask(_ peer: PeerID, _ request: Fetch.Request) async throws -> Fetch.Response {
        let stream = try await self.host.openStream(
            to: peer,
            protocolID: Fetch.protocolID,
            saying: ByteBuffer(bytes: request.encoded)
        )
        do {
            stream.closeWrite()
            guard let answer = try await stream.readMessage(maximumLength: MeshCore.Limits.responseBytes) else {
                throw StreamError.unexpectedEnd
            }
            return try Fetch.Response(decoding: Array(answer.readableBytesView))
        } catch {
            stream.reset()
            switch error {
            case MeshError.malformed, MeshError.tooLarge, StreamError.messageTooLong, StreamError.malformed:
                self.host.fault(.wrong, of: peer, because: "its answer makes no sense")
            default: break
            }
            throw error
        }
    }
}
