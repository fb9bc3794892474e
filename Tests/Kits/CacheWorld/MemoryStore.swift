package import CacheCore
package import GitHubCore
package import Multiformats

/// What is stored, as a value: changes applied, nothing else.
package struct MemoryStore: Sendable {
    /// The entries.
    package private(set) var entries: [ResourceKey: Entry] = [:]
    /// The bodies by CID.
    package private(set) var bodies: [CID: Body] = [:]
    /// The remembered states.
    package private(set) var states: [ObjectID: ObjectState] = [:]

    private var numbers: [ResourceKey: Int] = [:]

    /// Nothing.
    package init() {}

    /// The entries in the order in which their keys first came.
    package var ordered: [Entry] {
        entries.values.sorted { numbers[$0.key, default: 0] < numbers[$1.key, default: 0] }
    }

    /// Applies changes as the real store does.
    package mutating func apply(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .put(let entry, let body):
                precondition(entry.cid == body.cid && entry.size == body.bytes.count)
                bodies[body.cid] = body
                entries[entry.key] = entry
                if numbers[entry.key] == nil { numbers[entry.key] = numbers.count }
            case .touch(let entry):
                precondition(bodies[entry.cid] != nil)
                entries[entry.key] = entry
            case .remove(let key): entries[key] = nil
            case .remember(let state): states[state.id] = state
            case .forget(let id): states[id] = nil
            case .see, .prove, .withdraw, .learn, .tag: break
            }
        }
    }

    /// Keeps the bytes of a state that no entry answers with.
    package mutating func keep(_ body: Body) { bodies[body.cid] = body }

    /// The stored answer for a public path, with its body.
    package func answer(_ path: String) -> (entry: Entry, body: Body)? {
        guard let resource = Resource(path),
            let entry = entries[ResourceKey(Representation(resource), audience: .public)], let body = bodies[entry.cid]
        else { return nil }
        return (entry, body)
    }
}
