import AsyncHTTPClient
import GitHubCore
import GitHubSimulatorCore
import Logging
import NIOCore
import NIOHTTP1

/// Takes deliveries to their hooks: one hook's in the order they were due, different hooks' at the same time.
struct Courier {
    let server: SimulatedGitHubServer
    let client: HTTPClient
    let logger: Logger

    /// The bounds of what it does.
    enum Limits {
        /// Bytes of a hook's answer that are kept.
        static let answer = 65_536
        /// The longest wait for what is due later, in milliseconds.
        static let wait: Int64 = 3_600_000
    }

    /// Works until there is nothing more to come.
    func run(_ tasks: AsyncStream<CourierTask>) async {
        await withDiscardingTaskGroup { group in
            var lanes: [Int64: AsyncStream<SimulatedGitHub.OutgoingDelivery>.Continuation] = [:]
            for await task in tasks {
                switch task {
                case .deliver(let delivery):
                    if let lane = lanes[delivery.hookID] {
                        lane.yield(delivery)
                        continue
                    }
                    // Never more than the outbox of the rules held.
                    let (stream, lane) = AsyncStream.makeStream(
                        of: SimulatedGitHub.OutgoingDelivery.self,
                        bufferingPolicy: .bufferingOldest(SimulatedGitHub.Limits.outbox)
                    )
                    lanes[delivery.hookID] = lane
                    lane.yield(delivery)
                    group.addTask {
                        for await delivery in stream { await deliver(delivery) }
                    }
                case .wake(let moment):
                    group.addTask { await wake(at: moment) }
                }
            }
            for lane in lanes.values { lane.finish() }
            group.cancelAll()
        }
    }

    private func wake(at moment: Timestamp) async {
        let wait = min(max(0, moment.milliseconds(since: server.clock())), Limits.wait)
        try? await Task.sleep(for: .milliseconds(wait))
        if !Task.isCancelled { await server.alarmRang() }
    }

    private func deliver(_ delivery: SimulatedGitHub.OutgoingDelivery) async {
        let start = server.clock()
        var answer = SimulatedGitHub.DeliveryAnswer(status: nil)
        do {
            answer = try await post(delivery)
        } catch {
            logger.debug("Delivery failed", metadata: ["delivery": "\(delivery.id)", "error": "\(type(of: error))"])
        }
        answer.milliseconds = max(0, server.clock().milliseconds(since: start))
        await server.record(answer, of: delivery)
    }

    private func post(_ delivery: SimulatedGitHub.OutgoingDelivery) async throws -> SimulatedGitHub.DeliveryAnswer {
        guard Self.isLoopback(delivery.url) else { throw NotLoopback() }
        var request = HTTPClientRequest(url: delivery.url)
        request.method = .POST
        request.headers = HTTPHeaders(delivery.headers.map { ($0.name, $0.value) })
        request.body = .bytes(delivery.body)
        let timeout = TimeAmount.milliseconds(server.configuration.deliveryTimeout)
        let response = try await client.execute(request, timeout: timeout)
        let body = try await response.body.collect(upTo: Limits.answer)
        return SimulatedGitHub.DeliveryAnswer(
            status: Int(response.status.code),
            headers: response.headers.map { HeaderField($0.name, $0.value) },
            body: Array(body.readableBytesView)
        )
    }

    /// A simulation calls nobody but this machine.
    private struct NotLoopback: Error {}

    static func isLoopback(_ url: String) -> Bool {
        guard let scheme = url.firstRange(of: "://") else { return false }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { return false }
        if authority.hasPrefix("[::1]") { return true }
        let host = authority.prefix { $0 != ":" }
        let isAddress = host.split(separator: ".").count == 4 && host.allSatisfy { $0 == "." || $0.isNumber }
        return host == "localhost" || (isAddress && host.hasPrefix("127."))
    }
}
