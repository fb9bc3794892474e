/// What a listener binds to, and the configuration's key that says so.
enum Binding: Hashable, Sendable {
    case tcp(host: String, port: Int, key: String)
    case unixSocket(path: String, key: String)

    var key: String {
        switch self {
        case .tcp(_, _, let key), .unixSocket(_, let key): key
        }
    }

    var text: String {
        switch self {
        case .tcp(let host, let port, _): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path, _): path
        }
    }
}

/// Where a listener listens.
package enum BoundAddress: Hashable, Sendable, CustomStringConvertible {
    /// On TCP: the IP address and the port.
    case tcp(host: String, port: Int)
    /// On a Unix socket.
    case unixSocket(path: String)

    /// The port of a TCP address.
    package var port: Int? {
        if case .tcp(_, let port) = self { port } else { nil }
    }

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): path
        }
    }
}
