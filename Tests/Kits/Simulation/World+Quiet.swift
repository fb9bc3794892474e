import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore

/// What must be so once all is quiet.
extension World {
    /// Every answer that a node would serve is what GitHub says.
    ///
    /// Right after the storm that holds for what events told; when everything was asked for again, for everything.
    func check(_ node: Int, asksAll: Bool) throws(Fault) {
        guard asksAll || node == 0 || weather.isPeerTold else { return }
        var copy = self
        let store = nodes[node].machine.store
        let asked = asksAll ? Set(truth.paths.map { Self.key($0) }) : []
        for entry in store.ordered
        where asksAll ? asked.contains(entry.key) : entry.standing == .sound && entry.isFresh(at: now) {
            let key = entry.key
            let question = Machine.Question(key: key, held: nil, source: .upstream, isRead: true)
            // Long after, so that GitHub's own lists do not lag any more.
            guard case .answer(let answer) = copy.answer(question, at: now.advanced(bySeconds: 3_600)) else {
                throw .lie("\(key.resource.path): no answer")
            }
            if answer.status == entry.status, answer.status != 200 || answer.body.cid == entry.cid,
                answer.headers.link == entry.headers.link
            {
                continue
            }
            let held = store.bodies[entry.cid].map { Sight.all(in: $0.bytes, of: key.resource) } ?? []
            let right = answer.status == 200 ? Sight.all(in: answer.body.bytes, of: key.resource) : []
            guard asksAll || isHeard(key, held + right) else { continue }
            throw .lie(
                "node \(node) \(key.resource.path) (\(entry.status), \(entry.standing), from \(entry.source)): "
                    + "\(told(held)) where GitHub says \(answer.status) \(told(right))"
            )
        }
    }

    /// Everything that GitHub's log still tells of was taken.
    func checkDeliveries() throws(Fault) {
        let oldest = now.advanced(bySeconds: -SimulatedGitHub.Limits.deliveryLogAge)
        guard nodes[0].settledThrough > oldest, !hadGap else { return }
        for delivery in sent where !(DeliveryID(delivery.guid).map { nodes[0].hasTaken($0) } ?? false) {
            throw .missed("\(delivery.event) \(delivery.action ?? "") of \(delivery.dueAt.rfc3339)")
        }
    }

    /// Whether events told the node everything that the answer for a key depends on.
    private func isHeard(_ key: ResourceKey, _ sights: [Sight]) -> Bool {
        // Of an attempt no event tells, and it is asked for again when its run's does; the peer hears what the first heard.
        let readers = nodes[0].readers
        func isTold(_ subject: Subject) -> Bool {
            switch subject {
            case .attempt(let id, _):
                truth.isThere(subject) && !truth.isSilent(subject) && readers.knows(.run(id), by: truth)
            default: truth.isThere(subject) && readers.knows(subject, by: truth)
            }
        }
        guard sights.allSatisfy({ isTold($0.subject) }) else { return false }
        // What a list lacks, or has too much, may hang on others than those that it shows.
        return truth.subjects.allSatisfy { subject in
            switch (subject, key.endpoint) {
            case (.run, .runs), (.run, .workflowRuns): isTold(subject)
            case (.job, .runJobs(_, let id)), (.job, .attemptJobs(_, let id, _)):
                !isJob(subject, of: id) || isTold(subject)
            case (.run(let id), .runJobs(_, let run)), (.run(let id), .attemptJobs(_, let run, _)):
                id != run || isTold(subject)
            default: true
            }
        }
    }

    private func isJob(_ subject: Subject, of run: Int64) -> Bool {
        guard case .job(let id) = subject else { return false }
        return truth.github.job(id).map { $0.runID == run } ?? true
    }
}
