import CacheNode
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// What happens at the node, as server-sent events, with a comment now and then to show that the stream is alive.
struct EventStream: Sendable {
    let node: any NodeInterface
    let limits: Limits
    private let readers = Readers()

    init(node: any NodeInterface, limits: Limits) {
        self.node = node
        self.limits = limits
    }

    /// A stream that ends with the connection or the node; who is not trusted sees public entries only.
    func response(isTrusted: Bool) throws(ControlRefusal) -> Response {
        guard readers.enter(limits.eventReaders) else {
            throw ControlRefusal(status: 503, "too many readers of the events")
        }
        let lease = Lease(readers)
        let (node, limits) = (node, limits)
        let body = ResponseBody { writer in
            defer { withExtendedLifetime(lease) {} }
            try await Self.write(node.events(), to: &writer, limits: limits, isTrusted: isTrusted)
            try await writer.finish(nil)
        }
        let headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        return Response(status: .ok, headers: headers, body: body)
    }

    @concurrent
    private static func write(
        _ events: AsyncStream<NodeEvent>,
        to writer: inout any ResponseBodyWriter,
        limits: Limits,
        isTrusted: Bool
    ) async throws {
        let (lines, line) = AsyncStream.makeStream(
            of: String.self,
            bufferingPolicy: .bufferingNewest(limits.waitingEvents)
        )
        try await writer.write(ByteBuffer(string: ": hello\n\n"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await event in events where isTrusted || event.isPublic { line.yield(text(of: event)) }
                line.finish()
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: limits.heartbeat)
                    line.yield(": alive\n\n")
                }
            }
            defer { group.cancelAll() }
            for await line in lines.cancelOnGracefulShutdown() {
                try await writer.write(ByteBuffer(string: line))
            }
        }
    }

    private static func text(of event: NodeEvent) -> String {
        let (name, data) = ControlJSON.event(event)
        return "event: \(name)\ndata: \(String(decoding: data.bytes, as: UTF8.self))\n\n"
    }

    /// How many read.
    private final class Readers: Sendable {
        private let count = Mutex(0)

        func enter(_ limit: Int) -> Bool {
            count.withLock { count in
                guard count < limit else { return false }
                count += 1
                return true
            }
        }

        func leave() {
            count.withLock { $0 -= 1 }
        }
    }

    /// One reader's place, given back when nobody holds it: also where the answer is never written.
    private final class Lease: Sendable {
        private let readers: Readers

        init(_ readers: Readers) {
            self.readers = readers
        }

        deinit {
            readers.leave()
        }
    }
}

extension NodeEvent {
    /// Whether everybody may hear of it.
    fileprivate var isPublic: Bool {
        switch self {
        case .stored(_, _, let isPublic), .invalidated(_, let isPublic): isPublic
        case .delivery, .prewarm, .peer: false
        }
    }
}
