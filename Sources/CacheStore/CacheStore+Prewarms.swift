package import CacheCore
import Synchronization

extension CacheStore {
    /// What is remembered of prewarm jobs, by name.
    package func prewarms() -> [PrewarmRecord] {
        memory.withLock { Array($0.prewarms.values) }.sorted { $0.name < $1.name }
    }

    /// Remembers how a job stands; saved soon.
    package func put(_ record: PrewarmRecord) {
        memory.withLock { memory in
            guard memory.prewarms[record.name] != record else { return }
            memory.prewarms[record.name] = record
            memory.unsaved.prewarms.insert(record.name)
        }
        wake.yield()
    }

    /// Forgets all jobs but some: the file of jobs has no others.
    package func keepPrewarms(_ names: Set<String>) {
        memory.withLock { memory in
            let gone = memory.prewarms.keys.filter { !names.contains($0) }
            for name in gone { memory.prewarms[name] = nil }
            memory.unsaved.prewarms.formUnion(gone)
        }
        wake.yield()
    }
}
