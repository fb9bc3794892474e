package import LibP2PCore
package import Multiformats

extension Host {
    /// What a host is started with.
    package struct Configuration: Sendable {
        /// Who this node is.
        package var identity: KeyPair
        /// The IP address to listen on.
        package var listenHost: String
        /// The port to listen on; 0 picks one.
        package var listenPort: Int
        /// The key of the private network that it belongs to; nil for a network that everybody may enter.
        package var swarmKey: SwarmKey?
        /// The addresses to stay connected to.
        package var bootstrap: [Multiaddr]
        /// What identify says of the program.
        package var agentVersion: String
        /// What identify says of the family of protocols.
        package var protocolVersion: String
        /// The bounds.
        package var limits: Limits
        /// The pace of dialling the bootstrap addresses.
        package var redial: Redial.Limits

        /// Fills in the defaults.
        package init(
            identity: KeyPair,
            listenHost: String = "127.0.0.1",
            listenPort: Int = 0,
            swarmKey: SwarmKey? = nil,
            bootstrap: [Multiaddr] = [],
            agentVersion: String = "hookcache",
            protocolVersion: String = "ipfs/0.1.0",
            limits: Limits = Limits(),
            redial: Redial.Limits = Redial.Limits()
        ) {
            self.identity = identity
            self.listenHost = listenHost
            self.listenPort = listenPort
            self.swarmKey = swarmKey
            self.bootstrap = bootstrap
            self.agentVersion = agentVersion
            self.protocolVersion = protocolVersion
            self.limits = limits
            self.redial = redial
        }
    }
}
