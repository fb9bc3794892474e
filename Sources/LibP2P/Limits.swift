package import LibP2PCore

/// The bounds of one host.
package struct Limits: Sendable {
    /// The most connections, in and out together.
    package var connections = 256
    /// The most connections with one peer; both ends dialling at once makes two.
    package var connectionsPerPeer = 4
    /// The most inbound connections that have not shown who they are.
    package var inboundHandshakes = 64
    /// The most dials that wait to be started.
    package var waitingDials = 128
    /// The most dials under way.
    package var activeDials = 32
    /// The sockets of one address that turn out to be no peers.
    package var arrivals = ArrivalGate.Limits()
    /// The time in which who dials this node must say the first words of libp2p, which takes the network's key.
    package var greetingTimeout = Duration.seconds(5)
    /// The time from connecting to a secure, multiplexed connection.
    package var handshakeTimeout = Duration.seconds(10)
    /// The time for connecting a socket.
    package var dialTimeout = Duration.seconds(10)
    /// The time for agreeing on a stream's protocol, and for identify.
    package var negotiationTimeout = Duration.seconds(10)
    /// How often a connection is asked whether it lives.
    package var pingInterval = Duration.seconds(15)
    /// The time for the answer.
    package var pingTimeout = Duration.seconds(10)
    /// How long a served stream may stay half open after its handler has returned.
    package var lingerTimeout = Duration.seconds(10)
    /// The time for saying goodbye at shutdown.
    package var farewellTimeout = Duration.seconds(2)
    /// The events that wait for one listener; the oldest are dropped beyond.
    package var events = 1024
    /// How often the address book, the connections and the own addresses are looked after.
    package var upkeepInterval = Duration.seconds(5)
    /// The peers that are told of a change at a time.
    package var pushes = 16
    /// When connections are let go.
    package var trimming = Trimmer.Limits()
    /// The address book.
    package var addressBook = AddressBook.Limits()
    /// The streams and buffers of each connection.
    package var streams = Yamux.Limits()

    /// The defaults.
    package init() {}
}
