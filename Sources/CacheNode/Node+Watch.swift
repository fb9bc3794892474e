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
            for stored in page {
                last = stored.inboxID
                count += 1
                await replay(stored)
            }
        }
        if count > 0 { logger.info("Replayed acknowledged deliveries", metadata: ["count": "\(count)"]) }
        await announceUnsettled()
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
                delivery: delivery
            ),
            isReplay: true
        )
    }

    /// Follows what is watched, hooked or read, and polls what is watched.
    func refollow() async {
        let horizon = now().advanced(bySeconds: -configuration.limits.wantedHorizon)
        let watchedNow = watched.repositories
        await neighbours.follow(watchedNow.union(secrets.repositories).union(watched.read(since: horizon)))
        let keys = watchedNow.map { repository in
            let resource = Resource(.runs(repository))
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
            inbox.yield(.refollow)
            do { try await sleep(.seconds(configuration.ttl.repositories)) } catch { return }
        }
    }

    /// The repositories of an owner, all pages, as the node sees them; an organisation's or a user's.
    nonisolated func repositories(of owner: String) async -> Set<RepositoryName> {
        for kind in [Endpoint.OwnerKind.organization, .user] {
            var found: Set<RepositoryName> = []
            for page in 1...Self.ownerPages {
                let query = [QueryItem("per_page", "100"), QueryItem("page", "\(page)")]
                let resource = Resource(.ownerRepositories(kind, owner), query: query)
                let request = ReadRequest(Representation(resource), caller: .node, purpose: .upkeep)
                guard case .found(let answer) = await read(request), answer.status == 200,
                    let text = try? JSONSlices(answer.body.bytes),
                    let elements = try? text.elements(of: text.root)
                else { break }
                for element in elements {
                    guard let object = try? JSONObject(text, at: element) else { continue }
                    if let name = object.string("full_name").flatMap({ RepositoryName($0) }) { found.insert(name) }
                }
                if elements.count < 100 { return found }
            }
            if !found.isEmpty { return found }
        }
        return []
    }

    /// The pages of an owner's repositories that are read, of 100 each.
    private static let ownerPages = 50
}
