import CacheCore
import Synchronization

/// The agenda of prewarm jobs, for all who look at it and change it.
final class PrewarmBook: Sendable {
    /// The jobs as they were declared.
    let jobs: [PrewarmJob]
    private let agenda: Mutex<PrewarmAgenda>

    init(_ jobs: [PrewarmJob], _ agenda: PrewarmAgenda) {
        self.jobs = jobs
        self.agenda = Mutex(agenda)
    }

    func with<Value: Sendable>(_ work: (inout PrewarmAgenda) -> Value) -> Value { agenda.withLock { work(&$0) } }
}
