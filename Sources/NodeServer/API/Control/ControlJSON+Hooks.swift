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
            "health": hook.health.map { .object(standing($0)) } ?? .null,
            "log": hook.log.map(log) ?? .null,
        ]
    }

    private static func log(_ log: HookReport.Log) -> JSONValue {
        let reading = log.reading
        return [
            "source": JSONValue(log.isSource), "checked_at": JSONValue(reading.checkedAt?.rfc3339),
            "settled_through": JSONValue(reading.settledThrough?.rfc3339), "api_calls": JSONValue(reading.calls),
            "api_calls_last_hour": JSONValue(log.callsLastHour), "recovered": JSONValue(reading.recovered),
        ]
    }

    static func recovery(_ report: RecoveryReport) -> JSONValue {
        [
            "scope": .string(report.scope), "listed": JSONValue(report.listed),
            "recovered": JSONValue(report.recovered), "set_aside": JSONValue(report.setAside),
            "redelivered": JSONValue(report.redelivered), "api_calls": JSONValue(report.calls),
            "gap": JSONValue(report.hasGap), "complete": JSONValue(report.isComplete), "reason": JSONValue(report.why),
        ]
    }

    static func delivery(_ delivery: DeliveryReport) -> JSONValue {
        [
            "at": .string(delivery.at.rfc3339), "scope": .string(delivery.scope),
            "delivery": .string(delivery.guid.text), "event": .string(delivery.event),
            "action": JSONValue(delivery.action), "id": JSONValue(delivery.id), "status": JSONValue(delivery.status),
            "redelivery": JSONValue(delivery.isRedelivery), "here": .string(delivery.here.rawValue),
            "reason": JSONValue(delivery.reason),
        ]
    }

    static func rotation(_ report: RotationReport) -> JSONValue {
        [
            "scope": .string(report.scope), "status": .string(report.step?.rawValue ?? "rotated"),
            "old_until": JSONValue(report.step == nil ? nil : report.oldUntil?.rfc3339),
        ]
    }
}
