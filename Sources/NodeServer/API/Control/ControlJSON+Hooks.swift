import CacheCore
import CacheNode
import GitHubCore

extension ControlJSON {
    static func hook(_ hook: HookReport) -> JSONValue {
        let changes = hook.changes.map { change -> JSONValue in
            ["setting": .string(change.setting), "was": .string(change.was), "becomes": .string(change.becomes)]
        }
        return [
            "scope": .string(hook.scope), "id": JSONValue(hook.id), "url": .string(hook.url),
            "events": JSONValue(hook.events), "active": JSONValue(hook.isActive), "ours": JSONValue(hook.isOurs),
            "rotation": JSONValue(hook.rotation?.rawValue), "outcome": JSONValue(hook.outcome?.rawValue),
            "changes": .array(changes),
        ]
    }

    static func rotation(_ report: RotationReport) -> JSONValue {
        [
            "scope": .string(report.scope), "status": .string(report.step?.rawValue ?? "rotated"),
            "old_until": JSONValue(report.step == nil ? nil : report.oldUntil?.rfc3339),
        ]
    }
}
