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
        /// Where the address book is kept from one run to the next.
        package var addressStorage: AddressStorage
        /// How much is borne of peers.
        package var conduct: Conduct.Limits
        /// How long peers that misbehaved are kept out.
        package var bans: BanList.Limits

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
            redial: Redial.Limits = Redial.Limits(),
            addressStorage: AddressStorage = AddressStorage(),
            conduct: Conduct.Limits = Conduct.Limits(),
            bans: BanList.Limits = BanList.Limits()
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
            self.addressStorage = addressStorage
            self.conduct = conduct
            self.bans = bans
        }
    }

    /// Where the address book is kept from one run to the next; by default nowhere.
    package struct AddressStorage: Sendable {
        /// Gives what an earlier run kept.
        package let load: @Sendable () -> [AddressBook.Page]
        /// Keeps the pages that changed, and drops those that are gone.
        package let save: @Sendable ([PeerID: AddressBook.Page?]) -> Void

        /// Takes both ways.
        package init(
            load: @escaping @Sendable () -> [AddressBook.Page] = { [] },
            save: @escaping @Sendable ([PeerID: AddressBook.Page?]) -> Void = { _ in }
        ) {
            self.load = load
            self.save = save
        }
    }
}
