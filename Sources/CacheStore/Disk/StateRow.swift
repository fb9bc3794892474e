import CacheCore
import Foundation
import GRDB
import GitHubCore
import Multiformats

/// How a remembered state lies in its table.
enum StateRow {
    static let columns = """
        repository, kind, object_id, cid, authority, seen_at, run_id, status, labels, is_private, run_attempt, \
        is_completed, is_running, updated_at, started_at, completed_at, steps_completed, steps_started, \
        deployment_updated_at, delivered_at, job_status
        """

    static func save(_ state: ObjectState, to database: Database) throws {
        let common: [(any DatabaseValueConvertible)?] = [
            state.id.repository.description, state.id.kind.rawValue, state.id.id, Data(state.cid.bytes),
            state.authority.rawValue, state.seenAt.milliseconds, state.runID, state.status,
            String(decoding: try JSONEncoder().encode(state.labels), as: UTF8.self), state.isPrivate,
        ]
        let places = Array(repeating: "?", count: 21).joined(separator: ", ")
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO state (\(columns)) VALUES (\(places))")
            .execute(arguments: StatementArguments(common + values(of: state.version)))
    }

    private static func values(of version: ObjectVersion) -> [(any DatabaseValueConvertible)?] {
        switch version {
        case .run(let run):
            [
                run.attempt, run.isCompleted, false, run.updatedAt.milliseconds, nil, nil, nil, nil, nil,
                run.deliveredAt?.milliseconds, nil,
            ]
        case .job(let job):
            [
                nil, job.isCompleted, job.isRunning, nil, job.startedAt.milliseconds, job.completedAt.milliseconds,
                job.stepsCompleted, job.stepsStarted, job.deploymentUpdatedAt?.milliseconds,
                job.deliveredAt?.milliseconds, job.status,
            ]
        }
    }

    /// Reads a row, or nil where it is damaged.
    static func read(_ row: Row) -> ObjectState? {
        guard let repository = row.text(0).flatMap({ RepositoryName($0) }),
            let kind = row.text(1).flatMap(ObjectKind.init(rawValue:)), let id = row.integer(2),
            let cid = row.blob(3).flatMap({ try? CID(bytes: Array($0)) }),
            let authority = row.integer(4).flatMap({ Authority(rawValue: Int($0)) }), let seenAt = row.integer(5),
            let runID = row.integer(6), let status = row.text(7), let labels = row.text(8),
            let isPrivate = row.flag(9), let version = version(row, kind: kind)
        else { return nil }
        return ObjectState(
            id: ObjectID(repository: repository, kind: kind, id: id),
            version: version,
            cid: cid,
            authority: authority,
            seenAt: Timestamp(milliseconds: seenAt),
            runID: runID,
            status: status,
            labels: (try? JSONDecoder().decode([String].self, from: Data(labels.utf8))) ?? [],
            isPrivate: isPrivate
        )
    }

    private static func version(_ row: Row, kind: ObjectKind) -> ObjectVersion? {
        guard let isCompleted = row.flag(11), let isRunning = row.flag(12) else { return nil }
        let deliveredAt = row.integer(19).map(Timestamp.init(milliseconds:))
        switch kind {
        case .run:
            guard let attempt = row.integer(10), let updatedAt = row.integer(13) else { return nil }
            return .run(
                RunVersion(
                    attempt: attempt,
                    isCompleted: isCompleted,
                    updatedAt: Timestamp(milliseconds: updatedAt),
                    deliveredAt: deliveredAt
                )
            )
        case .job:
            guard let startedAt = row.integer(14), let completedAt = row.integer(15),
                let stepsCompleted = row.integer(16), let stepsStarted = row.integer(17), let status = row.text(20)
            else { return nil }
            return .job(
                JobVersion(
                    isCompleted: isCompleted,
                    isRunning: isRunning,
                    status: status,
                    startedAt: Timestamp(milliseconds: startedAt),
                    completedAt: Timestamp(milliseconds: completedAt),
                    stepsCompleted: Int(stepsCompleted),
                    stepsStarted: Int(stepsStarted),
                    deploymentUpdatedAt: row.integer(18).map(Timestamp.init(milliseconds:)),
                    deliveredAt: deliveredAt
                )
            )
        }
    }
}
