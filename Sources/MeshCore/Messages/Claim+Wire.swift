import CacheCore
import GitHubCore
import Multiformats
import SwiftProtobuf

extension Claim {
    /// One encoded announcement, as it stands in a batch.
    package var encoded: [UInt8] { self.wire.bytes }

    /// The payload of a pubsub message: encoded announcements under one roof.
    package static func batch(_ encoded: [[UInt8]]) -> [UInt8] {
        encoded.reduce(into: []) { bytes, announcement in
            bytes.append(0x0a)
            Varint.append(UInt64(announcement.count), to: &bytes)
            bytes += announcement
        }
    }

    /// Reads the payload of a pubsub message; announcements of a later version are left out.
    package static func claims(in payload: [UInt8]) throws(MeshError) -> [Claim] {
        guard payload.count <= Limits.messageBytes else { throw .tooLarge }
        guard let batch = try? WireBatch(serializedBytes: payload) else { throw .malformed }
        guard batch.announcements.count <= Limits.announcementsPerMessage else { throw .tooLarge }
        var claims: [Claim] = []
        for wire in batch.announcements {
            guard let claim = try Claim(wire) else { continue }
            claims.append(claim)
        }
        return claims
    }

    /// Nil where it is of a kind that only later versions know.
    init?(_ wire: WireAnnouncement) throws(MeshError) {
        if case .prewarm(let prewarm) = wire.what {
            guard let word = try PrewarmWord(prewarm) else { return nil }
            self = .prewarm(word)
            return
        }
        guard let repository = RepositoryName(wire.repository) else { throw .missing("repository") }
        switch wire.what {
        case .event(let event):
            guard let kind = ObjectKind(event.kind) else { return nil }
            guard let delivery = DeliveryID(event.delivery) else { throw .missing("delivery") }
            self = .event(
                EventClaim(
                    repository: repository,
                    kind: kind,
                    delivery: delivery,
                    deploymentUpdatedAt: event.hasDeploymentUpdatedAt
                        ? Timestamp(milliseconds: event.deploymentUpdatedAt) : nil,
                    acceptedAt: Timestamp(milliseconds: event.acceptedAt),
                    isPrivate: event.isPrivate,
                    object: try BodyClaim(event.object)
                )
            )
        case .entry(let entry):
            guard let claim = try EntryClaim(entry) else { return nil }
            self = .entry(repository, claim)
        case .privatized(let privatized):
            self = .privatized(repository, asOf: Timestamp(milliseconds: privatized.asOf))
        case .state(let state):
            guard let claim = try RememberedClaim(state, in: repository) else { return nil }
            self = .state(claim)
        case .prewarm, nil:
            return nil
        }
    }

    private var wire: WireAnnouncement {
        .with { wire in
            if let repository { wire.repository = repository.description }
            switch self {
            case .event(let event):
                wire.event = .with {
                    $0.kind = event.kind == .run ? .run : .job
                    $0.delivery = event.delivery.text
                    if let updatedAt = event.deploymentUpdatedAt { $0.deploymentUpdatedAt = updatedAt.milliseconds }
                    $0.acceptedAt = event.acceptedAt.milliseconds
                    $0.isPrivate = event.isPrivate
                    $0.object = event.object.wire
                }
            case .entry(_, let entry):
                wire.entry = entry.wire
            case .privatized(_, let asOf):
                wire.privatized = .with { $0.asOf = asOf.milliseconds }
            case .prewarm(let word):
                wire.prewarm = word.wire
            case .state(let state):
                wire.state = state.wire
            }
        }
    }
}

extension PrewarmWord {
    /// Nil where the author is so far as only later versions know.
    fileprivate init?(_ wire: WirePrewarm) throws(MeshError) {
        guard let job = try? CID(bytes: Array(wire.job)) else { throw .missing("job") }
        let phase: Phase
        switch wire.phase {
        case .holds: phase = .holds
        case .asks: phase = .asks
        case .runs: phase = .runs
        case .ended: phase = .ended
        case .stopped: phase = .stopped
        case .unspecified, .UNRECOGNIZED: return nil
        }
        self.init(job: job, slot: Timestamp(milliseconds: wire.slot), phase: phase)
    }

    fileprivate var wire: WirePrewarm {
        .with {
            $0.job = converted(job.bytes)
            $0.slot = slot.milliseconds
            $0.phase =
                switch phase {
                case .holds: .holds
                case .asks: .asks
                case .runs: .runs
                case .ended: .ended
                case .stopped: .stopped
                }
        }
    }
}

extension ObjectKind {
    init?(_ wire: WireObjectKind) {
        switch wire {
        case .run: self = .run
        case .job: self = .job
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }
}

extension BodyClaim {
    init(_ wire: WireBody) throws(MeshError) {
        guard let cid = try? CID(bytes: Array(wire.cid)) else { throw .missing("cid") }
        guard wire.size <= UInt64(Limits.bodyBytes) else { throw .tooLarge }
        self.init(cid: cid, size: Int(wire.size), inline: wire.hasInline ? Array(wire.inline) : nil)
    }

    var wire: WireBody {
        .with {
            $0.cid = converted(self.cid.bytes)
            $0.size = UInt64(self.size)
            if let inline { $0.inline = converted(inline) }
        }
    }
}

extension EntryClaim {
    /// Nil where the resource is of a kind that only later versions know.
    init?(_ wire: WireEntry) throws(MeshError) {
        guard let representation = Representation(wire.resource),
            let audience = Audience(wire, of: representation.resource.endpoint)
        else { return nil }
        let texts = [wire.headers.contentType, wire.headers.lastModified, wire.headers.link, wire.headers.mediaType]
        guard texts.allSatisfy({ $0.utf8.count <= Limits.headerBytes }) else { throw .tooLarge }
        guard texts.allSatisfy(Self.isHeaderValue) else { throw .malformed }
        self.init(
            representation: representation,
            audience: audience,
            status: Int(wire.status),
            headers: EntryHeaders(
                contentType: wire.headers.contentType,
                lastModified: wire.headers.hasLastModified ? wire.headers.lastModified : nil,
                link: wire.headers.hasLink ? wire.headers.link : nil,
                mediaType: wire.headers.hasMediaType ? wire.headers.mediaType : nil
            ),
            validatedAt: Timestamp(milliseconds: wire.validatedAt),
            freshUntil: Timestamp(milliseconds: wire.freshUntil),
            body: try BodyClaim(wire.body)
        )
    }

    var wire: WireEntry {
        .with {
            $0.resource = self.representation.wire
            if case .proven(_, let permission) = self.audience {
                $0.audience = .with { $0.permission = permission.rawValue }
            }
            $0.status = Int32(clamping: self.status)
            $0.headers = .with {
                $0.contentType = self.headers.contentType
                if let lastModified = self.headers.lastModified { $0.lastModified = lastModified }
                if let link = self.headers.link { $0.link = link }
                if let mediaType = self.headers.mediaType { $0.mediaType = mediaType }
            }
            $0.validatedAt = self.validatedAt.milliseconds
            $0.freshUntil = self.freshUntil.milliseconds
            $0.body = self.body.wire
        }
    }

    /// A peer's text must not end a header line of an answer.
    private static func isHeaderValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }
}

extension Audience {
    /// Nil where it is one that only later versions know.
    fileprivate init?(_ wire: WireEntry, of endpoint: Endpoint) {
        guard wire.hasAudience else {
            self = .public
            return
        }
        guard let permission = PermissionFamily(rawValue: wire.audience.permission) else { return nil }
        self = .proven(endpoint.scope, permission)
    }
}

extension Representation {
    init?(_ wire: WireResource) {
        guard let resource = Resource(wire.path),
            let media = MediaClass(rawValue: wire.media.isEmpty ? "json" : wire.media),
            wire.apiVersion.utf8.count <= 32, wire.apiVersion.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        let version = wire.apiVersion.isEmpty ? Self.defaultAPIVersion : wire.apiVersion
        self.init(resource, media: media, apiVersion: version)
    }

    var wire: WireResource {
        .with {
            $0.path = self.resource.path
            $0.media = self.media.rawValue
            $0.apiVersion = self.apiVersion
        }
    }
}

extension SwiftProtobuf.Message {
    /// The message's bytes; these messages have no required fields and no extensions, so encoding cannot fail.
    var bytes: [UInt8] { (try? self.serializedBytes()) ?? [] }
}

/// Copies bytes into the collection that the generated code wants.
func converted<Bytes: RangeReplaceableCollection>(_ bytes: [UInt8]) -> Bytes where Bytes.Element == UInt8 {
    Bytes(bytes)
}
