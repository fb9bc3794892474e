package import CacheCore
package import GitHubCore

/// A registered webhook, as `/_hookcache/v1/hooks` tells it; never its secret.
package struct HookReport: Hashable, Sendable {
    /// What a registration did.
    package enum Outcome: String, Hashable, Sendable {
        /// There was none.
        case created
        /// It was set to what it should be.
        case fixed
        /// It was as it should be.
        case unchanged
    }

    /// `OWNER/REPO` or `OWNER`.
    package let scope: String
    /// GitHub's id.
    package let id: Int64?
    /// Where it delivers to.
    package let url: String
    /// The events it sends.
    package let events: [String]
    /// Whether it sends at all.
    package let isActive: Bool
    /// Whether this node keeps the secret of it.
    package let isOurs: Bool
    /// How far it has come that is given another secret.
    package var rotation: HookSecrets.Step?
    /// What a registration did; nil where none was asked for.
    package var outcome: Outcome?
    /// What was not as it should be.
    package var changes: [HookChange] = []
    /// How far the events that it sends can be trusted; nil for a hook of somebody else's.
    package var health: HookHealth.Standing?
    /// How far its delivery log has been read; nil for a hook of somebody else's.
    package var log: Log?

    /// What is read of a hook's delivery log.
    package struct Log: Hashable, Sendable {
        /// How far it was read.
        package let reading: LogReading
        /// Calls within the last hour.
        package let callsLastHour: Int
        /// Whether it is the source of events.
        package let isSource: Bool

        /// A log.
        package init(reading: LogReading, callsLastHour: Int, isSource: Bool) {
            self.reading = reading
            self.callsLastHour = callsLastHour
            self.isSource = isSource
        }
    }

    /// A hook.
    package init(scope: String, id: Int64?, url: String, events: [String], isActive: Bool, isOurs: Bool) {
        self.scope = scope
        self.id = id
        self.url = url
        self.events = events
        self.isActive = isActive
        self.isOurs = isOurs
    }
}

/// What came of giving a webhook another secret.
package struct RotationReport: Hashable, Sendable {
    /// `OWNER/REPO` or `OWNER`.
    package let scope: String
    /// How far it has come; nil where the old secret is believed no more.
    package let step: HookSecrets.Step?
    /// Until when the old secret is believed at the most, where it is.
    package let oldUntil: Timestamp?

    /// A rotation.
    package init(scope: String, step: HookSecrets.Step?, oldUntil: Timestamp?) {
        self.scope = scope
        self.step = step
        self.oldUntil = oldUntil
    }
}

/// What a search of a webhook's delivery log did.
package struct RecoveryReport: Hashable, Sendable {
    /// `OWNER/REPO` or `OWNER`.
    package let scope: String
    /// Entries of the log that were looked at.
    package var listed = 0
    /// Deliveries taken in.
    package var recovered = 0
    /// Deliveries that cannot be used.
    package var setAside = 0
    /// Deliveries that GitHub sends again, since it does not show what is in them.
    package var redelivered = 0
    /// Calls that counted against the quota.
    package var calls = 0
    /// Whether deliveries may be lost that the log does not tell of any more; then what is followed is asked for again.
    package var hasGap = false
    /// Why it did not come to the end; it goes on later.
    package var why: String?

    /// Whether everything that was found is settled.
    package var isComplete: Bool { why == nil }

    /// A search that begins.
    package init(scope: String) {
        self.scope = scope
    }
}

/// A delivery as GitHub's log and the inbox know it.
package struct DeliveryReport: Hashable, Sendable {
    /// How a delivery stands here.
    package enum Here: String, Hashable, Sendable {
        /// It is on disk and not yet worked off.
        case waiting
        /// It is worked off.
        case done
        /// It is set aside.
        case failed
        /// It never came.
        case missing
        /// This node does not use the event.
        case unused
        /// It was received well, and the inbox does not know of it any more.
        case forgotten
    }

    /// The scope of the hook.
    package let scope: String
    /// The event's name.
    package let guid: DeliveryID
    /// `X-GitHub-Event`.
    package let event: String
    /// When it was sent or, without GitHub's log, when it came.
    package let at: Timestamp
    /// GitHub's number of the attempt.
    package var id: Int64?
    /// What happened, where the event says so.
    package var action: String?
    /// GitHub's word for how it was received.
    package var status: String?
    /// Whether somebody asked for it again.
    package var isRedelivery = false
    /// How it stands here.
    package var here = Here.missing
    /// Why it is set aside.
    package var reason: String?

    /// A delivery.
    package init(scope: String, guid: DeliveryID, event: String, at: Timestamp) {
        self.scope = scope
        self.guid = guid
        self.event = event
        self.at = at
    }
}
