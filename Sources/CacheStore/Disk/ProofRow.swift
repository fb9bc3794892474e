import CacheCore
import GRDB
import GitHubCore

/// How a proof lies in its table.
enum ProofRow {
    static let columns = "credential, scope, family, proven_at"

    static func save(_ proof: Proof, to database: Database) throws {
        try database.run(
            "INSERT OR REPLACE INTO proof (\(columns)) VALUES (?, ?, ?, ?)",
            proof.subject.credential.text,
            proof.subject.scope.description,
            proof.subject.family.rawValue,
            proof.provenAt.milliseconds
        )
    }

    static func delete(_ subject: Proof.Subject, from database: Database) throws {
        try database.run(
            "DELETE FROM proof WHERE credential = ? AND scope = ? AND family = ?",
            subject.credential.text,
            subject.scope.description,
            subject.family.rawValue
        )
    }

    /// Reads a row, or nil where it is damaged or of a permission that is no longer known.
    static func read(_ row: Row) -> Proof? {
        guard let credential = row.text(0), let scope = row.text(1).flatMap({ Scope($0) }),
            let family = row.text(2).flatMap(PermissionFamily.init(rawValue:)), let provenAt = row.integer(3)
        else { return nil }
        return Proof(
            Proof.Subject(credential: CredentialID(credential), scope: scope, family: family),
            provenAt: Timestamp(milliseconds: provenAt)
        )
    }
}
