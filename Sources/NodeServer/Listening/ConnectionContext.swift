import Hummingbird
import NIOCore

/// What a request's connection tells: the address the client reached, or nil over a Unix socket.
struct ConnectionContext: InitializableFromSource {
    /// An IP address and a port of this machine.
    struct LocalAddress: Hashable, Sendable {
        let host: String
        let port: Int
    }

    let localAddress: LocalAddress?

    init(source: ApplicationRequestContextSource) {
        let address = source.channel.localAddress
        localAddress = address.flatMap { address in
            guard let host = address.ipAddress, let port = address.port else { return nil }
            return LocalAddress(host: host, port: port)
        }
    }
}
