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
            // A listener on `::` sees IPv4 clients under mapped addresses (RFC 4291, section 2.5.5.2).
            let isMapped = host.hasPrefix("::ffff:") && host.contains(".")
            return LocalAddress(host: isMapped ? String(host.dropFirst("::ffff:".count)) : host, port: port)
        }
    }
}
