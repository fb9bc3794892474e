import Glibc
import NIOCore

/// Why a listener cannot listen, in words for who set its address.
package struct ListenError: Error, Hashable, CustomStringConvertible {
    /// The configuration's key.
    package let key: String
    /// The address as configured.
    package let address: String
    /// What the system said.
    package let reason: String

    /// An error about a key's value.
    package init(key: String, address: String, reason: String) {
        self.key = key
        self.address = address
        self.reason = reason
    }

    /// Puts the system's error into words.
    init(_ binding: Binding, cause: any Error) {
        let reason =
            switch cause {
            case let error as IOError: Self.words(for: error.errnoCode)
            case let error as SocketAddressError: Self.words(for: error)
            default: String(describing: cause)
            }
        self.init(key: binding.key, address: binding.text, reason: reason)
    }

    package var description: String { "\(key): cannot listen on \(address): \(reason)" }

    private static func words(for code: CInt) -> String {
        switch code {
        case EADDRINUSE: "the address is in use, perhaps by another node"
        case EACCES, EPERM: "no permission"
        case EADDRNOTAVAIL: "this machine has no such address"
        case ENOENT: "the folder does not exist"
        default: String(cString: strerror(code))
        }
    }

    private static func words(for error: SocketAddressError) -> String {
        switch error {
        case .unknown(let host, _): "the name \(host) does not resolve"
        case .unixDomainSocketPathTooLong: "the path is too long for a Unix socket"
        default: String(describing: error)
        }
    }
}
