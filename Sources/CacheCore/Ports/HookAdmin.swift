package import GitHubCore

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
    /// Gives an existing hook another secret, and changes nothing else.
    func setSecret(_ secret: String, of id: Int64, in scope: Scope) async throws(HookFailure)
    /// Has GitHub send a ping.
    func ping(_ id: Int64, in scope: Scope) async throws(HookFailure)
    /// Removes a hook.
    func remove(_ id: Int64, in scope: Scope) async throws(HookFailure)
}
