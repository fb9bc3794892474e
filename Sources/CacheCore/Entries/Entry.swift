package import GitHubCore
package import Multiformats

/// Where the bytes of an entry came from, as `Cache-Status` tells it in `detail`.
package enum Source: String, Hashable, Sendable {
    /// A client's miss, fetched from GitHub.
    case upstream
    /// A webhook's payload.
    case webhook
    /// A peer.
    case peer
    /// A poll of the watch list.
    case poll
    /// A fetch ahead of any reader.
    case prewarm
}

/// How far an entry can be trusted, apart from its age.
package enum Standing: String, Hashable, Sendable {
    /// Nothing is known against it.
    case sound
    /// It differs from what GitHub last listed (its lists lag), so it is fetched again.
    case unconfirmed
    /// An event showed that it is wrong: it is served only when GitHub cannot be asked.
    case invalid
}

/// The headers of an answer that are kept with its body.
package struct EntryHeaders: Hashable, Sendable {
    /// `Content-Type`.
    package var contentType: String
    /// GitHub's own `ETag`; nil for a body that no answer carried.
    package var etag: String?
    /// The credential that the `ETag` was given to, and is good for.
    package var etagOwner: CredentialID?
    /// `Last-Modified`.
    package var lastModified: String?
    /// `Link`, as GitHub wrote it.
    package var link: String?
    /// `X-GitHub-Media-Type`.
    package var mediaType: String?

    /// The headers of a JSON body, unless told otherwise.
    package init(
        contentType: String = "application/json; charset=utf-8",
        etag: String? = nil,
        etagOwner: CredentialID? = nil,
        lastModified: String? = nil,
        link: String? = nil,
        mediaType: String? = "github.v3; format=json"
    ) {
        self.contentType = contentType
        self.etag = etag
        self.etagOwner = etagOwner
        self.lastModified = lastModified
        self.link = link
        self.mediaType = mediaType
    }

    /// The headers after GitHub said that nothing changed: what it told anew replaces what was kept.
    package func updated(by told: EntryHeaders) -> EntryHeaders {
        var next = self
        next.link = told.link ?? link
        if let etag = told.etag {
            next.etag = etag
            next.etagOwner = told.etagOwner
        }
        return next
    }
}

/// A stored answer, without its body: the body is found by its CID.
package struct Entry: Hashable, Sendable {
    /// What it answers, and for whom.
    package let key: ResourceKey
    /// The HTTP status: 200, or for a short while 404 or 410.
    package var status: Int
    /// The CID of the raw body (v1, raw, sha2-256).
    package var cid: CID
    /// The length of the raw body in bytes.
    package var size: Int
    /// The headers kept with it.
    package var headers: EntryHeaders
    /// When it was last known to be what GitHub says, by an event or an answer; `Age` counts from here.
    package var validatedAt: Timestamp
    /// Until when it is fresh.
    package var freshUntil: Timestamp
    /// Where its bytes came from.
    package var source: Source
    /// How far it can be trusted.
    package var standing: Standing

    /// An entry.
    package init(
        key: ResourceKey,
        status: Int = 200,
        cid: CID,
        size: Int,
        headers: EntryHeaders = EntryHeaders(),
        validatedAt: Timestamp,
        freshUntil: Timestamp,
        source: Source,
        standing: Standing = .sound
    ) {
        self.key = key
        self.status = status
        self.cid = cid
        self.size = size
        self.headers = headers
        self.validatedAt = validatedAt
        self.freshUntil = freshUntil
        self.source = source
        self.standing = standing
    }

    /// Whether it may be served without asking anyone.
    package func isFresh(at now: Timestamp) -> Bool {
        standing != .invalid && now < freshUntil
    }
}

/// A body under its CID.
package struct Body: Hashable, Sendable {
    /// The CID of the bytes.
    package let cid: CID
    /// GitHub's raw bytes.
    package let bytes: [UInt8]

    /// Hashes the bytes.
    package init(_ bytes: [UInt8]) {
        self.cid = CID(hashing: bytes)
        self.bytes = bytes
    }

    /// Takes bytes that are claimed to have a CID, or nil where they have not.
    package init?(_ bytes: [UInt8], claimed cid: CID) {
        guard cid.matches(bytes) else { return nil }
        self.cid = cid
        self.bytes = bytes
    }

    package static func == (left: Body, right: Body) -> Bool { left.cid == right.cid }

    package func hash(into hasher: inout Hasher) { hasher.combine(cid) }
}
