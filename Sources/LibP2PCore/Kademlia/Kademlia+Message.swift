package import Multiformats

extension Kademlia {
    /// A peer and where it may be reached.
    package struct Contact: Hashable, Sendable {
        /// Who.
        package let peer: PeerID
        /// Where, without the peer at the end.
        package var addresses: [Multiaddr]

        /// Names a peer and its addresses.
        package init(peer: PeerID, addresses: [Multiaddr]) {
            self.peer = peer
            self.addresses = addresses
        }
    }

    /// A value with its key.
    package struct Record: Hashable, Sendable {
        /// What it is stored under.
        package let key: [UInt8]
        /// What is stored.
        package let value: [UInt8]

        /// Puts a record together.
        package init(key: [UInt8], value: [UInt8]) {
            self.key = key
            self.value = value
        }
    }

    /// What one peer asks of another.
    package enum Request: Hashable, Sendable {
        /// The peers nearest to a key: a peer's name, or any other.
        case findNode([UInt8])
        /// The value under a key, and who is nearer to it.
        case getValue([UInt8])
        /// To keep a value.
        case putValue(Record)
        /// The providers of a key, and who is nearer to it.
        case getProviders([UInt8])
        /// To remember the asker as a provider; has no answer.
        case addProvider([UInt8], Contact)
        /// An older way of asking whether a peer lives.
        case ping

        /// Whether the asked one says anything.
        package var isAnswered: Bool {
            if case .addProvider = self { false } else { true }
        }
    }

    /// What the asked one says.
    package struct Response: Hashable, Sendable {
        /// The value, where it has one.
        package var record: Record?
        /// Peers that are nearer to the key.
        package var closer: [Contact]
        /// Providers of the key.
        package var providers: [Contact]

        /// Puts an answer together.
        package init(record: Record? = nil, closer: [Contact] = [], providers: [Contact] = []) {
            self.record = record
            self.closer = closer
            self.providers = providers
        }
    }
}
