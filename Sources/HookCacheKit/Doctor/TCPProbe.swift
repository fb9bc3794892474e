import Glibc

/// Looks whether somebody listens at a TCP address, and whether one could.
enum TCPProbe {
    /// How long a look takes at the most.
    enum Limits {
        /// Until a connection stands, in milliseconds.
        static let connect: Int32 = 2_000
    }

    /// Why something did not work.
    struct Refusal {
        /// In words.
        let words: String
        /// Whether somebody has the address.
        let isInUse: Bool
    }

    /// Connects and hangs up; nil where somebody listens, otherwise why not.
    static func connect(_ host: String, port: Int) -> Refusal? {
        attempt(host, port: port, isPassive: false) { file, address, length in
            let flags = fcntl(file, F_GETFL)
            guard flags >= 0, fcntl(file, F_SETFL, flags | O_NONBLOCK) >= 0 else { return errno }
            if Glibc.connect(file, address, length) == 0 { return 0 }
            guard errno == EINPROGRESS else { return errno }
            var waiting = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
            switch poll(&waiting, 1, Limits.connect) {
            case 0: return ETIMEDOUT
            case ..<0: return errno
            default: break
            }
            var outcome: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(file, SOL_SOCKET, SO_ERROR, &outcome, &size) == 0 ? outcome : errno
        }
    }

    /// Takes an address and gives it back at once; nil where it can be had, otherwise why not.
    static func bind(_ host: String, port: Int) -> Refusal? {
        attempt(host, port: port, isPassive: true) { file, address, length in
            var isReused: Int32 = 1
            setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &isReused, socklen_t(MemoryLayout<Int32>.size))
            return Glibc.bind(file, address, length) == 0 ? 0 : errno
        }
    }

    /// Tries the addresses of a host one after the other; gives why the last one failed, or nil once one did not.
    private static func attempt(
        _ host: String,
        port: Int,
        isPassive: Bool,
        _ work: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Refusal? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = isPassive ? AI_PASSIVE : 0
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, "\(port)", &hints, &list)
        guard status == 0 else { return Refusal(words: String(cString: gai_strerror(status)), isInUse: false) }
        defer { freeaddrinfo(list) }
        var failure = Refusal(words: "the name has no address", isInUse: false)
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr else { continue }
            let file = socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), entry.ai_protocol)
            guard file >= 0 else {
                failure = Refusal(words: String(cString: strerror(errno)), isInUse: false)
                continue
            }
            let outcome = work(file, UnsafePointer(address), entry.ai_addrlen)
            close(file)
            if outcome == 0 { return nil }
            failure = Refusal(words: String(cString: strerror(outcome)), isInUse: outcome == EADDRINUSE)
        }
        return failure
    }
}
