import Foundation
package import LibP2PCore
package import Multiformats
import Synchronization

extension Host {
    /// The moment, for what outlives the process.
    var moment: Duration { .milliseconds(Int64(Date().timeIntervalSince1970 * 1000)) }

    /// Where a peer is, as far as this node knows from the peer itself or from having reached it there.
    package func addresses(of peer: PeerID) -> [Multiaddr] {
        if peer == self.peerID { return self.ownAddresses }
        return self.book.withLock { $0.known(of: peer) }
    }

    /// The number of peers in the address book.
    package var knownPeers: Int { self.book.withLock(\.count) }

    /// Where this node listens now.
    var ownAddresses: [Multiaddr] {
        self.state.withLock { state in
            guard case .running(let addresses) = state.phase else { return [] }
            return addresses
        }
    }

    /// Takes signed records that were verified, as peer exchange brings them: whom they name is worth a connection.
    package func introduce(_ records: [PeerRecord]) {
        let records = records.filter { $0.peer != self.peerID }
        guard !records.isEmpty else { return }
        let now = self.moment
        self.book.withLock { book in
            for record in records {
                book.hear(from: record.peer, record.addresses, sequence: record.sequence, now: now)
            }
        }
        self.state.withLock { $0.publish(.introduced(records.map(\.peer))) }
    }

    /// Takes what a peer says of others.
    ///
    /// - Parameters:
    ///   - contacts: Whom it names.
    ///   - source: Where the peer is seen, which says what it can be believed to know of.
    package func hear(of contacts: [Kademlia.Contact], from source: Multiaddr?) {
        let now = self.moment
        self.book.withLock { book in
            for contact in contacts where contact.peer != self.peerID {
                book.hear(of: contact.peer, contact.addresses.credible(from: source), now: now)
            }
        }
    }

    /// Peers to dial now, the most promising first; one connected for an errand only may be among them.
    ///
    /// - Parameters:
    ///   - count: The most.
    ///   - isWelcome: Whom it may be.
    /// - Returns: Whom to dial.
    package func peersToDial(_ count: Int, where isWelcome: (PeerID) -> Bool) -> [PeerID] {
        let kept = self.keptPeers
        var random = SystemRandomNumberGenerator()
        let now = self.moment
        return self.book.withLock { book in
            book.due(
                count,
                now: now,
                except: { kept[$0] != nil || $0 == self.peerID || !isWelcome($0) },
                using: &random
            )
        }
    }

    /// Takes a peer's own word on where it is.
    func hear(_ info: Identify.Info, from stream: LibP2PStream) {
        let record = info.signedPeerRecord.flatMap { try? PeerRecord(opening: $0) }
        let signed = record.flatMap { $0.peer == stream.peer ? $0 : nil }
        let addresses = (signed?.addresses ?? info.listenAddresses).credible(from: stream.remoteAddress)
        let now = self.moment
        self.book.withLock { $0.hear(from: stream.peer, addresses, sequence: signed?.sequence ?? 0, now: now) }
    }

    func reached(_ peer: PeerID, at address: Multiaddr) {
        let now = self.moment
        self.book.withLock { $0.reached(peer, at: address, now: now) }
    }

    /// Notes a failure that is the address's or the peer's, not this node's own.
    func note(_ failure: HostError, of peer: PeerID, at address: Multiaddr) {
        guard failure.tellsOfPeer else { return }
        self.book.withLock { $0.failed(peer, at: address) }
    }

    func missed(_ peer: PeerID, because failure: HostError) {
        guard failure.tellsOfPeer else { return }
        let now = self.moment
        self.book.withLock { $0.missed(peer, now: now, chance: .random(in: 0..<1)) }
    }

    func saveAddresses() {
        let changes = self.book.withLock { $0.takeChanges() }
        if !changes.isEmpty { self.configuration.addressStorage.save(changes) }
    }
}

extension HostError {
    /// Whether it says something of the peer that was sought, and not of this node alone.
    var tellsOfPeer: Bool {
        switch self.code {
        case .cancelled, .notRunning, .tooMany, .ownAddress, .unknownAddress, .banned: false
        default: true
        }
    }
}
