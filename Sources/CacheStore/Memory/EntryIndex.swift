import CacheCore
import GitHubCore
import Multiformats

/// The entries by key and by repository, in the order of their last read.
struct EntryIndex {
    /// An entry with the number of its row.
    struct Slot {
        var entry: Entry
        /// The row's number; keys that differ in case only are one key, so the key's text cannot name the row.
        let row: Int64
        var lastRead: Timestamp?
        /// The repositories that a query's answer lies in.
        var tags: GraphQL.Tags?
    }

    private(set) var slots: [ResourceKey: Slot] = [:]
    private var recency = RecencyList<ResourceKey>()
    private var keysByRepository: [RepositoryName: RepositoryKeys] = [:]
    /// Keys of what lies in no repository.
    private(set) var keysOfOwners: Set<ResourceKey> = []
    private var keysByRepresentation: [Representation: Set<ResourceKey>] = [:]
    /// Answers to queries by what they lie in.
    private(set) var tagged = TagIndex()
    private var nextRow: Int64 = 1
    /// Rows from here on were in no transaction yet.
    private var firstUntaken: Int64 = 1

    var leastRead: ResourceKey? { recency.oldest }
    var repositories: some Collection<RepositoryName> { keysByRepository.keys }

    func keys(in repository: RepositoryName) -> Set<ResourceKey> { keysByRepository[repository]?.all ?? [] }

    /// Those of a repository that are about one of some runs, jobs and checks, or about none alone.
    func keys(in repository: RepositoryName, about subjects: Set<Int64>) -> [ResourceKey] {
        guard let keys = keysByRepository[repository] else { return [] }
        return subjects.reduce(into: Array(keys.general)) { $0 += keys.bySubject[$1] ?? [] }
    }

    func keys(of representation: Representation) -> Set<ResourceKey> { keysByRepresentation[representation] ?? [] }

    /// Stores an entry and gives its row, with the entry that it replaced.
    mutating func store(_ entry: Entry, lastRead: @autoclosure () -> Timestamp?) -> (row: Int64, old: Entry?) {
        if let slot = slots[entry.key] {
            slots[entry.key]?.entry = entry
            return (slot.row, slot.entry)
        }
        let row = nextRow
        load(entry, row: row, lastRead: lastRead())
        return (row, nil)
    }

    /// Adds an entry under the row that holds it.
    mutating func load(_ entry: Entry, row: Int64, lastRead: Timestamp?, tags: GraphQL.Tags? = nil) {
        nextRow = max(nextRow, row + 1)
        slots[entry.key] = Slot(entry: entry, row: row, lastRead: lastRead)
        if let tags { _ = tag(entry.key, tags) }
        recency.add(entry.key)
        keysByRepresentation[entry.key.representation, default: []].insert(entry.key)
        if let repository = entry.key.repository {
            keysByRepository[repository, default: RepositoryKeys()].insert(entry.key)
        } else {
            keysOfOwners.insert(entry.key)
        }
    }

    /// Sets what an entry lies in, and gives its row; nil where there is none.
    mutating func tag(_ key: ResourceKey, _ tags: GraphQL.Tags) -> Int64? {
        guard let slot = slots[key] else { return nil }
        slots[key]?.tags = tags
        tagged.set(tags, of: key)
        return slot.row
    }

    /// Whether the disk may hold a row.
    func wasTaken(row: Int64) -> Bool { row < firstUntaken }

    /// Notes that a transaction holds every row so far, or that the disk does.
    mutating func noteTaken() {
        firstUntaken = nextRow
    }

    /// Leaves out a row's number: the row is there, and is about to be deleted.
    mutating func skip(row: Int64) {
        nextRow = max(nextRow, row + 1)
    }

    mutating func remove(_ key: ResourceKey) -> Slot? {
        guard let slot = slots.removeValue(forKey: key) else { return nil }
        recency.remove(key)
        tagged.remove(key)
        keysByRepresentation[key.representation]?.remove(key)
        if keysByRepresentation[key.representation]?.isEmpty == true { keysByRepresentation[key.representation] = nil }
        if let repository = key.repository {
            keysByRepository[repository]?.remove(key)
            if keysByRepository[repository]?.all.isEmpty == true { keysByRepository[repository] = nil }
        } else {
            keysOfOwners.remove(key)
        }
        return slot
    }

    /// Notes that an entry was read; false where there is none.
    mutating func noteRead(_ key: ResourceKey, at moment: Timestamp) -> Bool {
        guard let slot = slots[key] else { return false }
        recency.use(key)
        slots[key]?.lastRead = max(slot.lastRead ?? moment, moment)
        return true
    }
}

/// The keys of one repository, by what they are about.
private struct RepositoryKeys {
    private(set) var all: Set<ResourceKey> = []
    private(set) var general: Set<ResourceKey> = []
    private(set) var bySubject: [Int64: Set<ResourceKey>] = [:]

    mutating func insert(_ key: ResourceKey) {
        all.insert(key)
        if let subject = key.endpoint.subjectID {
            bySubject[subject, default: []].insert(key)
        } else {
            general.insert(key)
        }
    }

    mutating func remove(_ key: ResourceKey) {
        all.remove(key)
        guard let subject = key.endpoint.subjectID else {
            general.remove(key)
            return
        }
        bySubject[subject]?.remove(key)
        if bySubject[subject]?.isEmpty == true { bySubject[subject] = nil }
    }
}
