package import Multiformats

extension AddressBook {
    /// Whose word an address is, the least first.
    package enum Source: Int, Comparable, Sendable, CaseIterable {
        /// Another peer said so.
        case hearsay = 0
        /// The peer itself said so, over a connection that proves who it is or in a record that it signed.
        case peer = 1
        /// This node reached the peer there.
        case reached = 2

        /// Orders by worth.
        package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// One address of a peer.
    ///
    /// Moments are durations since 1970: they outlive the process.
    package struct Place: Hashable, Sendable {
        /// Where, without the peer at the end.
        package let address: Multiaddr
        /// Whose word it is.
        package var source: Source
        /// When it was last heard of, or reached.
        package var moment: Duration
        /// Failures since it was last reached or heard of from the peer itself.
        package var failures = 0

        /// Describes an address.
        package init(address: Multiaddr, source: Source, moment: Duration) {
            self.address = address
            self.source = source
            self.moment = moment
        }
    }

    /// What is known of where one peer is.
    package struct Page: Hashable, Sendable {
        /// Whose page it is.
        package let peer: PeerID
        /// The number of the newest signed record that was read; 0 where there was none.
        package var sequence: UInt64 = 0
        /// The addresses.
        package var places: [Place] = []
        /// Dials in a row that found nobody at any address.
        package var failures = 0
        /// Not to be dialled before then.
        package var retry: Duration = .zero

        /// Opens an empty page.
        package init(of peer: PeerID) {
            self.peer = peer
        }

        /// The best word on it.
        package var source: Source { self.places.map(\.source).max() ?? .hearsay }

        /// When it was last heard of or reached.
        package var moment: Duration { self.places.map(\.moment).max() ?? .zero }

        /// The places, in the order in which to try them.
        var ranked: [Place] {
            self.places.sorted {
                ($0.failures > 0 ? 1 : 0, $1.source, $1.moment, $0.address.description)
                    < ($1.failures > 0 ? 1 : 0, $0.source, $0.moment, $1.address.description)
            }
        }
    }
}
