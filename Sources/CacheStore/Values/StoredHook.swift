package import CacheCore
package import GitHubCore

/// A registered webhook and its secrets, which speak for its scope only and show in no description.
package struct StoredHook: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The repository or organisation that it speaks for.
    package var scope: Scope
    /// GitHub's id; nil until GitHub made it.
    package var hookID: Int64?
    /// Where GitHub delivers to.
    package var url: String
    /// What deliveries are signed with.
    package var secrets: HookSecrets
    /// When it was registered.
    package let createdAt: Timestamp
    /// How far its delivery log has been read.
    package var log: LogReading

    /// A hook.
    package init(
        scope: Scope,
        hookID: Int64?,
        url: String,
        secrets: HookSecrets,
        createdAt: Timestamp,
        log: LogReading = LogReading()
    ) {
        self.log = log
        self.scope = scope
        self.hookID = hookID
        self.url = url
        self.secrets = secrets
        self.createdAt = createdAt
    }

    package var description: String { "hook of \(scope)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["scope": scope]) }
}
