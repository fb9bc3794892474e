import CacheCore
import CacheNode
import GitHubCore
import Multiformats

extension ControlJSON {
    static func prewarm(_ report: PrewarmReport) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("path", .string(report.path)), ("result", .string(report.result)), ("counted", JSONValue(report.counted)),
        ]
        if report.isStop { members.append(("stopped", true)) }
        return .object(members)
    }

    static func prewarmJob(_ report: PrewarmJobReport) -> JSONValue {
        let job = report.job
        var schedule: String?
        var events: [String] = []
        switch job.trigger {
        case .schedule(let cron): schedule = cron.description
        case .events(let names): events = names.map(\.rawValue).sorted()
        }
        let declared: [(String, JSONValue)] = [
            ("name", .string(job.name)), ("schedule", JSONValue(schedule)), ("on", JSONValue(events)),
            ("repositories", JSONValue(job.patterns.map(\.description))),
            ("resources", JSONValue(job.resources.map(\.rawValue))), ("priority", .string(job.priority.rawValue)),
            ("jitter", JSONValue(job.jitter)), ("digest", .string(job.digest.description)),
        ]
        let running: String? = report.isRunningHere ? thisNode : report.peer?.description
        return .object(
            declared + [("running", JSONValue(running)), ("next_run", moment(report.nextRun))] + run(report.record)
        )
    }

    private static let thisNode = "this node"

    private static func run(_ record: PrewarmRecord) -> [(String, JSONValue)] {
        let (last, open) = (record.last, record.open)
        let runner: String? = last.map { $0.runner?.description ?? thisNode }
        return [
            ("last_run", moment(last?.startedAt)), ("last_end", moment(last?.endedAt)),
            ("outcome", JSONValue(last?.outcome.rawValue)), ("reason", JSONValue(last?.reason)),
            ("stopped_at", JSONValue(open?.place)), ("resumes_at", moment(open?.resumesAt)),
            ("runner", JSONValue(runner)), ("api_calls", count(last?.cost.counted)),
            ("api_calls_free", count(last?.cost.free)), ("refused", count(last?.cost.refused)),
        ]
    }

    private static func moment(_ moment: Timestamp?) -> JSONValue { JSONValue(moment?.rfc3339) }

    private static func count(_ count: Int?) -> JSONValue { count.map { JSONValue($0) } ?? .null }
}
