package import CacheCore
package import GitHubCore
package import Multiformats

/// What a message claims, read but not yet believed.
package enum Claim: Sendable {
    /// A webhook brought a new state of a run or job.
    case event(EventClaim)
    /// A public resource was fetched from GitHub.
    case entry(RepositoryName, EntryClaim)
    /// A repository is private since a moment.
    case privatized(RepositoryName, asOf: Timestamp)
    /// The author is so far with a run of a prewarm job.
    case prewarm(PrewarmWord)
    /// The author remembers a state of a run or job.
    case state(RememberedClaim)

    /// The repository it claims to be about; nil where it is about a prewarm job.
    package var repository: RepositoryName? {
        switch self {
        case .event(let event): event.repository
        case .entry(let repository, _), .privatized(let repository, _): repository
        case .prewarm: nil
        case .state(let state): state.repository
        }
    }

    /// When its author says that it came to know it; nil where that may lie long ago.
    var saidAt: Timestamp? {
        switch self {
        case .event(let event): event.acceptedAt
        case .entry(_, let entry): entry.validatedAt
        case .prewarm(let word): word.slot
        case .privatized, .state: nil
        }
    }

    /// What it says of a run or job, where it is about one.
    var object: (kind: ObjectKind, repository: RepositoryName, isPrivate: Bool)? {
        switch self {
        case .event(let event): (event.kind, event.repository, event.isPrivate)
        case .state(let state): (state.kind, state.repository, state.isPrivate)
        case .entry, .privatized, .prewarm: nil
        }
    }

    /// The topic it belongs on.
    package func topic(swarmKey: [UInt8]?) -> String {
        switch self {
        case .event(let event): Topic.name(for: event.repository, swarmKey: swarmKey)
        case .entry(let repository, _), .privatized(let repository, _): Topic.name(for: repository, swarmKey: swarmKey)
        case .prewarm(let word): Topic.name(forJob: word.job, swarmKey: swarmKey)
        case .state(let state): Topic.name(for: state.repository, swarmKey: swarmKey)
        }
    }

    /// The body it speaks of, or nil where it speaks of none.
    package var body: BodyClaim? {
        switch self {
        case .event(let event): event.object
        case .entry(_, let entry): entry.body
        case .state(let state): state.object
        case .privatized, .prewarm: nil
        }
    }
}

/// Bytes under their claimed name; those that do not ride along are pulled.
package struct BodyClaim: Sendable {
    /// The claimed name.
    package let cid: CID
    /// The claimed length.
    package let size: Int
    /// The bytes, where they ride along.
    package let inline: [UInt8]?

    /// A claim.
    package init(cid: CID, size: Int, inline: [UInt8]?) {
        self.cid = cid
        self.size = size
        self.inline = inline
    }

    /// The claim of a body, with its bytes where they are few enough.
    package init(_ body: Body, inlineLimit: Int = Limits.inlineBytes) {
        self.init(cid: body.cid, size: body.bytes.count, inline: body.bytes.count <= inlineLimit ? body.bytes : nil)
    }
}

/// The claim that a webhook brought an object.
package struct EventClaim: Sendable {
    /// The repository it lies in.
    package let repository: RepositoryName
    /// Run or job.
    package let kind: ObjectKind
    /// The delivery.
    package let delivery: DeliveryID
    /// `deployment.updated_at` of the payload.
    package let deploymentUpdatedAt: Timestamp?
    /// When the author took the delivery.
    package let acceptedAt: Timestamp
    /// Whether the repository is private.
    package let isPrivate: Bool
    /// The object's bytes.
    package internal(set) var object: BodyClaim
}

/// The claim that a resource has these bytes.
package struct EntryClaim: Sendable {
    /// The resource.
    package let representation: Representation
    /// Whom it is for.
    package let audience: Audience
    /// GitHub's status.
    package let status: Int
    /// The headers that went with it.
    package let headers: EntryHeaders
    /// When GitHub is claimed to have said so.
    package let validatedAt: Timestamp
    /// Until when the author holds it to be fresh.
    package let freshUntil: Timestamp
    /// The body.
    package internal(set) var body: BodyClaim
}

extension EntryClaim {
    /// The claim of a stored entry; GitHub's own ETag stays here, since it counts for one credential only.
    package init(_ entry: Entry, body: Body?, inlineLimit: Int = Limits.inlineBytes) {
        var headers = entry.headers
        headers.etag = nil
        self.init(
            representation: entry.key.representation,
            audience: entry.key.audience,
            status: entry.status,
            headers: headers,
            validatedAt: entry.validatedAt,
            freshUntil: entry.freshUntil,
            body: body.map { BodyClaim($0, inlineLimit: inlineLimit) }
                ?? BodyClaim(cid: entry.cid, size: entry.size, inline: nil)
        )
    }

    /// The entry as this node stores it: from a peer, its times clamped.
    package func entry(now: Timestamp) -> Entry {
        Entry(
            key: ResourceKey(self.representation, audience: self.audience),
            status: self.status,
            cid: self.body.cid,
            size: self.body.size,
            headers: self.headers,
            validatedAt: min(self.validatedAt, now),
            freshUntil: min(self.freshUntil, now.advanced(byMilliseconds: Limits.freshnessMilliseconds)),
            source: .peer
        )
    }
}

extension Claim {
    /// The claim of what this node announces.
    package init?(_ announcement: Announcement) {
        switch announcement {
        case .event(let object):
            self = .event(
                EventClaim(
                    repository: object.repository,
                    kind: object.kind,
                    delivery: object.delivery,
                    deploymentUpdatedAt: object.deploymentUpdatedAt,
                    acceptedAt: object.acceptedAt,
                    isPrivate: object.isPrivate,
                    object: BodyClaim(object.body)
                )
            )
        case .entry(let shared):
            guard let repository = shared.entry.key.repository else { return nil }
            self = .entry(repository, EntryClaim(shared.entry, body: shared.body))
        case .privatized(let repository, let asOf):
            self = .privatized(repository, asOf: asOf)
        case .prewarm(let word):
            self = .prewarm(word)
        case .state(let shared):
            self = .state(RememberedClaim(shared))
        }
    }

    /// What the node is told once the claim is believed, with the body that proved to have the claimed name.
    ///
    /// - Parameters:
    ///   - body: The body; an entry may go without, an event may not.
    ///   - now: The time, against which the claim's own times are clamped.
    /// - Returns: Nil for an event without its body.
    package func announcement(with body: Body?, now: Timestamp) -> Announcement? {
        switch self {
        case .event(let event):
            guard let body else { return nil }
            return .event(
                SharedObject(
                    repository: event.repository,
                    kind: event.kind,
                    body: body,
                    delivery: event.delivery,
                    deploymentUpdatedAt: event.deploymentUpdatedAt.map { min($0, now) },
                    acceptedAt: min(event.acceptedAt, now),
                    isPrivate: event.isPrivate
                )
            )
        case .entry(_, let entry):
            return .entry(SharedEntry(entry: entry.entry(now: now), body: body))
        case .privatized(let repository, let asOf):
            return .privatized(repository, asOf: min(asOf, now))
        case .prewarm(let word):
            return .prewarm(word)
        case .state(let state):
            return body.map { .state(state.shared($0, now: now)) }
        }
    }
}

extension Claim {
    /// The same claim with a body that is here and has the claimed name.
    package func holding(_ body: Body) -> Claim {
        let held = BodyClaim(body, inlineLimit: 0)
        switch self {
        case .event(var event):
            event.object = held
            return .event(event)
        case .entry(let repository, var entry):
            entry.body = held
            return .entry(repository, entry)
        case .state(var state):
            state.object = held
            return .state(state)
        case .privatized, .prewarm:
            return self
        }
    }
}
