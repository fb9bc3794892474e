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
    /// The repository has another name now.
    case moved(String)
    /// No usable answer.
    case origin(OriginFailure)
}

/// What of a webhook's delivery log is asked for.
package struct DeliveryQuery: Hashable, Sendable {
    /// Whether deliveries that were received well are left out.
    package var failedOnly: Bool
    /// Where the page begins; nil for the newest deliveries.
    package var cursor: String?
    /// The `ETag` of the page as it was read before, so that an unchanged one costs nothing.
    package var etag: String?

    /// A page.
    package init(failedOnly: Bool, cursor: String? = nil, etag: String? = nil) {
        self.failedOnly = failedOnly
        self.cursor = cursor
        self.etag = etag
    }
}

/// A page of a webhook's delivery log, the newest delivery first.
package struct DeliveryPage: Sendable {
    /// The deliveries.
    package let deliveries: [LoggedDelivery]
    /// Where the next page begins; nil at the end.
    package let next: String?
    /// GitHub's `ETag`.
    package let etag: String?

    /// A page.
    package init(deliveries: [LoggedDelivery], next: String?, etag: String?) {
        self.deliveries = deliveries
        self.next = next
        self.etag = etag
    }
}

/// Names a hook at GitHub, and says who waits for what is asked of it.
package struct HookAddress: Hashable, Sendable {
    /// GitHub's id; 0 for the webhook of a GitHub App, which goes without one.
    package let id: Int64
    /// Its delivery log.
    package let log: DeliveryLog
    /// GitHub's id, where it has one.
    package var hookID: Int64? { id == 0 ? nil : id }
    /// Who waits.
    package let priority: FetchPriority

    /// A hook of a scope.
    package init(id: Int64, scope: Scope, priority: FetchPriority) {
        self.id = id
        log = .hook(scope)
        self.priority = priority
    }

    /// The webhook of the GitHub App that the node is.
    package init(ofApp priority: FetchPriority) {
        id = 0
        log = .app
        self.priority = priority
    }
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
    /// A page of the delivery log; nil where it is as it was.
    func deliveries(_ query: DeliveryQuery, of hook: HookAddress) async throws(HookFailure) -> DeliveryPage?
    /// The payload of a delivery of the log; nil where GitHub keeps none.
    func payload(ofDelivery id: Int64, of hook: HookAddress) async throws(HookFailure) -> [UInt8]?
    /// Has GitHub send a delivery of the log again.
    func redeliver(_ id: Int64, of hook: HookAddress) async throws(HookFailure)
}
