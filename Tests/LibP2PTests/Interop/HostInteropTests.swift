import Foundation
import LibP2P
import LibP2PCore
import Multiformats
import NIOCore
import Testing

@Suite(.enabled(if: ForeignPeer.areInstalled, ForeignPeer.absence), .timeLimit(.minutes(2)), .serialized)
struct HostInteropTests {
    /// Both dial, both ping, both identify, both move more bytes than a window holds.
    @Test(arguments: ForeignPeer.Kind.allCases, [Direction.inbound, .outbound])
    func connections(kind: ForeignPeer.Kind, direction: Direction) async throws {
        try await ForeignPeer.run(kind) { peer in
            let prepare: (LibP2P.Host) -> Void = { host in
                host.handle("/echo/1.0.0") { stream in
                    guard let message = try? await stream.readMessage(maximumLength: 4 << 20) else { return }
                    try? await stream.writeMessage(message)
                }
            }
            try await withHosts([configuration(9)], prepare: prepare) { hosts in
                let host = hosts[0]
                let events = host.events()
                let id = try await peer.peerID
                switch direction {
                case .outbound: #expect(try await host.connect(peer.address) == id)
                case .inbound: try await peer.perform("connect", ["address": try await host.address.description])
                }
                let event = try await events.first { if case .identified(id, _) = $0 { true } else { false } }
                guard case .identified(_, let info) = event else { return }
                #expect(info.protocols.contains("/meshsub/1.1.0"))
                #expect(info.publicKey?.peerID == id)

                let mine = ["peer": host.peerID.description]
                #expect(try await host.ping(id) > .zero)
                try await peer.perform("ping", mine)
                let seen = try await peer.perform("identify", mine)
                #expect(seen.agent == "test/9")
                #expect(seen.protocols?.contains("/echo/1.0.0") == true)

                let large = Data(repeating: 31, count: 600_000)
                let stream = try await host.openStream(to: id, protocols: ["/echo/1.0.0"])
                try await stream.writeMessage(ByteBuffer(bytes: large))
                let answer = try await stream.readMessage(maximumLength: large.count)
                #expect(answer == ByteBuffer(bytes: large))
                stream.closeWrite()
                let body = large.base64EncodedString()
                let reply = try await peer.perform("echo", mine.merging(["data": body]) { $1 })
                #expect(reply.data == body)
            }
        }
    }
}
