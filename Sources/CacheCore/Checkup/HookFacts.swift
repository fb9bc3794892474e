package import GitHubCore

/// What is known of the webhook of a repository or an organisation, here and at GitHub.
package struct HookFacts: Sendable {
    /// The repository or organisation.
    package let scope: Scope
    /// Whether this node keeps a secret of its webhook.
    package var isRegistered = false
    /// The number that GitHub gave it.
    package var hookID: Int64?
    /// The public URL that leads to this node.
    package var url: String?
    /// Whether the events are taken from the delivery log.
    package var takesLog = false
    /// When that log was last read to its end.
    package var logReadAt: Timestamp?
    /// The organisation whose webhook tells of this repository, too.
    package var coveredBy: Scope?
    /// The hooks at GitHub, or why they are not known.
    package var listed: Result<[RemoteHook], HookFailure> = .failure(.noCredential)
    /// The latest entries of its delivery log, the newest first; nil where that is not known.
    package var deliveries: [LoggedDelivery]?

    /// What is known at first.
    package init(_ scope: Scope) { self.scope = scope }

    /// This node's own among the hooks at GitHub: by its number, or by where it leads.
    package var own: RemoteHook? {
        guard case .success(let hooks) = listed else { return nil }
        return hooks.first { $0.id == hookID } ?? hooks.first { url != nil && $0.url == url }
    }
}
