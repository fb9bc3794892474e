import CacheCore
import GitHubCore
import Multiformats

extension StoreMemory {
    mutating func apply(_ change: Change) {
        switch change {
        case .put(let entry, let body):
            guard entry.cid == body.cid, body.bytes.count <= limits.bodyBytes else { return refuse(entry) }
            bodies.keep(body)
            store(entry)
        case .touch(let entry):
            guard bodies.isKnown(entry.cid) else { return refuse(entry) }
            store(entry)
        case .tag(let key, let tags):
            if let row = entries.tag(key, tags) { unsaved.entries[row] = .some(key) }
        case .remove(let key):
            remove(key)
        case .remember(let state):
            retain(state.cid)
            if let old = states.store(state) { release(old.cid) }
            unsaved.states.insert(state.id)
        case .forget(let id):
            forget(id)
        case .see(let visibility):
            see(visibility)
        case .prove(let proof):
            prove(proof)
        case .withdraw(let withdrawal, let moment):
            withdraw(withdrawal, asOf: moment)
        case .learn(let fact, let moment, let speaker):
            unsaved.names.formUnion(names.learn(fact, at: moment, by: speaker))
        }
    }

    /// An entry that cannot be kept does not leave an older one in its place.
    private mutating func refuse(_ entry: Entry) {
        counters.refusedChanges += 1
        remove(entry.key)
    }

    private mutating func store(_ entry: Entry) {
        retain(entry.cid)
        refer(entry)
        let (row, old) = entries.store(entry, lastRead: unstoredReads.removeValue(forKey: entry.key))
        if let old { releaseBody(of: old) }
        unsaved.entries[row] = .some(entry.key)
    }

    mutating func remove(_ key: ResourceKey) {
        guard let slot = entries.remove(key) else { return }
        releaseBody(of: slot.entry)
        unsaved.reads.remove(key)
        // A row that never was on its way to the disk needs no deletion there.
        unsaved.entries[slot.row] = entries.wasTaken(row: slot.row) ? .some(nil) : nil
        if let read = slot.lastRead { noteUnstoredRead(key, at: read) }
    }

    mutating func forget(_ id: ObjectID) {
        guard let state = states.remove(id) else { return }
        release(state.cid)
        unsaved.states.insert(id)
    }

    private mutating func see(_ visibility: Visibility) {
        let known = visibilities[visibility.repository]
        let later = known.map { Visibility.later($0, visibility) } ?? visibility
        guard later != known else { return }
        visibilities[visibility.repository] = later
        unsaved.visibilities.insert(visibility.repository)
        if let id = later.repositoryID {
            unsaved.names.formUnion(names.learn(.repository(id: id, later.repository), at: later.asOf))
        }
    }

    mutating func noteRead(_ key: ResourceKey, at moment: Timestamp) {
        if entries.noteRead(key, at: moment) {
            unsaved.reads.insert(key)
        } else {
            noteUnstoredRead(key, at: moment)
        }
    }

    private mutating func noteUnstoredRead(_ key: ResourceKey, at moment: Timestamp) {
        unstoredReads[key] = max(unstoredReads[key] ?? moment, moment)
        guard unstoredReads.count > limits.unstoredReads else { return }
        // Half of them go at once, so that sorting costs little for each.
        let latest = unstoredReads.sorted { $0.value > $1.value }.prefix(limits.unstoredReads / 2)
        unstoredReads = Dictionary(uniqueKeysWithValues: latest.map { ($0.key, $0.value) })
    }

    /// Counts who may be given an entry's body.
    mutating func refer(_ entry: Entry) {
        switch entry.key.audience {
        case .public: publicReferences[entry.cid, default: 0] += 1
        case .proven: provenReferences[entry.cid, default: 0] += 1
        case .credential: break
        }
    }

    mutating func retain(_ cid: CID) {
        references[cid, default: 0] += 1
    }

    private mutating func release(_ cid: CID) {
        let left = (references[cid] ?? 1) - 1
        references[cid] = left > 0 ? left : nil
        if left <= 0 { bodies.release(cid) }
    }

    private static func drop(_ cid: CID, from references: inout [CID: Int]) {
        let left = (references[cid] ?? 1) - 1
        references[cid] = left > 0 ? left : nil
    }

    private mutating func releaseBody(of entry: Entry) {
        switch entry.key.audience {
        case .public: Self.drop(entry.cid, from: &publicReferences)
        case .proven: Self.drop(entry.cid, from: &provenReferences)
        case .credential: break
        }
        release(entry.cid)
    }
}
