package import CacheCore
import CacheStore
import GitHubCore

extension Node {
    /// How what this node needs stands, as far as it alone knows: GitHub, its webhooks, its inbox.
    package nonisolated func checkups() async -> [Checkup] {
        let stored = store.hooks()
        let watched = configuration.watch
        let scopes = watched + stored.map(\.scope).filter { !watched.contains($0) }
        let facts = scopes.map { scope in
            var facts = HookFacts(scope)
            facts.url = configuration.webhookURL
            facts.takesLog = configuration.takesLog
            if let hook = stored.first(where: { $0.scope == scope }) {
                facts.isRegistered = true
                facts.hookID = hook.hookID
                facts.url = configuration.webhookURL ?? hook.url
                facts.logReadAt = hook.log.checkedAt
            } else if case .repository(let name) = scope {
                facts.coveredBy = stored.map(\.scope).first { $0.covers(name) }
            }
            return facts
        }
        let examination = GitHubExamination(origin: origin, hookAdmin: hookAdmin, now: now)
        let setAside = (try? await deliveries(of: nil, failedOnly: true, limit: 100))?.count ?? 0
        let health = health()
        let trust = health.repositories.map { Checkup.Trust($0.name, $0.standing) }
        return await examination.run(facts) + Checkup.ofHealth(health.counts, of: trust)
            + [Checkup.ofInbox(waiting: store.pendingCount, setAside: setAside)]
    }
}
