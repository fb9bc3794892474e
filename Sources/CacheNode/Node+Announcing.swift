import CacheCore
import CacheStore
import GitHubCore

extension Node {
    /// What an announcement carries beside the event: a delivery's own marks.
    struct Announcing: Sendable {
        let delivery: DeliveryID
        let deploymentUpdatedAt: Timestamp?
    }

    /// The outbox row of an event's announcement: it is sent again after a crash between its commit and its sending.
    func outboxItem(among directives: [Directive], _ announcing: Announcing?) -> [OutboxItem] {
        guard let announcing else { return [] }
        for case .announceEvent(let event) in directives where mayShare(isPrivate: event.isPrivate) {
            let key = "\(event.repository.canonical) \(event.object.kind.rawValue) \(event.object.id)"
            let stamp = announcing.deploymentUpdatedAt.map { String($0.milliseconds) } ?? ""
            return [OutboxItem(kind: "event", key: key, payload: Array("\(stamp) \(announcing.delivery)".utf8))]
        }
        return []
    }

    /// Whether peers may be told: what is private leaves a private network's nodes alone, and only where that is wanted.
    nonisolated func mayShare(isPrivate: Bool) -> Bool { !isPrivate || configuration.sharesPrivate }

    /// Tells the peers of an event of a repository that may be shared, once its own sync has returned.
    func announce(_ event: WorkflowEvent, _ announcing: Announcing) async {
        guard mayShare(isPrivate: event.isPrivate) else { return }
        await neighbours.announce(
            .event(
                SharedObject(
                    repository: event.repository,
                    kind: event.object.kind,
                    body: event.body,
                    delivery: announcing.delivery,
                    deploymentUpdatedAt: announcing.deploymentUpdatedAt,
                    acceptedAt: event.asOf,
                    isPrivate: event.isPrivate
                )
            )
        )
    }

    /// Sends what was committed and not sent before the last stop: the newest state of each object.
    func announceUnsettled() async {
        guard let items = try? await store.outbox() else { return }
        for stored in items {
            if let privatized = privatized(stored.item) { await neighbours.announce(privatized) }
            if let shared = await sharedObject(stored.item) { await neighbours.announce(.event(shared)) }
            store.apply([], settling: [stored.id])
        }
    }

    /// Tells the peers that a repository is private, in one transaction with what this node forgets of it.
    func announcePrivatized(_ visibility: Visibility, _ changes: [Change]) async {
        let stamp = Array("\(visibility.asOf.milliseconds)".utf8)
        let item = OutboxItem(kind: "privatized", key: visibility.repository.canonical, payload: stamp)
        let unsettled = store.apply(changes, outbox: [item])
        await neighbours.announce(.privatized(visibility.repository, asOf: visibility.asOf))
        store.apply([], settling: unsettled)
        // Among those who share what is public only, it has no topic from here on.
        inbox.refollow()
    }

    private func privatized(_ item: OutboxItem) -> Announcement? {
        guard item.kind == "privatized", let repository = RepositoryName(item.key),
            let stamp = Int64(String(decoding: item.payload, as: UTF8.self))
        else { return nil }
        return .privatized(repository, asOf: Timestamp(milliseconds: stamp))
    }

    private func sharedObject(_ item: OutboxItem) async -> SharedObject? {
        let key = item.key.split(separator: " ")
        let marks = String(decoding: item.payload, as: UTF8.self)
            .split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard item.kind == "event", key.count == 3, marks.count == 2, let repository = RepositoryName(key[0]),
            let kind = ObjectKind(rawValue: String(key[1])), let number = Int64(key[2]),
            let delivery = DeliveryID(marks[1]),
            let state = store.state(ObjectID(repository: repository, kind: kind, id: number)),
            mayShare(isPrivate: state.isPrivate),
            let body = try? await store.body(state.cid)
        else { return nil }
        return SharedObject(
            repository: repository,
            kind: kind,
            body: body,
            delivery: delivery,
            deploymentUpdatedAt: Int64(marks[0]).map { Timestamp(milliseconds: $0) },
            acceptedAt: state.seenAt,
            isPrivate: state.isPrivate
        )
    }
}
