package import CacheCore
package import GitHubCore
import Multiformats
import Synchronization

extension CacheStore {
    /// The entry under a key, which counts as a read of it.
    package func entry(_ key: ResourceKey) -> Entry? {
        let moment = now()
        return memory.withLock { memory in
            guard let entry = memory.entries.slots[key]?.entry else { return nil }
            memory.noteRead(key, at: moment)
            return entry
        }
    }

    /// The entry under a key; nobody reads it.
    package func peek(_ key: ResourceKey) -> Entry? {
        memory.withLock { $0.entries.slots[key]?.entry }
    }

    /// The entries of a repository, oldest first.
    package func entries(in repository: RepositoryName) -> [Entry] {
        memory.withLock { memory in
            memory.entries.keys(in: repository).compactMap { memory.entries.slots[$0] }
                .sorted { $0.row < $1.row }.map(\.entry)
        }
    }

    /// The entries of a repository that are about one of some runs, jobs and checks, or about none alone, oldest first.
    package func entries(in repository: RepositoryName, about subjects: Set<Int64>) -> [Entry] {
        memory.withLock { memory in
            memory.entries.keys(in: repository, about: subjects).compactMap { memory.entries.slots[$0] }
                .sorted { $0.row < $1.row }.map(\.entry)
        }
    }

    /// The entries that lie in no repository.
    package func entriesOfOwners() -> [Entry] {
        memory.withLock { memory in
            memory.entries.keysOfOwners.compactMap { memory.entries.slots[$0] }
                .sorted { $0.row < $1.row }.map(\.entry)
        }
    }

    /// When a resource was last read, stored or not.
    package func lastRead(_ key: ResourceKey) -> Timestamp? {
        memory.withLock { $0.entries.slots[key]?.lastRead ?? $0.unstoredReads[key] }
    }

    /// Notes that a resource was read, stored or not.
    package func noteRead(_ key: ResourceKey, at moment: Timestamp) {
        memory.withLock { $0.noteRead(key, at: moment) }
    }

    /// The remembered state of a run or job.
    package func state(_ id: ObjectID) -> ObjectState? {
        memory.withLock { $0.states.states[id] }
    }

    /// The remembered runs or jobs of a repository, by id.
    package func states(in repository: RepositoryName, kind: ObjectKind) -> [ObjectState] {
        memory.withLock { $0.states.states(in: repository, kind: kind) }
    }

    /// The remembered jobs of a run, by id.
    package func jobs(ofRun run: Int64, in repository: RepositoryName) -> [ObjectState] {
        memory.withLock { $0.states.jobs(ofRun: run, in: repository) }
    }

    /// The repositories of which entries or states are held, by name.
    package func repositories() -> [RepositoryName] {
        let names = memory.withLock { Set($0.entries.repositories).union($0.states.repositories) }
        return names.sorted { $0.canonical < $1.canonical }
    }

    /// What is known of who may see a repository.
    package func visibility(of repository: RepositoryName) -> Visibility? {
        memory.withLock { $0.visibilities[repository] }
    }

    /// When GitHub was last asked for what proves a subject; nil where nothing does.
    package func proof(of subject: Proof.Subject) -> Timestamp? {
        memory.withLock { $0.proofs.moments[subject] }
    }

    /// The entries of a representation, for whatever audience.
    package func entries(of representation: Representation) -> [Entry] {
        memory.withLock { memory in
            memory.entries.keys(of: representation).compactMap { memory.entries.slots[$0]?.entry }
        }
    }

    /// The answers to queries that may lie in a repository, or in one of an owner's.
    package func queries(touching scope: Scope) -> [Entry] {
        memory.withLock { memory in
            memory.entries.tagged.keys(touching: scope).compactMap { memory.entries.slots[$0]?.entry }
        }
    }

    /// The answers to a credential's queries.
    package func queries(of credential: CredentialID) -> [Entry] {
        memory.withLock { memory in
            memory.entries.tagged.keys(of: credential).compactMap { memory.entries.slots[$0]?.entry }
        }
    }

    /// What an answer to a query lies in; nil where none is stored.
    package func tags(of key: ResourceKey) -> GraphQL.Tags? {
        memory.withLock { $0.entries.tagged.tags[key] }
    }

    /// The name of a repository by GitHub's id of it.
    package func repositoryName(id: Int64) -> RepositoryName? {
        memory.withLock { $0.names.repositoryName(id: id) }
    }

    /// GitHub's id of the repository that has a name now; nil where it is not known.
    package func repositoryID(of name: RepositoryName) -> Int64? {
        memory.withLock { $0.names.repositoryID(of: name) }
    }

    /// The repository that GitHub led to from a former name, under its present one; nil for any other name.
    package func successor(of former: RepositoryName) -> (id: Int64, name: RepositoryName)? {
        memory.withLock { $0.names.successor(of: former) }
    }

    /// The resource that a target means, by whatever names; nil where it is none that is known, or an id is not.
    package func resource(of target: RequestTarget) -> Resource? {
        let moment = now()
        return memory.withLock { $0.names.resource(target, now: moment) }
    }

    /// The same resource under the names that all share.
    package func canonical(_ resource: Resource) -> Resource {
        let moment = now()
        return memory.withLock { $0.names.canonical(resource, now: moment) }
    }

    /// A page of the entries by path.
    ///
    /// - Parameters:
    ///   - prefix: What the paths begin with.
    ///   - limit: The most to give.
    ///   - cursor: The `next` of the page before.
    ///   - publicOnly: Whether entries of other audiences are left out.
    /// - Returns: The entries, and where the next page begins; nil at the end.
    package func page(
        prefix: String,
        limit: Int,
        after cursor: String?,
        publicOnly: Bool = false
    ) -> (entries: [Entry], next: String?) {
        let entries = memory.withLock { $0.entries.slots.values.map(\.entry) }
        var found: [(place: String, entry: Entry)] = []
        for entry in entries where !publicOnly || entry.key.audience == .public {
            let place = Self.place(of: entry.key)
            if place.hasPrefix(prefix), cursor.map({ $0 < place }) ?? true { found.append((place, entry)) }
        }
        found.sort { $0.place < $1.place }
        let page = found.prefix(max(1, limit))
        return (page.map(\.entry), page.count < found.count ? page.last?.place : nil)
    }

    /// The entries of everything within a scope.
    package func entries(in scope: Scope) -> [Entry] {
        memory.withLock { memory in
            memory.entries.slots.values.map(\.entry).filter { $0.key.repository.map(scope.covers) ?? false }
        }
    }

    /// Where a key stands among all: by path first; a path holds no space.
    private static func place(of key: ResourceKey) -> String {
        let representation = key.representation
        let rest = "\(representation.media.rawValue) \(representation.apiVersion) \(key.audience.text)"
        return "\(representation.resource.path) \(rest)"
    }
}
