import CacheCore
import GitHubClient
import GitHubCore
import Logging
import Synchronization

/// A wall clock that stands still until it is moved.
final class ManualNow: Sendable {
    private let moment: Mutex<Timestamp>

    init(_ moment: Timestamp = Timestamp(seconds: 1_800_000_000)) {
        self.moment = Mutex(moment)
    }

    var value: Timestamp { moment.withLock { $0 } }

    func advance(bySeconds seconds: Int) {
        moment.withLock { $0 = $0.advanced(bySeconds: seconds) }
    }
}

/// A clock on which every wait is over at once.
struct ImpatientClock: Clock {
    let minimumResolution = Duration.zero
    var now: ContinuousClock.Instant { ContinuousClock.now }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {}
}

/// Keeps all that is logged, as text.
final class LogRecord: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(record: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let record: LogRecord
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            record.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }
}

/// Runs with an origin before a server, and shuts it down.
@discardableResult
func withOrigin<Result: Sendable>(
    at url: String,
    fileHosts: [String: Upstream] = [:],
    token: String? = "node-token",
    timeouts: GitHubOrigin.Timeouts = .init(),
    budget: Budget.Configuration = .init(),
    computedETags: ComputedETags.Configuration = .init(),
    logger: Logger = LogRecord().logger,
    clock: any Clock<Duration> = ContinuousClock(),
    now: ManualNow = ManualNow(),
    _ body: @Sendable (GitHubOrigin) async throws -> Result
) async throws -> Result {
    let configuration = GitHubOrigin.Configuration(
        upstream: try Upstream(url),
        fileHosts: fileHosts,
        token: token.map { AccessToken($0) },
        version: "0.0.0-test",
        timeouts: timeouts,
        budget: budget,
        computedETags: computedETags
    )
    let origin = GitHubOrigin(configuration, logger: logger, clock: clock, now: { now.value }, random: { 0 })
    do {
        let result = try await body(origin)
        await origin.shutdown()
        return result
    } catch {
        await origin.shutdown()
        throw error
    }
}

/// A question for a run, or for any path given.
func question(
    _ path: String = "/repos/octo/hello/actions/runs/7",
    held: String? = nil,
    etag: String? = nil,
    priority: FetchPriority = .read
) -> OriginRequest {
    let resource = Resource(path)!
    let isConditional = held != nil || etag != nil
    let validator = Validator(body: held.map { Body(Array($0.utf8)) }, etag: etag)
    return OriginRequest(Representation(resource), validator: isConditional ? validator : nil, priority: priority)
}

/// The `Content-Type` of GitHub's answers.
let json = ["Content-Type": "application/json; charset=utf-8"]

/// The headers of compressed JSON.
let zipped = json.merging(["Content-Encoding": "gzip"]) { $1 }

/// `{"id":1}`, compressed and compressed again.
let doublyZipped: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 147, 239, 230, 96, 0, 1, 38, 230, 213, 97, 167, 124, 2, 55, 25, 173, 97, 101, 56,
    250, 35, 214, 5, 36, 10, 0, 182, 50, 232, 142, 28, 0, 0, 0,
]

/// The quota headers of an answer.
func quotaHeaders(remaining: Int, limit: Int = 5_000, reset: Int64 = 1_800_003_600) -> [String: String] {
    json.merging([
        "X-RateLimit-Limit": "\(limit)", "X-RateLimit-Remaining": "\(remaining)", "X-RateLimit-Reset": "\(reset)",
        "X-RateLimit-Used": "\(limit - remaining)", "X-RateLimit-Resource": "core",
    ]) { first, _ in first }
}

extension OriginResult {
    /// What came of the question, wherever it led.
    private var last: OriginResult {
        guard case .moved(_, let result) = self else { return self }
        return result.last
    }

    /// The failure, if it is one.
    var failure: OriginFailure? {
        guard case .failure(let failure) = last else { return nil }
        return failure
    }

    /// The answer, if it is one.
    var answer: OriginAnswer? {
        guard case .answer(let answer) = last else { return nil }
        return answer
    }

    /// The headers of an unchanged answer, if it is one.
    var unchanged: EntryHeaders? { unchangedHeaders }
}
