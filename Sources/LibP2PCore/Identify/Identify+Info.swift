package import Multiformats
import SwiftProtobuf

extension Identify {
    /// What a peer says of itself; what it leaves out is nil or empty.
    package struct Info: Equatable, Sendable {
        /// Its identity key.
        package var publicKey: PublicKey?
        /// Where it listens, as far as the addresses are of a kind that is known here.
        package var listenAddresses: [Multiaddr]
        /// The ids of the protocols that it serves.
        package var protocols: [String]
        /// Where it sees us.
        package var observedAddress: Multiaddr?
        /// The family of its protocols.
        package var protocolVersion: String?
        /// The name and version of its program.
        package var agentVersion: String?
        /// Its signed peer record, as an envelope.
        package var signedPeerRecord: [UInt8]?

        /// Puts a description together.
        package init(
            publicKey: PublicKey? = nil,
            listenAddresses: [Multiaddr] = [],
            protocols: [String] = [],
            observedAddress: Multiaddr? = nil,
            protocolVersion: String? = nil,
            agentVersion: String? = nil,
            signedPeerRecord: [UInt8]? = nil
        ) {
            self.publicKey = publicKey
            self.listenAddresses = listenAddresses
            self.protocols = protocols
            self.observedAddress = observedAddress
            self.protocolVersion = protocolVersion
            self.agentVersion = agentVersion
            self.signedPeerRecord = signedPeerRecord
        }

        /// Reads a message, or several one after the other, of the peer that is connected.
        ///
        /// - Parameters:
        ///   - bytes: The messages without their lengths.
        ///   - peer: Whose messages they are.
        /// - Throws: `Failure.wrongPeer` where the key is another's.
        package init(bytes: [UInt8], from peer: PeerID) throws(Failure) {
            guard bytes.count <= Limits.messageLength,
                let wire = try? IdentifyWireIdentify(serializedBytes: bytes)
            else { throw .malformed }
            if wire.hasPublicKey {
                guard let key = try? PublicKey(message: Array(wire.publicKey)) else { throw .malformed }
                guard key.peerID == peer else { throw .wrongPeer }
                self.publicKey = key
            }
            // Addresses of transports that are unknown here are nothing to dial.
            self.listenAddresses = wire.listenAddrs.prefix(Limits.addresses)
                .compactMap { try? Multiaddr(bytes: Array($0)) }
            self.protocols = wire.protocols.prefix(Limits.protocols).filter { $0.utf8.count <= Limits.textLength }
            self.observedAddress = wire.hasObservedAddr ? try? Multiaddr(bytes: Array(wire.observedAddr)) : nil
            self.protocolVersion = wire.hasProtocolVersion ? Self.printable(wire.protocolVersion) : nil
            self.agentVersion = wire.hasAgentVersion ? Self.printable(wire.agentVersion) : nil
            self.signedPeerRecord = wire.hasSignedPeerRecord ? Array(wire.signedPeerRecord) : nil
        }

        /// The message, without its length.
        package var bytes: [UInt8] {
            let wire = IdentifyWireIdentify.with { wire in
                if let publicKey { wire.publicKey = field(publicKey.message) }
                wire.listenAddrs = self.listenAddresses.map { field($0.bytes) }
                wire.protocols = self.protocols
                if let observedAddress { wire.observedAddr = field(observedAddress.bytes) }
                if let protocolVersion { wire.protocolVersion = protocolVersion }
                if let agentVersion { wire.agentVersion = agentVersion }
                if let signedPeerRecord { wire.signedPeerRecord = field(signedPeerRecord) }
            }
            return wire.wireBytes
        }

        /// This description with what a push changes; what the push leaves out stays.
        package func updated(by push: Info) -> Info {
            Info(
                publicKey: push.publicKey ?? self.publicKey,
                listenAddresses: push.listenAddresses.isEmpty ? self.listenAddresses : push.listenAddresses,
                protocols: push.protocols.isEmpty ? self.protocols : push.protocols,
                observedAddress: push.observedAddress ?? self.observedAddress,
                protocolVersion: push.protocolVersion ?? self.protocolVersion,
                agentVersion: push.agentVersion ?? self.agentVersion,
                signedPeerRecord: push.signedPeerRecord ?? self.signedPeerRecord
            )
        }

        /// A peer's text ends in logs and on terminals, so nothing but printable characters of it is kept.
        private static func printable(_ text: String) -> String {
            let scalars = text.unicodeScalars.prefix(Limits.textLength).filter { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
            return String(String.UnicodeScalarView(scalars))
        }
    }
}
