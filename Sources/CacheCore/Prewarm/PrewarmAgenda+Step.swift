package import GitHubCore
package import Multiformats

extension PrewarmAgenda {
    /// The jobs whose holders must be known for the next step.
    package mutating func deciding(now: Timestamp) -> [CID] {
        for name in items.keys { collect(name, now: now) }
        return items.values.filter { isDue($0, now) }.map(\.job.digest)
    }

    /// What is to be done now.
    ///
    /// - Parameters:
    ///   - now: The moment.
    ///   - me: This node; nil without a mesh.
    ///   - holders: The connected members that hold a job too, by its digest.
    /// - Returns: What to do, in this order.
    package mutating func step(now: Timestamp, me: PeerID?, holders: [CID: Set<PeerID>] = [:]) -> [Directive] {
        var directives: [Directive] = []
        var ready: [(name: String, work: Work)] = []
        for name in names {
            collect(name, now: now)
            if me != nil { directives += tell(name, now: now) }
            guard let item = items[name] else { continue }
            if item.runningWork != nil {
                directives += watch(name, now: now, me: me)
            } else if let work = item.work, isDue(item, now) {
                switch turn(of: item, work, me: me, holders: holders[item.job.digest] ?? [], now: now) {
                case .waits: break
                case .runs: ready.append((name, work))
                case .asks: directives += ask(name, work.slot, now: now)
                case .ended(let peer, let at): directives += settle(name, work.slot, by: peer, at: at)
                }
            }
        }
        let places = max(0, limits.atOnce - items.values.count { $0.runningWork != nil })
        for (name, work) in ready.prefix(places) { directives += begin(name, work, now: now) }
        return directives
    }

    /// Whether a run is still this node's to do.
    package func isRunning(_ name: String, _ slot: Timestamp) -> Bool { items[name]?.running == slot }

    private enum Turn {
        case waits
        case runs
        case asks
        case ended(PeerID, at: Timestamp)
    }

    private func isDue(_ item: Item, _ now: Timestamp) -> Bool {
        guard item.runningWork == nil, let work = item.work else { return false }
        return work.isDemanded || item.job.due(work.slot) <= now
    }

    /// Takes in the moments of the schedule that have come: the latest stands for all.
    private mutating func collect(_ name: String, now: Timestamp) {
        guard var item = items[name], case .schedule(let schedule) = item.job.trigger, let next = item.nextAt,
            item.job.due(next) <= now
        else { return }
        let ripe = now.advanced(bySeconds: -item.job.jitter)
        var slot = max(next, schedule.latest(upTo: ripe) ?? next)
        while let later = schedule.next(after: slot), item.job.due(later) <= now { slot = later }
        item.nextAt = schedule.next(after: slot)
        let due = item.job.due(slot)
        var work = item.work ?? Work(slot: slot, repositories: nil, readyAt: due)
        work.slot = max(work.slot, slot)
        work.isMissed = due < startedAt
        item.work = work
        items[name] = item
    }

    /// Tells the peers in time that this node would do the next run, too.
    private mutating func tell(_ name: String, now: Timestamp) -> [Directive] {
        guard let item = items[name], item.runningWork == nil, let slot = item.work?.slot ?? item.nextAt,
            item.told != slot, item.job.due(slot) <= now.advanced(byMilliseconds: limits.lead)
        else { return [] }
        items[name]?.told = slot
        return [.say(PrewarmWord(job: item.job.digest, slot: slot, phase: .holds))]
    }

    private func turn(of item: Item, _ work: Work, me: PeerID?, holders: Set<PeerID>, now: Timestamp) -> Turn {
        guard !work.isDemanded else { return .runs }
        guard let me else { return now >= work.readyAt ? .runs : .waits }
        let race = item.races[work.slot] ?? race(of: item, work.slot, isMissed: work.isMissed)
        let word = PrewarmWord(job: item.job.digest, slot: work.slot, phase: .runs)
        switch race.verdict(on: word, for: me, among: holders, readySince: work.readyAt, now: now) {
        case .waits: return .waits
        case .ended(let peer, let at): return .ended(peer, at: at)
        case .runs: return work.isMissed && item.asked != work.slot && !holders.isEmpty ? .asks : .runs
        }
    }

    /// Asks the peers about a run that came due while this node was not there.
    private mutating func ask(_ name: String, _ slot: Timestamp, now: Timestamp) -> [Directive] {
        guard var item = items[name] else { return [] }
        item.asked = slot
        var race = item.races[slot] ?? race(of: item, slot, isMissed: true)
        race.openedAt = now.advanced(byMilliseconds: limits.race.silence)
        item.races[slot] = race
        items[name] = item
        return [.say(PrewarmWord(job: item.job.digest, slot: slot, phase: .asks))]
    }

    private mutating func begin(_ name: String, _ work: Work, now: Timestamp) -> [Directive] {
        guard var item = items[name] else { return [] }
        let open = item.record.open
        let goesOn = open?.slot == work.slot
        let since = goesOn ? open?.since ?? now : now
        let cost = goesOn ? item.record.last?.cost ?? PrewarmRecord.Cost() : PrewarmRecord.Cost()
        item.work = nil
        item.runningWork = work
        item.saidAt = now
        item.record.open = PrewarmRecord.Open(slot: work.slot, since: since, place: open?.place)
        item.record.last = PrewarmRecord.Run(startedAt: since, outcome: .running, cost: cost)
        items[name] = item
        let assignment = Assignment(
            job: item.job,
            slot: work.slot,
            repositories: work.repositories,
            since: since,
            place: open?.place,
            cost: cost
        )
        let word = PrewarmWord(job: item.job.digest, slot: work.slot, phase: .runs)
        return [.note(item.record), .say(word), .begin(assignment)]
    }

    /// Looks after a run that is under way here.
    private mutating func watch(_ name: String, now: Timestamp, me: PeerID?) -> [Directive] {
        guard var item = items[name], let me, let work = item.runningWork else { return [] }
        var word = PrewarmWord(job: item.job.digest, slot: work.slot, phase: .runs)
        if let race = item.races[work.slot], race.precludes(me, word, now: now), !work.isDemanded {
            item.runningWork = nil
            item.record.last?.outcome = .yielded
            item.record.last?.endedAt = now
            item.putOff(work, until: now, limit: limits.repositories)
            items[name] = item
            word = PrewarmWord(job: word.job, slot: word.slot, phase: .stopped)
            return [.note(item.record), .say(word)]
        }
        guard let saidAt = item.saidAt, now >= saidAt.advanced(byMilliseconds: limits.race.heartbeat) else { return [] }
        items[name]?.saidAt = now
        return [.say(word)]
    }

    private mutating func settle(_ name: String, _ slot: Timestamp, by peer: PeerID, at moment: Timestamp)
        -> [Directive]
    {
        guard var item = items[name] else { return [] }
        let startedAt = item.record.open?.slot == slot ? item.record.open?.since : nil
        item.work = nil
        item.settle(through: slot)
        item.record.last = PrewarmRecord.Run(
            startedAt: startedAt ?? slot,
            endedAt: moment,
            outcome: .done,
            runner: peer
        )
        items[name] = item
        return [.note(item.record)]
    }
}
