import CacheCore
import CacheStore
import GitHubCore
import Logging

extension Node {
    /// Does again what was acknowledged and not done; before it returns, nothing is read and nobody is told that this
    /// node is ready.
    func replay() async throws {
        var last: InboxID?
        var count = 0
        while case let page = try await store.pending(after: last, limit: 256), !page.isEmpty {
            last = page.last?.inboxID
            count += page.count
            await replay(page[...])
        }
        if count > 0 { logger.info("Replayed acknowledged deliveries", metadata: ["count": "\(count)"]) }
        await announceUnsettled()
    }

    /// Does a page again, the oldest first, in portions that are on disk as begun; what was alone in one when the process
    /// stopped is set aside.
    private func replay(_ page: ArraySlice<StoredDelivery>) async {
        var rest = page.sorted { ($0.delivery.receivedAt, $0.inboxID) < ($1.delivery.receivedAt, $1.inboxID) }[...]
        while let first = rest.first {
            let portion = rest.prefix(configuration.limits.replay.portion(of: rest.lazy.map(\.attempts)))
            guard !portion.isEmpty else {
                logger.error("A delivery is set aside", metadata: ["delivery": "\(first.delivery.id)"])
                store.apply([], failing: [(first.inboxID, "the node stopped each time that it was at it")])
                rest.removeFirst()
                continue
            }
            // Where the disk does not take it, no mark would be of use.
            try? await store.begin(portion.map(\.inboxID))
            for stored in portion { await replay(stored) }
            rest.removeFirst(portion.count)
        }
    }

    private func replay(_ stored: StoredDelivery) async {
        let delivery = EventName(rawValue: stored.delivery.event)
            .flatMap { try? Delivery(event: $0, body: stored.delivery.body) }
        await take(
            AcceptedDelivery(
                inboxID: stored.inboxID,
                id: stored.delivery.id,
                acceptedAt: stored.delivery.receivedAt,
                syncedAt: .now,
                speaker: Scope(stored.delivery.scope),
                delivery: delivery
            ),
            isReplay: true
        )
    }

    /// Follows what is watched, hooked or read, and polls what is watched.
    func refollow() async {
        let horizon = now().advanced(bySeconds: -configuration.limits.wantedHorizon)
        let others = watched.read(since: horizon).union(secrets.repositories).union(watched.prewarmed)
        await neighbours.follow(watched.repositories.union(others))
        await repoll()
    }

    /// Polls what is watched, under the keys that are right by what is known now.
    func repoll() async {
        let keys = watched.repositories.map { repository in
            let resource = store.canonical(Resource(.runs(repository)))
            let isPublic = store.visibility(of: repository)?.isPrivate == false
            return ResourceKey(
                Representation(resource),
                audience: configuration.ownCredential == nil
                    ? .public : AudienceRule.audience(of: resource.endpoint, isPublic: isPublic, to: ownCredential)
            )
        }
        await perform(freshness.handle(.watch(keys), now: now()))
    }

    /// Finds out the repositories of watched owners, now and again.
    nonisolated func watchOwners() async {
        while !Task.isCancelled, !watched.owners.isEmpty {
            for owner in watched.owners {
                let found = await repositories(of: owner)
                if !found.isEmpty { watched.set(found, of: owner) }
            }
            inbox.refollow()
            do { try await sleep(.seconds(configuration.ttl.repositories)) } catch { return }
        }
    }

    /// The repositories of an owner as the node sees them; none where GitHub cannot be asked.
    private nonisolated func repositories(of owner: String) async -> Set<RepositoryName> {
        let list = try? await ListReader(self, caller: .node, purpose: .upkeep).repositories(of: owner)
        return Set(list?.repositoryNames ?? [])
    }
}
