import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

@testable import NodeServer

/// An answer with its body read.
struct Answer {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    init(_ response: Response) async throws {
        let collector = Collector()
        try await response.body.write(collector)
        status = response.status.code
        headers = response.headers
        bytes = collector.bytes.withLock { $0 }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// A header by name.
    func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { headers[$0] }
    }
}

private final class Collector: ResponseBodyWriter {
    let bytes = Mutex<[UInt8]>([])

    func write(_ buffer: ByteBuffer) async throws {
        bytes.withLock { $0 += buffer.readableBytesView }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// A request as the HTTP decoder would give it.
func request(
    _ method: HTTPRequest.Method = .get,
    _ path: String,
    host: String? = "127.0.0.1:8788",
    _ headers: [(String, String)] = [],
    body: [UInt8] = []
) -> Request {
    var fields = HTTPFields()
    for (name, value) in headers {
        if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    if !body.isEmpty { fields[.contentLength] = "\(body.count)" }
    let head = HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: fields)
    return Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body)))
}

/// A node, a GitHub and the API listener's routes before them.
struct API {
    let node = FakeNode()
    let gitHub = FakeGitHub()
    let counters = ServerCounters()
    let address: APIListener.Address
    private let responder: APIResponder

    init(
        _ address: APIListener.Address = .tcp,
        logger: Logger = quiet,
        _ change: (inout ListenerConfiguration) -> Void = { _ in }
    ) {
        self.address = address
        var configuration = ListenerConfiguration()
        configuration.controlToken = "control-secret"
        change(&configuration)
        responder = APIResponder(
            address,
            configuration,
            node: node,
            passThrough: gitHub,
            counters: counters,
            logger: logger
        )
    }

    func ask(_ request: Request) async throws -> Answer {
        let local = ConnectionContext.LocalAddress(host: "127.0.0.1", port: 8788)
        return try await Answer(responder.respond(to: request, local: address == .tcp ? local : nil))
    }

    func get(_ path: String, host: String? = nil, _ headers: [(String, String)] = []) async throws -> Answer {
        let standard = address == .tcp ? "127.0.0.1:8788" : "localhost"
        return try await ask(request(.get, path, host: host ?? standard, headers))
    }
}
