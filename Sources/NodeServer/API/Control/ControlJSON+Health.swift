import CacheCore
import CacheNode
import GitHubCore

extension ControlJSON {
    /// How far events can be trusted; which repositories those are only for whoever may know their names.
    static func health(_ report: HealthReport, namesRepositories: Bool) -> JSONValue {
        let audits = report.audits
        var fields: [(String, JSONValue)] = HookHealth.State.allCases.map { state in
            (state.rawValue, JSONValue(report.counts[state] ?? 0))
        }
        fields.append(
            (
                "audits",
                [
                    "asked": JSONValue(audits.asked), "clean": JSONValue(audits.clean),
                    "found": JSONValue(audits.found),
                ]
            )
        )
        if namesRepositories { fields.append(("repositories", .array(report.repositories.map(repository)))) }
        return .object(fields)
    }

    private static func repository(_ repository: HealthReport.Repository) -> JSONValue {
        let fields: [(String, JSONValue)] = [
            ("repository", .string(repository.name.description)),
            ("last_delivery", JSONValue(repository.lastDelivery?.rfc3339)),
            ("last_audit", JSONValue(repository.lastAudit?.rfc3339)),
        ]
        return .object(fields + standing(repository.standing))
    }

    /// How something stands, in words.
    static func standing(_ standing: HookHealth.Standing) -> [(String, JSONValue)] {
        [
            ("state", .string(standing.state.rawValue)), ("reason", .string(standing.reason.words)),
            ("since", .string(standing.since.rfc3339)),
        ]
    }
}
