import AsyncHTTPClient
import CacheCore
import GitHubCore
import NIOCore
import NIOHTTP1

/// HTTP to GitHub: whole answers within their times and bounds, or streams that are handed on.
final class Transport: Sendable {
    private let reading: HTTPClient
    private let forwarding: HTTPClient
    private let timeouts: GitHubOrigin.Timeouts
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Timestamp

    init(timeouts: GitHubOrigin.Timeouts, clock: any Clock<Duration>, now: @escaping @Sendable () -> Timestamp) {
        self.timeouts = timeouts
        self.clock = clock
        self.now = now
        var settings = HTTPClient.Configuration(redirectConfiguration: .disallow)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Limits.connections
        // A reader is better served by what is stored than by a second wait.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.timeout = .init(connect: TimeAmount(timeouts.connect), read: TimeAmount(timeouts.read))
        reading = HTTPClient(configuration: settings)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Limits.forwardingConnections
        settings.timeout.read = TimeAmount(timeouts.forwardIdle)
        settings.timeout.write = TimeAmount(timeouts.forwardIdle)
        forwarding = HTTPClient(configuration: settings)
    }

    /// Closes all connections.
    func shutdown() async {
        try? await reading.shutdown()
        try? await forwarding.shutdown()
    }

    /// Sends a request and takes in the whole answer.
    func exchange(_ request: HTTPClientRequest) async -> Result<ReceivedAnswer, TransportFailure> {
        await withTaskGroup(of: Result<ReceivedAnswer, TransportFailure>.self) { group in
            group.addTask { await self.receive(request) }
            group.addTask {
                do {
                    try await self.clock.sleep(for: self.timeouts.whole)
                } catch {
                    return .failure(TransportFailure(error, status: nil))
                }
                return .failure(TransportFailure(.timedOut, stage: .sent))
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(TransportFailure(.timedOut, stage: .sent))
        }
    }

    /// Sends a request, and returns when the head of the answer is there.
    func begin(_ request: HTTPClientRequest) async -> Result<HTTPClientResponse, TransportFailure> {
        // The clock of the HTTP client runs until the head of the answer, and so through the whole of an upload.
        let patience = request.body == nil ? timeouts.forwardHead : timeouts.forwardUpload
        do {
            return .success(try await forwarding.execute(request, timeout: TimeAmount(patience)))
        } catch {
            return .failure(TransportFailure(error, status: nil))
        }
    }

    private func receive(_ request: HTTPClientRequest) async -> Result<ReceivedAnswer, TransportFailure> {
        let askedAt = now()
        var status: Int?
        do {
            let response = try await reading.execute(request, timeout: TimeAmount(timeouts.head))
            status = Int(response.status.code)
            var body: [UInt8] = []
            for try await chunk in response.body {
                guard body.count + chunk.readableBytes <= Limits.bodyBytes else {
                    return .failure(TransportFailure(.tooLarge, stage: .answered, tellsOfGitHub: false))
                }
                body.append(contentsOf: chunk.readableBytesView)
            }
            if response.headers.first(name: "content-encoding")?.lowercased() == "gzip", !body.isEmpty {
                body = try Gunzip.decompress(body, limit: Limits.bodyBytes)
            }
            return .success(
                ReceivedAnswer(
                    status: Int(response.status.code),
                    headers: response.headers,
                    body: body,
                    askedAt: askedAt
                )
            )
        } catch Gunzip.Failure.tooLarge {
            return .failure(TransportFailure(.tooLarge, stage: .answered, tellsOfGitHub: false))
        } catch {
            return .failure(TransportFailure(error, status: status))
        }
    }
}
