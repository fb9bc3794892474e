import CacheCore
import Foundation
import GRDB
import GitHubCore
import Multiformats

/// How a job's record lies in its table.
enum PrewarmRow {
    static let columns = """
        name, job, settled_through, open_slot, open_since, open_place, resumes_at, started_at, ended_at, outcome, reason, \
        counted, free, refused, runner
        """

    static func read(_ row: Row) -> PrewarmRecord? {
        guard let name = row.text(0), let job = row.blob(1).flatMap({ try? CID(bytes: Array($0)) }),
            let settledThrough = row.moment(2)
        else { return nil }
        var record = PrewarmRecord(name: name, job: job, settledThrough: settledThrough)
        if let slot = row.moment(3), let since = row.moment(4) {
            record.open = .init(slot: slot, since: since, place: row.text(5), resumesAt: row.moment(6))
        }
        if let startedAt = row.moment(7), let outcome = row.text(9).flatMap(PrewarmRecord.Outcome.init(rawValue:)) {
            var cost = PrewarmRecord.Cost()
            cost.counted = row.integer(11).map { Int($0) } ?? 0
            cost.free = row.integer(12).map { Int($0) } ?? 0
            cost.refused = row.integer(13).map { Int($0) } ?? 0
            record.last = .init(
                startedAt: startedAt,
                endedAt: row.moment(8),
                outcome: outcome,
                reason: row.text(10),
                cost: cost,
                runner: row.blob(14).flatMap { try? PeerID(multihash: Array($0)) }
            )
        }
        return record
    }

    static func save(_ record: PrewarmRecord, to database: Database) throws {
        let (open, last) = (record.open, record.last)
        try database.run(
            "INSERT OR REPLACE INTO prewarm (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            record.name,
            Data(record.job.bytes),
            record.settledThrough.milliseconds,
            open?.slot.milliseconds,
            open?.since.milliseconds,
            open?.place,
            open?.resumesAt?.milliseconds,
            last?.startedAt.milliseconds,
            last?.endedAt?.milliseconds,
            last?.outcome.rawValue,
            last?.reason,
            last?.cost.counted ?? 0,
            last?.cost.free ?? 0,
            last?.cost.refused ?? 0,
            last?.runner.map { Data($0.bytes) }
        )
    }
}

extension Row {
    fileprivate func moment(_ index: Int) -> Timestamp? { integer(index).map(Timestamp.init(milliseconds:)) }
}
