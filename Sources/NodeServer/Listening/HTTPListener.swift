import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// One bound address with whatever answers there.
struct HTTPListener: Service {
    let binding: Binding
    let limits: Limits
    let logger: Logger
    let respond: @Sendable (Request, ConnectionContext) async -> Response
    let started = Started()

    func run() async throws {
        defer { started.end() }
        switch binding {
        case .tcp(let host, let port, _):
            try await serve(.hostname(host, port: port)) { channel in
                let address = channel.localAddress
                begin(.tcp(host: address?.ipAddress ?? host, port: address?.port ?? port))
            }
        case .unixSocket(let path, _):
            try await serveSocket(at: path)
        }
    }

    private func serveSocket(at path: String) async throws {
        let file = try await UnixSocketFile.prepare(
            path,
            binding: binding,
            group: MultiThreadedEventLoopGroup.singleton
        )
        defer { file.remove() }
        let failure = Failure()
        try await serve(.unixDomainSocket(path: file.temporaryPath)) { channel in
            do throws(ListenError) {
                try file.install()
                begin(.unixSocket(path: path))
            } catch {
                failure.error.withLock { $0 = error }
                channel.close(promise: nil)
            }
        }
        if let error = failure.error.withLock({ $0 }) { throw error }
    }

    private func begin(_ address: BoundAddress) {
        logger.info("listening", metadata: ["key": "\(binding.key)", "address": "\(address)"])
        started.begin(address)
    }

    private func serve(_ address: BindAddress, onRunning: @escaping @Sendable (any Channel) async -> Void) async throws
    {
        let respond = respond
        // What the framework says at info names the socket's temporary place.
        var quieter = logger
        quieter.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            responder: CallbackResponder { await respond($0, $1) },
            server: GuardedChannel.builder(limits),
            configuration: ApplicationConfiguration(
                address: address,
                backlog: limits.waitingConnections,
                availableConnectionsDelegate: .maximum(limits.connections, logger: logger)
            ),
            onServerRunning: onRunning,
            logger: quieter
        )
        do {
            try await application.run()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw started.hasBegun ? error : ListenError(binding, cause: error)
        }
    }

    /// What went wrong while a listener was being set up.
    private final class Failure: Sendable {
        let error = Mutex<ListenError?>(nil)
    }
}
