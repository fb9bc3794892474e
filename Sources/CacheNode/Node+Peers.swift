import CacheCore
import CacheStore
import GitHubCore
import Logging
import Multiformats

/// What members of the mesh tell: believed until GitHub says otherwise.
extension Node {
    /// What a member of the mesh told.
    func take(_ message: PeerAnnouncement) async {
        switch message.announcement {
        case .privatized(let repository, let asOf):
            return await take(privatized: repository, asOf: asOf)
        case .prewarm(let word):
            let moment = now()
            await perform(prewarms.with { $0.hear(word, by: message.author, now: moment) })
            return
        case .event, .entry, .state:
            break
        }
        guard let repository = message.announcement.repository, follows(repository) else { return }
        // A private repository's news comes from peers in a private network alone.
        let isPrivate = store.visibility(of: repository)?.isPrivate == true
        guard mayShare(isPrivate: isPrivate) else { return }
        switch message.announcement {
        case .event(let shared):
            guard mayShare(isPrivate: shared.isPrivate) else { return }
            await take(shared, by: message.author, isPrivate: isPrivate || shared.isPrivate)
        case .entry(let shared):
            guard isTaken(shared.entry.key, isPrivate: isPrivate), let body = shared.body else { return }
            await take(shared.entry, body, by: message.author)
        case .state(let shared):
            guard mayShare(isPrivate: shared.isPrivate) else { return }
            await take(shared, by: message.author, isPrivate: isPrivate || shared.isPrivate)
        case .privatized, .prewarm:
            break
        }
    }

    /// A member's word can only make things more private, and of what this node knows later it says nothing.
    private func take(privatized repository: RepositoryName, asOf: Timestamp) async {
        guard store.visibility(of: repository) != nil || follows(repository) else { return }
        let moment = now()
        let word = Visibility(repository: repository, repositoryID: nil, isPrivate: true, asOf: min(asOf, moment))
        await see(word, since: moment, isOwn: false)
        inbox.refollow()
    }

    /// Whether a peer's copy under a key is taken: what was public of a repository that is private is for nobody.
    nonisolated func isTaken(_ key: ResourceKey, isPrivate: Bool) -> Bool {
        switch key.audience {
        case .public: !isPrivate
        case .proven: configuration.sharesPrivate
        case .credential: false
        }
    }

    private func take(_ shared: SharedObject, by author: PeerID, isPrivate: Bool) async {
        let event = event(
            of: shared.kind,
            in: shared.repository,
            shared.body,
            deliveredAt: shared.delivery.time,
            deploymentUpdatedAt: shared.deploymentUpdatedAt,
            seenAt: shared.acceptedAt,
            isPrivate: isPrivate,
            by: author
        )
        guard let event else { return }
        note(shared.repository, isPrivate: isPrivate, asOf: event.asOf)
        notePrewarm(shared.kind == .run ? .workflowRun : .workflowJob, of: shared.repository, at: event.asOf)
        let turn = await neighbours.turn(after: shared.delivery, of: author, in: shared.repository)
        let audience = AudienceRule.audience(of: event.id.endpoint, isPublic: !isPrivate, to: ownCredential)
        await take(event, audience: audience, turn: turn)
        if store.state(event.id)?.cid == event.body.cid { hearsay.heard(event, from: author, now: now()) }
    }

    /// Holds what GitHub itself answered against what peers had said.
    func settle(_ event: WorkflowEvent) async {
        for author in hearsay.settle(by: event) {
            logger.notice(
                "A member told what is not so",
                metadata: ["author": "\(author)", "path": "\(event.id.endpoint.path)"]
            )
            await neighbours.distrust(author)
        }
    }

    /// What a member remembers of an object: nothing happens now, and an answer that shows it comes by itself.
    private func take(_ shared: SharedState, by author: PeerID, isPrivate: Bool) async {
        let event = event(
            of: shared.kind,
            in: shared.repository,
            shared.body,
            deliveredAt: shared.deliveredAt,
            deploymentUpdatedAt: shared.deploymentUpdatedAt,
            seenAt: shared.seenAt,
            isPrivate: isPrivate,
            by: author
        )
        guard let event else { return }
        note(shared.repository, isPrivate: isPrivate, asOf: event.asOf)
        await take(event, audience: nil)
        if store.state(event.id)?.cid == event.body.cid { hearsay.heard(event, from: author, now: now()) }
    }

    /// What a member says of an object; nil where it is none, or is private and not said to be.
    private func event(
        of kind: ObjectKind,
        in repository: RepositoryName,
        _ body: Body,
        deliveredAt: Timestamp?,
        deploymentUpdatedAt: Timestamp?,
        seenAt: Timestamp,
        isPrivate: Bool,
        by author: PeerID
    ) -> WorkflowEvent? {
        guard let object = try? JSONObject(body.bytes), let read = WorkflowObject(object, kind) else {
            return nil
        }
        if case .run(let run) = read, run.isPrivate == true, !isPrivate { return nil }
        return WorkflowEvent(
            repository: repository,
            object: read,
            body: body,
            version: ObjectVersion(read, deliveredAt: deliveredAt, deploymentUpdatedAt: deploymentUpdatedAt),
            authority: .peer,
            source: .peer,
            isPrivate: isPrivate,
            // A peer's clock is its own: its moment may lie in the past, never in the future.
            asOf: min(seenAt, now()),
            teller: author
        )
    }

    /// A member says who may see a repository; what this node knows for itself stands.
    private func note(_ repository: RepositoryName, isPrivate: Bool, asOf: Timestamp) {
        guard store.visibility(of: repository) == nil else { return }
        store.apply([.see(Visibility(repository: repository, repositoryID: nil, isPrivate: isPrivate, asOf: asOf))])
    }

    /// An entry that a peer announced or gave.
    func take(_ entry: Entry, _ body: Body, by author: PeerID?) async {
        if let repository = entry.key.repository {
            note(repository, isPrivate: entry.key.audience != .public, asOf: min(entry.validatedAt, now()))
        }
        let signal = Signal.announced(
            entry,
            body,
            by: author,
            held: store.peek(entry.key),
            remembered: await remembered(for: entry.key, in: body)
        )
        await perform(freshness.handle(signal, now: now()))
    }
}
