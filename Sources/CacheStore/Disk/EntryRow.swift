import CacheCore
import Foundation
import GRDB
import GitHubCore
import Multiformats

/// How an entry lies in its table.
enum EntryRow {
    static let columns = """
        id, key, status, cid, size, content_type, etag, last_modified, link, media_type, validated_at, fresh_until, \
        source, standing, last_read, etag_owner, tags
        """

    static func save(_ slot: EntryIndex.Slot, to database: Database) throws {
        let entry = slot.entry
        try database.run(
            "INSERT OR REPLACE INTO entry (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            slot.row,
            entry.key.text,
            entry.status,
            Data(entry.cid.bytes),
            entry.size,
            entry.headers.contentType,
            entry.headers.etag,
            entry.headers.lastModified,
            entry.headers.link,
            entry.headers.mediaType,
            entry.validatedAt.milliseconds,
            entry.freshUntil.milliseconds,
            entry.source.rawValue,
            entry.standing.rawValue,
            slot.lastRead?.milliseconds,
            entry.headers.etagOwner?.text,
            slot.tags?.description
        )
    }

    /// The tags of a query's answer, which lies in any repository where they cannot be read.
    static func tags(_ row: Row, of key: ResourceKey) -> GraphQL.Tags? {
        guard case .graphQL = key.endpoint else { return nil }
        return row.text(16).flatMap { GraphQL.Tags($0) } ?? .any
    }

    /// Reads a row, or nil where it is damaged or of a resource that is no longer known.
    static func read(_ row: Row) -> Entry? {
        guard let key = row.text(1).flatMap({ ResourceKey($0) }), let status = row.integer(2),
            let cid = row.blob(3).flatMap({ try? CID(bytes: Array($0)) }), let size = row.integer(4),
            let contentType = row.text(5), let validatedAt = row.integer(10), let freshUntil = row.integer(11),
            let source = row.text(12).flatMap(Source.init(rawValue:)),
            let standing = row.text(13).flatMap(Standing.init(rawValue:))
        else { return nil }
        return Entry(
            key: key,
            status: Int(status),
            cid: cid,
            size: Int(size),
            headers: EntryHeaders(
                contentType: contentType,
                etag: row.text(6),
                etagOwner: row.text(15).map { CredentialID($0) },
                lastModified: row.text(7),
                link: row.text(8),
                mediaType: row.text(9)
            ),
            validatedAt: Timestamp(milliseconds: validatedAt),
            freshUntil: Timestamp(milliseconds: freshUntil),
            source: source,
            standing: standing
        )
    }
}
