package import GitHubCore
package import Multiformats

/// Which job runs when, here or at a peer: facts in, and what is to be done out.
///
/// A run is named by its slot, the moment that made it due: one of the schedule, or the end of the few seconds in which an
/// event came. What came due while a run was waited for, under way or put off is one run, that of the latest slot. The
/// slots missed while the node was down are one run, too.
package struct PrewarmAgenda: Sendable {
    /// The bounds and pauses.
    package struct Limits: Hashable, Sendable {
        /// Who runs a job among peers.
        package var race = PrewarmRace.Limits()
        /// Events that come within so many milliseconds make one run.
        package var window: Int64 = 10_000
        /// How long after its start a node looks for its peers before it makes up for what it missed, in milliseconds.
        package var settling: Int64 = 3000
        /// After how long a run goes on that stopped because GitHub could not be asked, in milliseconds.
        package var retry: Int64 = 60_000
        /// Jobs that run at once.
        package var atOnce = 4
        /// Runs of one job of which peers' words are remembered.
        package var races = 8
        /// Repositories with events that one run remembers; past it, it is for all of its job's.
        package var repositories = 1000
        /// How long before a run comes due its peers are told that this node would do it, in milliseconds.
        package var lead: Int64 = 5000
        /// How far ahead a peer's clock may be, in milliseconds.
        package var skew: Int64 = 300_000

        /// The defaults.
        package init() {}
    }

    /// A run that begins or goes on.
    package struct Assignment: Hashable, Sendable {
        /// The job.
        package let job: PrewarmJob
        /// Which run.
        package let slot: Timestamp
        /// Of which repositories; nil for all that the job names.
        package let repositories: Set<RepositoryName>?
        /// What GitHub was asked for after this need not be asked for again.
        package let since: Timestamp
        /// Where to begin, as `OWNER/REPO RESOURCE`; nil at the beginning.
        package let place: String?
        /// What it did so far.
        package let cost: PrewarmRecord.Cost
    }

    /// What is to be done.
    package enum Directive: Hashable, Sendable {
        /// Run a job.
        case begin(Assignment)
        /// Tell the others that hold the job.
        case say(PrewarmWord)
        /// Remember how it stands.
        case note(PrewarmRecord)
    }

    /// How a run ended.
    package enum Ending: Hashable, Sendable {
        /// Everything was asked for.
        case done
        /// It goes on later, from a place.
        case stopped(place: String?, until: Timestamp?, reason: String)
    }

    /// One job and how it stands.
    package struct Item: Sendable {
        /// The job.
        package let job: PrewarmJob
        /// What is remembered of it.
        package internal(set) var record: PrewarmRecord
        /// The slot that runs here now.
        package var running: Timestamp? { runningWork?.slot }
        /// The next moment of its schedule; nil for a job that events trigger.
        package internal(set) var nextAt: Timestamp?
        /// What waits to be run.
        var work: Work?
        /// What runs here now.
        var runningWork: Work?
        var races: [Timestamp: PrewarmRace] = [:]
        var saidAt: Timestamp?
        /// The slot of which the peers were asked.
        var asked: Timestamp?
        /// The slot for which the peers were told that this node would run it.
        var told: Timestamp?
        /// The latest slot that somebody is known to have run.
        var endedThrough: Timestamp?

        /// The peer that runs it now; nil where none does.
        package func peer(now: Timestamp) -> PeerID? {
            races.values.lazy.compactMap { $0.runner(now: now) }.first
        }
    }

    /// What waits to be run.
    struct Work: Sendable {
        var slot: Timestamp
        /// Nil for all.
        var repositories: Set<RepositoryName>?
        /// Whether its slot came due while this node was not there to see who ran it.
        var isMissed = false
        /// Whether somebody asked for it here: then nobody's turn is waited for.
        var isDemanded = false
        /// From when on this node is ready for it.
        var readyAt: Timestamp
    }

    let limits: Limits
    let startedAt: Timestamp
    /// The jobs, by name.
    package internal(set) var items: [String: Item] = [:]

    /// The jobs with what is remembered of them, at the start of the node.
    package init(_ jobs: [PrewarmJob], records: [PrewarmRecord], limits: Limits = Limits(), now: Timestamp) {
        self.limits = limits
        startedAt = now
        let known = Dictionary(records.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for job in jobs {
            var record =
                known[job.name] ?? PrewarmRecord(name: job.name, job: job.digest, settledThrough: now)
            if record.job != job.digest {
                // Another job under the same name: it begins anew.
                record = PrewarmRecord(name: job.name, job: job.digest, settledThrough: now, last: record.last)
            }
            // A clock that was put back must not hold it up.
            record.settledThrough = min(record.settledThrough, now)
            var item = Item(job: job, record: record)
            // Somebody ran it up to there, and can tell who asks.
            if record.open == nil, record.last?.outcome == .done, known[job.name]?.job == job.digest {
                item.endedThrough = record.settledThrough
            }
            if case .schedule(let schedule) = job.trigger { item.nextAt = schedule.next(after: record.settledThrough) }
            if let open = record.open {
                item.work = Work(slot: open.slot, isMissed: true, readyAt: open.resumesAt ?? now)
            }
            items[job.name] = item
        }
    }

    /// The names in the order in which jobs go first.
    package var names: [String] {
        items.values.sorted { ($1.job.priority, $0.job.name) < ($0.job.priority, $1.job.name) }.map(\.job.name)
    }

    /// When a job will run next, as far as is known.
    package func nextRun(of name: String) -> Timestamp? {
        guard let item = items[name] else { return nil }
        if let work = item.work { return max(work.readyAt, item.job.due(work.slot)) }
        return item.nextAt.map { item.job.due($0) }
    }
}
