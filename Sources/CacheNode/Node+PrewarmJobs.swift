import CacheCore
import CacheStore
import GitHubCore
import Logging
import Multiformats

/// The declared prewarm jobs: the agenda says what is due, and it is done here.
extension Node {
    /// Runs the jobs as they come due, until the node stops.
    nonisolated func runPrewarmJobs() async {
        guard !prewarms.jobs.isEmpty else { return store.keepPrewarms([]) }
        store.keepPrewarms(Set(prewarms.jobs.map(\.name)))
        for item in prewarms.with({ $0.items }).values { store.put(item.record) }
        await neighbours.hold(Set(prewarms.jobs.map(\.digest)))
        let me = await neighbours.identity()?.peer
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let moment = now()
                var holders: [CID: Set<PeerID>] = [:]
                for job in prewarms.with({ $0.deciding(now: moment) }) {
                    holders[job] = await neighbours.holders(of: job)
                }
                let known = holders
                for assignment in await perform(prewarms.with { $0.step(now: moment, me: me, holders: known) }) {
                    group.addTask { await self.run(assignment) }
                }
                do { try await sleep(.milliseconds(configuration.limits.prewarmTick)) } catch { break }
            }
            group.cancelAll()
        }
    }

    /// Does what the agenda says, but for the runs that begin.
    @discardableResult
    nonisolated func perform(_ directives: [PrewarmAgenda.Directive]) async -> [PrewarmAgenda.Assignment] {
        var begun: [PrewarmAgenda.Assignment] = []
        for directive in directives {
            switch directive {
            case .begin(let assignment): begun.append(assignment)
            case .note(let record): store.put(record)
            case .say(let word): await neighbours.announce(.prewarm(word))
            }
        }
        return begun
    }

    /// Follows the repositories of the jobs: what a peer fetches of them is taken.
    nonisolated func watchPrewarmRepositories() async {
        guard !prewarms.jobs.isEmpty else { return }
        for job in prewarms.jobs {
            let named = job.patterns.compactMap(\.repository) + knownRepositories.filter(job.matches)
            watched.setPrewarmed(Set(named), of: job.name)
        }
        inbox.refollow()
        let open = prewarms.jobs.filter { $0.patterns.contains { $0.repository == nil } }
        while !Task.isCancelled, !open.isEmpty {
            for job in open {
                guard let names = try? await repositories(matching: job.patterns) else { continue }
                watched.setPrewarmed(Set(names), of: job.name)
            }
            inbox.refollow()
            do { try await sleep(.seconds(configuration.ttl.repositories)) } catch { return }
        }
    }

    /// One resource of one repository: a place in a run.
    private struct Unit {
        let repository: RepositoryName
        let kind: PrewarmJob.Resource

        var name: String { "\(repository) \(kind.rawValue)" }
    }

    private nonisolated func run(_ assignment: PrewarmAgenda.Assignment) async {
        let (job, slot) = (assignment.job, assignment.slot)
        logger.debug("A prewarm job runs", metadata: ["job": "\(job.name)"])
        var cost = assignment.cost
        guard let ending = await fetch(assignment, &cost), !Task.isCancelled else { return }
        let spent = cost
        let moment = now()
        await perform(prewarms.with { $0.ended(ending, of: job.name, slot, cost: spent, now: moment) })
        if case .stopped(_, _, let reason) = ending {
            logger.info("A prewarm job stops", metadata: ["job": "\(job.name)", "reason": "\(reason)"])
        }
    }

    /// Fetches what a run is for; nil where it is not this node's any more.
    private nonisolated func fetch(
        _ assignment: PrewarmAgenda.Assignment,
        _ cost: inout PrewarmRecord.Cost
    ) async -> PrewarmAgenda.Ending? {
        let (job, slot) = (assignment.job, assignment.slot)
        let units: [Unit]
        do {
            units = try await self.units(of: assignment)
        } catch {
            let until = error.retryAfter.map { now().advanced(bySeconds: $0) }
            return .stopped(place: assignment.place, until: until, reason: error.message)
        }
        for (index, unit) in units.enumerated() {
            for resource in await resources(unit.kind, of: unit.repository, priority: job.priority.fetch) {
                guard !Task.isCancelled, prewarms.with({ $0.isRunning(job.name, slot) }) else { return nil }
                if let askedAt = askedAt(resource), askedAt >= assignment.since { continue }
                switch await fetchAhead(resource, priority: job.priority.fetch) {
                case .given(200): cost.counted += 1
                case .given: (cost.counted, cost.refused) = (cost.counted + 1, cost.refused + 1)
                case .unchanged(true): cost.free += 1
                case .unchanged(false): cost.counted += 1
                case .crowded: return .stopped(place: unit.name, until: nil, reason: "too much waits for GitHub")
                case .failed(let failure):
                    if failure.isAnswer { cost.counted += 1 }
                    switch failure {
                    case .reserved(let until), .limited(let until):
                        return .stopped(place: unit.name, until: until, reason: "\(failure)")
                    case .unreachable, .timedOut:
                        return .stopped(place: unit.name, until: nil, reason: "\(failure)")
                    case .unusable, .tooLarge, .noCredential, .noAccess:
                        cost.refused += 1
                    }
                }
            }
            let (next, spent) = (index + 1 < units.count ? units[index + 1].name : nil, cost)
            await perform(prewarms.with { $0.came(to: next, in: job.name, slot, cost: spent) })
        }
        return .done
    }

    /// What a run fetches, in order, from where it begins.
    private nonisolated func units(of assignment: PrewarmAgenda.Assignment) async throws(ControlError) -> [Unit] {
        let job = assignment.job
        var repositories: [RepositoryName]
        if let named = assignment.repositories {
            repositories = named.sorted { $0.canonical < $1.canonical }
        } else {
            repositories = try await self.repositories(matching: job.patterns)
            watched.setPrewarmed(Set(repositories), of: job.name)
            inbox.refollow()
        }
        let units = repositories.flatMap { name in job.resources.map { Unit(repository: name, kind: $0) } }
        let start = assignment.place.flatMap { place in units.firstIndex { $0.name == place } } ?? 0
        return Array(units[start...] + units[..<start])
    }
}

extension Node {
    /// The declared jobs, and how each stands.
    package nonisolated func prewarmJobs() async -> [PrewarmJobReport] {
        let moment = now()
        return prewarms.with { agenda in
            prewarms.jobs.compactMap { job -> PrewarmJobReport? in
                guard let item = agenda.items[job.name] else { return nil }
                return PrewarmJobReport(
                    job: job,
                    record: item.record,
                    nextRun: item.running == nil ? agenda.nextRun(of: job.name) : nil,
                    isRunningHere: item.running != nil,
                    peer: item.peer(now: moment)
                )
            }
        }
    }

    /// Has a declared job run now.
    package nonisolated func runPrewarmJob(named name: String) async throws(ControlError) {
        guard prewarms.jobs.contains(where: { $0.name == name }) else {
            throw ControlError(status: 404, "there is no prewarm job \(name.prefix(64)): see CACHE_PREWARM_FILE")
        }
        let moment = now()
        guard prewarms.with({ $0.demand(name, now: moment) }) else {
            throw ControlError(status: 409, "the prewarm job \(name) runs already")
        }
    }
}
