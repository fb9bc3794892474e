package import GitHubCore

/// A webhook as GitHub lists it.
package struct RemoteHook: Hashable, Sendable {
    /// GitHub's id.
    package let id: Int64
    /// Where deliveries go.
    package let url: String
    /// The events it sends.
    package let events: [String]
    /// Whether it sends at all.
    package let isActive: Bool
    /// `json` or `form`.
    package let contentType: String
    /// Whether GitHub checks the receiver's certificate.
    package let verifiesTLS: Bool

    /// A webhook.
    package init(id: Int64, url: String, events: [String], isActive: Bool, contentType: String, verifiesTLS: Bool) {
        self.id = id
        self.url = url
        self.events = events
        self.isActive = isActive
        self.contentType = contentType
        self.verifiesTLS = verifiesTLS
    }
}

/// What a webhook is set to when it is registered.
package struct HookSettings: Sendable {
    /// Where deliveries go.
    package let url: String
    /// What they are signed with.
    package let secret: String
    /// The events to send.
    package let events: [String]

    /// Settings; by default the events this program uses.
    package init(url: String, secret: String, events: [String] = ["workflow_job", "workflow_run"]) {
        self.url = url
        self.secret = secret
        self.events = events
    }
}

/// Why GitHub did not do what was asked of a webhook.
package enum HookFailure: Error, Hashable, Sendable {
    /// This node has no credential of its own.
    case noCredential
    /// The credential may not do that: what it needs, in GitHub's words.
    case forbidden(String)
    /// No such repository, organisation or hook, or no permission to see it.
    case notFound(String)
    /// GitHub refuses the settings, and says why.
    case refused(String)
    /// No usable answer.
    case origin(OriginFailure)
}

/// A webhook's life on GitHub.
package protocol HookAdmin: Sendable {
    /// The hooks of a repository or organisation, all pages.
    func hooks(of scope: Scope) async throws(HookFailure) -> [RemoteHook]
    /// Makes a hook.
    func create(_ settings: HookSettings, in scope: Scope) async throws(HookFailure) -> RemoteHook
    /// Sets an existing hook, its secret too.
    func update(_ id: Int64, to settings: HookSettings, in scope: Scope) async throws(HookFailure) -> RemoteHook
    /// Has GitHub send a ping.
    func ping(_ id: Int64, in scope: Scope) async throws(HookFailure)
    /// Removes a hook.
    func remove(_ id: Int64, in scope: Scope) async throws(HookFailure)
}
