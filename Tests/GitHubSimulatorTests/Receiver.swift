import GitHubCore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A hook's server: it keeps what it is sent and answers as it is told.
final class Receiver: Sendable {
    struct Received: Sendable {
        var headers: HTTPFields
        var body: [UInt8]

        func header(_ name: String) -> String? {
            headers.first { $0.name.canonicalName == name.lowercased() }?.value
        }

        var event: String? { header("x-github-event") }
    }

    private let received = Mutex<[Received]>([])
    private let status = Mutex<Int>(202)

    var all: [Received] { received.withLock { $0 } }

    func answer(_ code: Int) { status.withLock { $0 = code } }

    /// Runs one for as long as something is done with it; passes the URL of its hook.
    static func withReceiver(_ body: (Receiver, String) async throws -> Void) async throws {
        let receiver = Receiver()
        let (ports, opened) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
                let bytes = try await request.body.collect(upTo: 1 << 20)
                receiver.received.withLock {
                    $0.append(Received(headers: request.headers, body: Array(bytes.readableBytesView)))
                }
                return Response(status: .init(code: receiver.status.withLock { $0 }))
            },
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { opened.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                try await body(receiver, "http://127.0.0.1:\(port)/webhook")
                break
            }
            group.cancelAll()
        }
    }
}
