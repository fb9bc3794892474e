extension NameFact {
    /// What GitHub's answer to a resource tells: by the objects in it, by its page links, and by the way to it.
    ///
    /// The body is that of a 200, and `movedTo` the target that a permanent redirect led to.
    package static func told(
        by body: [UInt8],
        link: String?,
        movedTo: String?,
        answering resource: Resource
    ) -> [NameFact] {
        let answer = Answer(body, resource)
        var facts = answer.facts
        guard let movedTo else {
            if let name = resource.endpoint.repository { facts.append(.answers(name)) }
            return facts + told(byLink: link, of: resource.endpoint)
        }
        guard let former = resource.endpoint.repository else { return facts }
        var id: Int64?
        for case .repository(let own, _) in facts { id = id ?? own }
        if id == nil, case .repository(let own)? = Alias(url: movedTo) {
            id = own
            // Objects that carry no repository carry its name in their URLs.
            if let name = answer.nameInURLs { facts.append(.repository(id: own, name)) }
        }
        return facts + (id.map { [.moved(former, id: $0)] } ?? [])
    }

    /// Page links name by id what the request named by name.
    private static func told(byLink link: String?, of endpoint: Endpoint) -> [NameFact] {
        guard let url = link.flatMap({ LinkHeader($0) })?.links.first?.target, let alias = Alias(url: url) else {
            return []
        }
        switch (alias, endpoint.repository, endpoint.scope) {
        case (.repository(let id), let name?, _): return [.repository(id: id, name)]
        case (.account(let id), nil, .owner(let login)) where !login.isEmpty: return [.account(id: id, login: login)]
        default: return []
        }
    }

    /// An id in the place of a name, as GitHub's own URLs have it.
    private enum Alias {
        case repository(Int64)
        case account(Int64)

        init?(url: String) {
            let segments = URLPath.segments(of: url)
            guard segments.count >= 2, let id = Int64(id: segments[1]) else { return nil }
            switch segments[0] {
            case "repositories": self = .repository(id)
            case "organizations", "user": self = .account(id)
            default: return nil
            }
        }
    }

    /// The objects in an answer, read for names.
    private struct Answer {
        let endpoint: Endpoint
        let root: JSONObject?
        let objects: [JSONObject]

        init(_ body: [UInt8], _ resource: Resource) {
            endpoint = resource.endpoint
            guard let text = try? JSONSlices(body) else {
                (root, objects) = (nil, [])
                return
            }
            root = try? JSONObject(text)
            switch endpoint.row.shape {
            case .object: objects = root.map { [$0] } ?? []
            case .envelope(let key): objects = root?.objects(key) ?? []
            case .array:
                let elements = (try? text.elements(of: text.root)) ?? []
                objects = elements.compactMap { try? JSONObject(text, at: $0) }
            }
        }

        var facts: [NameFact] {
            switch endpoint {
            case .repository, .ownerRepositories, .ownRepositories:
                objects.flatMap { NameFact.told(byRepository: $0) }
            case .organization:
                objects.flatMap { NameFact.told(byAccount: $0) }
            case .workflows(let name), .workflow(let name, _):
                objects.flatMap { NameFact.told(byWorkflow: $0.integer("id"), path: $0.string("path"), in: name) }
            case .runs(let name), .run(let name, _), .runAttempt(let name, _, _), .workflowRuns(let name, _):
                embedded + workflows(in: embeddedName ?? name)
            default:
                embedded
            }
        }

        /// The repository of the first object, or of the whole.
        private var embedded: [NameFact] {
            let found = objects.first?.object("repository") ?? root?.object("repository")
            return found.map { NameFact.told(byRepository: $0) } ?? []
        }

        private var embeddedName: RepositoryName? {
            for case .repository(_, let name) in embedded { return name }
            return nil
        }

        /// The workflows of runs, each once.
        private func workflows(in name: RepositoryName) -> Set<NameFact> {
            let facts = objects.flatMap {
                NameFact.told(byWorkflow: $0.integer("workflow_id"), path: $0.string("path"), in: name)
            }
            return Set(facts)
        }

        /// The name of the repository that the first object's URL lies in.
        var nameInURLs: RepositoryName? {
            guard let url = (objects.first ?? root)?.string("url") else { return nil }
            let segments = URLPath.segments(of: url)
            guard segments.count >= 3, segments[0] == "repos" else { return nil }
            return RepositoryName(owner: segments[1], name: segments[2])
        }
    }

    private enum URLPath {
        /// The segments of the path of a URL or a target, without the prefix of an Enterprise Server's API.
        static func segments(of url: String) -> [Substring] {
            let rest = url.firstRange(of: "://").map { url[$0.upperBound...].drop { $0 != "/" } } ?? url[...]
            let segments = rest.prefix { $0 != "?" }.split(separator: "/")
            return segments.starts(with: ["api", "v3"]) ? Array(segments.dropFirst(2)) : segments
        }
    }
}
