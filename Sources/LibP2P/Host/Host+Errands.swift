import LibP2PCore
package import Multiformats
import Synchronization

/// Connections for one question only: both sides know that they are, so that nothing else begins on them.
///
/// Who dials for an errand tells the peer of the errand's protocols alone and of the errand, and takes the peer for
/// somebody who speaks no others. Either side may want more: whoever dialled then tells all that it speaks, and the other
/// one says that it wants more by telling all that itself speaks, once more. Stock nodes see a peer with few protocols
/// that gains some.
extension Host {
    /// Whether a peer is connected for more than an errand, of either side.
    package func isKept(_ peer: PeerID) -> Bool {
        self.state.withLock { $0.entries[peer]?.isKept ?? false }
    }

    /// The peers that are connected for more than an errand, and who dialled.
    var keptPeers: [PeerID: Direction] {
        self.state.withLock { $0.entries.filter(\.value.isKept).mapValues(\.direction) }
    }

    /// The ids of the protocols that a peer is told of.
    func protocols(for peer: PeerID) -> [String] {
        let errand = self.state.withLock { state in
            if state.entries[peer]?.errand != nil { state.entries[peer]?.isToldOfErrand = true }
            return state.entries[peer]?.errand
        }
        guard let errand else { return self.protocols }
        return [Identify.protocolID, Identify.pushProtocolID, Ping.protocolID, Identify.errandProtocolID]
            + self.protocols.filter(errand.contains)
    }

    /// Whether a peer that this node dialled for an errand wants more of it.
    func isWanted(by peer: PeerID) -> Bool {
        self.state.withLock { state in
            guard let entry = state.entries[peer] else { return false }
            return entry.errand != nil && entry.info != nil && !entry.isVisitor
        }
    }

    /// Wants more of a connected peer than what it was dialled for, or dialled this node for.
    func keep(_ peer: PeerID) async {
        let isToTell = self.state.withLock { state in
            guard let entry = state.entries[peer] else { return false }
            if entry.errand != nil {
                state.entries[peer]?.errand = nil
                state.entries[peer]?.isToldOfErrand = false
                if let address = entry.connections.first?.remoteAddress {
                    state.publish(.connected(peer, address, entry.direction))
                }
                if let info = entry.info { state.publish(.identified(peer, info)) }
            }
            return entry.isToldOfErrand || entry.isVisitor
        }
        if isToTell { await self.push(to: peer) }
    }
}

extension Host.Entry {
    /// Whether the peer says that it is here for an errand of its own.
    var isVisitor: Bool { self.info?.protocols.contains(Identify.errandProtocolID) ?? false }

    /// Whether it is connected for more than an errand.
    var isKept: Bool { self.errand == nil && !self.isVisitor }

    /// What the peer says of itself, as far as this node wants to make use of it.
    var usedInfo: Identify.Info? {
        guard let errand = self.errand, var info = self.info else { return self.info }
        info.protocols = info.protocols.filter(errand.contains)
        return info
    }

    /// Notes another question.
    mutating func note(_ errand: Set<String>) {
        self.errand?.formUnion(errand)
        self.askedAt = .now
    }
}
