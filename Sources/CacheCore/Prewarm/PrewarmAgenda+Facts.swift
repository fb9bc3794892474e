package import GitHubCore
package import Multiformats

extension PrewarmAgenda {
    /// Takes in that something happened in a repository; `at` is when the node that was told of it took it.
    package mutating func heard(
        _ event: EventName,
        of repository: RepositoryName,
        at moment: Timestamp,
        now: Timestamp
    ) {
        for name in items.keys {
            guard var item = items[name], item.job.isTriggered(by: event, of: repository) else { continue }
            var slot = window(min(moment, now))
            // What was told late belongs to the next run.
            if slot <= max(item.record.settledThrough, item.running ?? item.record.settledThrough) {
                slot = max(slot, window(now))
            }
            var work = item.work ?? Work(slot: slot, repositories: [], readyAt: slot)
            work.slot = max(work.slot, slot)
            work.add([repository], limit: limits.repositories)
            item.work = work
            items[name] = item
        }
    }

    /// Has a job run now, whoever's turn it is; false where it runs already or is not known.
    package mutating func demand(_ name: String, now: Timestamp) -> Bool {
        guard let item = items[name], item.running == nil else { return false }
        let slot = max(now, item.work?.slot ?? now)
        items[name]?.work = Work(slot: slot, isDemanded: true, readyAt: now)
        return true
    }

    /// Takes a peer's word about a job that this node holds too; gives what is answered.
    package mutating func hear(_ word: PrewarmWord, by peer: PeerID, now: Timestamp) -> [Directive] {
        guard let name = items.values.first(where: { $0.job.digest == word.job })?.job.name, var item = items[name],
            word.slot <= now.advanced(byMilliseconds: limits.skew)
        else { return [] }
        if let ended = item.endedThrough, word.slot <= ended {
            // Somebody ran it, which this peer does not know.
            guard word.phase != .ended, word.phase != .stopped else { return [] }
            return [.say(PrewarmWord(job: word.job, slot: word.slot, phase: .ended))]
        }
        var race = item.races[word.slot] ?? race(of: item, word.slot, isMissed: false)
        race.hear(word.phase, by: peer, now: now)
        item.races[word.slot] = race
        while item.races.count > limits.races, let oldest = item.races.keys.min() { item.races[oldest] = nil }
        items[name] = item
        guard word.phase == .asks, let running = item.running, running >= word.slot else { return [] }
        return [.say(PrewarmWord(job: word.job, slot: word.slot, phase: .runs))]
    }

    /// Takes in how far a run has come.
    package mutating func came(
        to place: String?,
        in name: String,
        _ slot: Timestamp,
        cost: PrewarmRecord.Cost
    ) -> [Directive] {
        guard var item = items[name], item.running == slot else { return [] }
        item.record.open?.place = place
        item.record.last?.cost = cost
        items[name] = item
        return [.note(item.record)]
    }

    /// Takes in that a run ended here.
    package mutating func ended(
        _ ending: Ending,
        of name: String,
        _ slot: Timestamp,
        cost: PrewarmRecord.Cost,
        now: Timestamp
    ) -> [Directive] {
        guard var item = items[name], let work = item.runningWork, work.slot == slot else { return [] }
        item.runningWork = nil
        item.record.last?.cost = cost
        item.record.last?.endedAt = now
        let phase: PrewarmWord.Phase
        switch ending {
        case .done:
            phase = .ended
            item.record.last?.outcome = .done
            item.settle(through: slot)
        case .stopped(let place, let until, let reason):
            phase = .stopped
            let resumesAt = until ?? now.advanced(byMilliseconds: limits.retry)
            item.record.last?.outcome = .stopped
            item.record.last?.reason = reason
            item.record.open?.place = place
            item.record.open?.resumesAt = resumesAt
            item.putOff(work, until: resumesAt, limit: limits.repositories)
        }
        items[name] = item
        return [.note(item.record), .say(PrewarmWord(job: item.job.digest, slot: slot, phase: phase))]
    }

    private func window(_ moment: Timestamp) -> Timestamp {
        Timestamp(milliseconds: (moment.milliseconds / limits.window + 1) * limits.window)
    }

    /// How the turns of a run stand of which nobody has said anything.
    func race(of item: Item, _ slot: Timestamp, isMissed: Bool) -> PrewarmRace {
        let due = item.job.due(slot)
        let settled = startedAt.advanced(byMilliseconds: limits.settling)
        return PrewarmRace(openedAt: isMissed ? max(due, settled) : due, limits: limits.race)
    }
}

extension PrewarmAgenda.Work {
    /// Adds repositories, nil for all.
    mutating func add(_ more: Set<RepositoryName>?, limit: Int) {
        guard let have = repositories, let more, have.union(more).count <= limit else {
            repositories = nil
            return
        }
        repositories = have.union(more)
    }
}

extension PrewarmAgenda.Item {
    /// A run is over, here or at a peer.
    mutating func settle(through slot: Timestamp) {
        record.settledThrough = max(record.settledThrough, slot)
        record.open = nil
        record.last?.reason = nil
        endedThrough = max(endedThrough ?? slot, slot)
        races = races.filter { $0.key > slot }
    }

    /// A run goes on later, with what came due meanwhile.
    mutating func putOff(_ stopped: PrewarmAgenda.Work, until moment: Timestamp, limit: Int) {
        var next = work ?? stopped
        next.add(stopped.repositories, limit: limit)
        next.isDemanded = false
        next.isMissed = false
        next.readyAt = max(next.readyAt, moment)
        work = next
    }
}
