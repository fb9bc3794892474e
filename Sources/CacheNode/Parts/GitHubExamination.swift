package import CacheCore
package import GitHubCore

/// Asks GitHub how a node stands with it: whether it takes its credential, and what it has of its webhooks.
package struct GitHubExamination: Sendable {
    private let origin: any Origin
    private let hookAdmin: any HookAdmin
    private let now: @Sendable () -> Timestamp

    /// An examination of one GitHub.
    package init(origin: any Origin, hookAdmin: any HookAdmin, now: @escaping @Sendable () -> Timestamp) {
        self.origin = origin
        self.hookAdmin = hookAdmin
        self.now = now
    }

    /// Looks at everything, of webhooks at a bounded number.
    package func run(_ hooks: [HookFacts]) async -> [Checkup] {
        let probe = await origin.probe()
        var checkups = Checkup.ofGitHub(probe, now: now())
        checkups += origin.statistics.installations.compactMap { Checkup.ofQuota($0.quota, of: $0.owner) }
        // Where GitHub does not answer, or not to this node, nothing is to be learnt of hooks.
        guard case .answered(let status, _) = probe.outcome, status < 500, status != 401 else { return checkups }
        for facts in hooks.prefix(Checkup.Limits.scopes) {
            var facts = facts
            if probe.credential != .none { await look(at: &facts) }
            checkups += Checkup.ofHook(facts, now: now())
        }
        return checkups
    }

    private func look(at facts: inout HookFacts) async {
        do {
            facts.listed = .success(try await hookAdmin.hooks(of: facts.scope))
        } catch {
            facts.listed = .failure(error)
        }
        guard let own = facts.own, !facts.takesLog else { return }
        let address = HookAddress(id: own.id, scope: facts.scope, priority: .read)
        facts.deliveries = try? await hookAdmin.deliveries(DeliveryQuery(failedOnly: false), of: address)?.deliveries
    }
}
