package import GitHubCore

/// The names that GitHub was heard to use, by which paths that mean the same become one resource.
///
/// Later words hold against earlier ones, and a name belongs to one id at a time. Nothing is taken from peers: whoever
/// could say which repository an id is could put one repository's content under another's links.
package struct NameBook: Sendable {
    /// The bounds of what is known, and for how long.
    package struct Limits: Hashable, Sendable {
        /// Names; past it the ones heard longest ago are forgotten.
        package var names = 65_536
        /// How long a former name is taken for the new one before GitHub is asked under it again, in seconds.
        package var formerNames = 900
        /// How long a workflow's file is taken for its id after it was last heard of, in seconds.
        package var workflows = 86_400
        /// How long a name is not noted again that is heard again, in seconds.
        package var pause = 600

        /// The defaults.
        package init() {}
    }

    private let limits: Limits
    private var known: [NameKey: KnownName] = [:]
    /// The ids that names belong to now: `owner/repo`, or a login.
    private var ids: [String: NameKey] = [:]

    /// A book without names.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// How many names are known.
    package var count: Int { known.count }

    /// What is known under a key, or nil.
    package func name(_ key: NameKey) -> KnownName? { known[key] }

    /// Notes what GitHub said at a moment; gives the keys under which something else is known now.
    ///
    /// - Parameters:
    ///   - fact: What it said.
    ///   - moment: When.
    ///   - speaker: The scope of the hook whose secret vouches for it; nil where GitHub itself answered so.
    /// - Returns: The keys.
    package mutating func learn(_ fact: NameFact, at moment: Timestamp, by speaker: Scope? = nil) -> Set<NameKey> {
        if let speaker, !mayTell(fact, speaker) { return [] }
        var changed: Set<NameKey> = []
        switch fact {
        case .repository(let id, let name):
            changed = note(.repository(id), name.description, of: name.canonical, at: moment)
            guard ids[name.canonical] == .repository(id) else { break }
            // A former name that is some repository's own again leads nowhere else.
            changed.formUnion(forget(.former(name), saidBefore: moment))
        case .account(let id, let login):
            changed = note(.account(id), login, of: login, at: moment)
        case .workflow(let id, let file, let repository):
            changed = note(.workflow(repository, file), "\(id)", of: nil, at: moment)
        case .moved(let former, let id):
            changed = note(.former(former), "\(id)", of: nil, at: moment)
        case .answers(let name):
            changed = forget(.former(name), saidBefore: moment)
        }
        return changed.union(enforceLimits())
    }

    /// Takes what was noted before a restart.
    package mutating func restore(_ key: NameKey, _ held: KnownName) {
        switch key {
        case .repository:
            guard let name = RepositoryName(held.text) else { return }
            _ = note(key, held.text, of: name.canonical, at: held.asOf)
        case .account:
            guard RepositoryName.isName(held.text) else { return }
            _ = note(key, held.text, of: held.text.lowercased(), at: held.asOf)
        case .workflow, .former:
            guard Int64(id: held.text) != nil else { return }
            _ = note(key, held.text, of: nil, at: held.asOf)
        }
    }

    /// Notes a name; one that belonged to another id until now belongs to this one.
    private mutating func note(_ key: NameKey, _ text: String, of name: String?, at moment: Timestamp) -> Set<NameKey> {
        if let held = known[key] {
            if moment < held.asOf { return [] }
            // What is only heard again is noted now and then, so that hearing it costs nothing.
            if held.text == text, moment < held.asOf.advanced(bySeconds: limits.pause) { return [] }
        }
        var changed: Set<NameKey> = [key]
        if let name {
            if let other = ids[name], other != key {
                if let held = known[other], moment < held.asOf { return [] }
                remove(other)
                changed.insert(other)
            }
            remove(key)
            ids[name] = key
        }
        known[key] = KnownName(text, asOf: moment)
        return changed
    }

    private mutating func forget(_ key: NameKey, saidBefore moment: Timestamp) -> Set<NameKey> {
        guard let held = known[key], held.asOf <= moment else { return [] }
        remove(key)
        return [key]
    }

    private mutating func remove(_ key: NameKey) {
        guard let held = known.removeValue(forKey: key), ids[held.text.lowercased()] == key else { return }
        ids[held.text.lowercased()] = nil
    }

    /// Forgets the oldest; a thirty-second is slack, so that sorting is rare.
    private mutating func enforceLimits() -> Set<NameKey> {
        guard known.count > limits.names + limits.names / 32 else { return [] }
        let oldest = known.sorted { $0.value.asOf < $1.value.asOf }.prefix(known.count - limits.names).map(\.key)
        for key in oldest { remove(key) }
        return Set(oldest)
    }
}

extension NameBook {
    /// Whether the secret of a hook suffices for a fact.
    ///
    /// It speaks for the names in its scope, and takes no id and no name from another: whoever holds it could put one
    /// repository's content under another's links otherwise.
    private func mayTell(_ fact: NameFact, _ speaker: Scope) -> Bool {
        switch fact {
        case .repository(let id, let name):
            guard speaker.covers(name), (ids[name.canonical] ?? .repository(id)) == .repository(id) else {
                return false
            }
            return repositoryName(id: id).map(speaker.covers) ?? true
        case .account(let id, let login):
            guard speaker.login == login, (ids[login] ?? .account(id)) == .account(id) else { return false }
            return (self.login(id: id) ?? login) == login
        case .workflow(_, _, let name), .answers(let name):
            return speaker.covers(name)
        case .moved(let former, let id):
            return speaker.covers(former) && (repositoryName(id: id).map(speaker.covers) ?? false)
        }
    }

    /// The name of a repository by its id.
    package func repositoryName(id: Int64) -> RepositoryName? {
        known[.repository(id)].flatMap { RepositoryName($0.text) }
    }

    /// GitHub's id of the repository that has a name now; nil where it is not known.
    package func repositoryID(of name: RepositoryName) -> Int64? {
        guard case .repository(let id)? = ids[name.canonical] else { return nil }
        return id
    }

    /// What a repository is called now that GitHub led to from this name, however long ago; nil for any other name.
    package func successor(of former: RepositoryName) -> (id: Int64, name: RepositoryName)? {
        guard let id = known[.former(former)].flatMap({ Int64(id: $0.text) }), let name = repositoryName(id: id),
            name != former
        else { return nil }
        return (id, name)
    }

    /// The login of an organisation or user by its id.
    package func login(id: Int64) -> String? { known[.account(id)]?.text }

    /// The resource that a target means, by whatever names; nil where it is none that is known, or an id is not.
    package func resource(_ target: RequestTarget, now: Timestamp) -> Resource? {
        named(target).flatMap { Resource($0) }.map { canonical($0, now: now) }
    }

    /// The target with names in the place of the ids that GitHub's page links have.
    private func named(_ target: RequestTarget) -> RequestTarget? {
        let segments = target.segments
        let start: [String]?
        switch segments.first {
        case "repositories" where segments.count >= 2:
            start = Int64(id: segments[1]).flatMap { repositoryName(id: $0) }.map { ["repos", $0.owner, $0.name] }
        case "organizations" where segments.count >= 2:
            start = Int64(id: segments[1]).flatMap { login(id: $0) }.map { ["orgs", $0] }
        case "user" where segments.count == 3 && segments[2] == "repos":
            start = Int64(id: segments[1]).flatMap { login(id: $0) }.map { ["users", $0] }
        default:
            return target
        }
        return start.map { RequestTarget(segments: $0 + segments.dropFirst(2), query: target.query) }
    }

    /// The same resource under the names that all share: the repository's present one, and the workflow's id.
    package func canonical(_ resource: Resource, now: Timestamp) -> Resource {
        guard let asked = resource.endpoint.repository else { return resource }
        var endpoint = resource.endpoint
        if let name = presentName(of: asked, now: now) { endpoint = endpoint.moved(to: name) }
        switch endpoint {
        case .workflow(let name, let file):
            endpoint = workflowID(file, in: name, now: now).map { .workflow(name, $0) } ?? endpoint
        case .workflowRuns(let name, let file):
            endpoint = workflowID(file, in: name, now: now).map { .workflowRuns(name, $0) } ?? endpoint
        case .workflowTiming(let name, let file):
            endpoint = workflowID(file, in: name, now: now).map { .workflowTiming(name, $0) } ?? endpoint
        default:
            break
        }
        return endpoint == resource.endpoint ? resource : Resource(endpoint, query: resource.query)
    }

    /// What a repository of a former name is called now; nil for any other name.
    private func presentName(of name: RepositoryName, now: Timestamp) -> RepositoryName? {
        guard let held = known[.former(name)], now < held.asOf.advanced(bySeconds: limits.formerNames) else {
            return nil
        }
        return Int64(id: held.text).flatMap { repositoryName(id: $0) }
    }

    private func workflowID(_ file: String, in name: RepositoryName, now: Timestamp) -> String? {
        guard let held = known[.workflow(name, file)], now < held.asOf.advanced(bySeconds: limits.workflows) else {
            return nil
        }
        return held.text
    }
}

extension Endpoint {
    /// The same endpoint of a repository of another name.
    fileprivate func moved(to name: RepositoryName) -> Endpoint {
        let segments = RequestTarget(path)?.segments.dropFirst(3) ?? []
        return Endpoint(segments: ["repos", name.owner, name.name] + segments) ?? self
    }
}
