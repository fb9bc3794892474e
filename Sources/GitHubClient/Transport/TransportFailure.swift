import AsyncHTTPClient
import CacheCore
import Glibc
import NIOCore
import NIOPosix

/// Why an exchange over HTTP came to nothing, in words that can hold no header and no body.
struct TransportFailure: Error {
    /// What the asker is told.
    let failure: OriginFailure
    /// How far the exchange came.
    let stage: Stage
    /// Whether the connection broke before an answer, as one does that was idle for too long.
    let isReset: Bool
    /// Whether it shows that GitHub is not to be reached, rather than that nobody waits any more or too much came.
    let tellsOfGitHub: Bool

    /// How far an exchange comes.
    enum Stage {
        /// GitHub never saw it.
        case unsent
        /// GitHub may have seen it.
        case sent
        /// GitHub answered, and the answer came to grief.
        case answered
    }

    /// A failure that is no error of the HTTP client's.
    init(_ failure: OriginFailure, stage: Stage, isReset: Bool = false, tellsOfGitHub: Bool = true) {
        self.failure = failure
        self.stage = stage
        self.isReset = isReset
        self.tellsOfGitHub = tellsOfGitHub
    }

    /// Reads an error of the HTTP client's; the status is given where the answer had begun.
    init(_ error: any Error, status: Int?) {
        if Self.isCancellation(error) {
            self.init(
                .unreachable("cancelled"),
                stage: status == nil ? .sent : .answered,
                tellsOfGitHub: false
            )
            return
        }
        if Self.isConnectTimeout(error) {
            self.init(.timedOut, stage: .unsent)
            return
        }
        if Self.isTimeout(error) {
            self.init(.timedOut, stage: status == nil ? .sent : .answered)
            return
        }
        if let status {
            self.init(.unusable(status: status, "the body is damaged (\(Self.words(error)))"), stage: .answered)
            return
        }
        let isReset = Self.isReset(error)
        self.init(
            .unreachable(Self.words(error)),
            stage: isReset ? .sent : .unsent,
            isReset: isReset,
            // What the HTTP client says otherwise is about the request.
            tellsOfGitHub: isReset || !(error is HTTPClientError)
        )
    }

    private static func isCancellation(_ error: any Error) -> Bool {
        error is CancellationError || error as? HTTPClientError == .cancelled
    }

    private static func isConnectTimeout(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .connectTimeout
        case ChannelError.connectTimeout: true
        case let error as NIOConnectionError: error.connectionErrors.contains { isConnectTimeout($0.error) }
        default: false
        }
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        switch error as? HTTPClientError {
        case .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout, .readTimeout,
            .writeTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout:
            true
        default:
            false
        }
    }

    private static func isReset(_ error: any Error) -> Bool {
        switch error {
        case let error as IOError: error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
        case let error as HTTPClientError: error == .remoteConnectionClosed
        default: error is ChannelError
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError:
            // Its other description quotes header values.
            return error.shortDescription
        case let error as IOError:
            // The system's own words: the library's name what it was doing, twice.
            return String(cString: strerror(error.errnoCode)).lowercased()
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return words(first.error) }
            return error.dnsAError == nil && error.dnsAAAAError == nil ? "no connection" : "the name does not resolve"
        case let error as Gunzip.Failure:
            return "gzip: \(error)"
        default:
            return "\(type(of: error))"
        }
    }
}
