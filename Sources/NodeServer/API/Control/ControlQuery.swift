import CacheNode
import GitHubCore
import Hummingbird

/// What a control request asks: its path below `/_hookcache/v1/`, and its parameters.
struct ControlQuery: Sendable {
    /// The path's segments below the version.
    let path: String
    private let items: [QueryItem]

    /// Reads a target, or nil where it is malformed or of another version.
    init?(_ target: String) {
        guard let target = RequestTarget(target), target.segments.count >= 3,
            target.segments.prefix(2).elementsEqual(["_hookcache", "v1"])
        else { return nil }
        path = target.segments.dropFirst(2).joined(separator: "/")
        items = target.query
    }

    /// The first value of a parameter; an empty one counts as absent.
    subscript(name: String) -> String? {
        items.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// A parameter that must be there.
    func required(_ name: String) throws(ControlRefusal) -> String {
        guard let value = self[name] else { throw .bad("the parameter \(name) is missing") }
        return value
    }

    /// A count between 1 and a maximum.
    func limit(default standard: Int, maximum: Int) throws(ControlRefusal) -> Int {
        guard let text = self["limit"] else { return standard }
        guard let limit = Int(text), limit > 0 else { throw .bad("limit must be a number above 0") }
        return min(limit, maximum)
    }

    /// A number of days, or nil where there is none.
    func days(_ name: String) throws(ControlRefusal) -> Int? {
        guard let text = self[name] else { return nil }
        guard let days = Int(text), (1...36_500).contains(days) else {
            throw .bad("\(name) must be a number of days from 1 to 36500")
        }
        return days
    }

    /// `OWNER` or `OWNER/REPO`.
    func scope(_ name: String) throws(ControlRefusal) -> Scope {
        guard let scope = Scope(try required(name)) else { throw .bad("\(name) must be OWNER or OWNER/REPO") }
        return scope
    }

    /// A comma-separated list.
    func list(_ name: String) -> [String] {
        (self[name] ?? "").split(separator: ",").map(String.init)
    }

    /// A truth value; absent is false.
    func flag(_ name: String) throws(ControlRefusal) -> Bool {
        switch self[name] {
        case nil, "false", "0": return false
        case "true", "1": return true
        default: throw .bad("\(name) must be true or false")
        }
    }

    /// `OWNER/REPO`.
    func repository(_ name: String) throws(ControlRefusal) -> RepositoryName {
        guard let repository = RepositoryName(try required(name)) else { throw .bad("\(name) must be OWNER/REPO") }
        return repository
    }

    /// The resource that a path means to a node.
    func resource(_ name: String, for node: any NodeInterface) throws(ControlRefusal) -> Resource {
        guard let resource = RequestTarget(try required(name)).flatMap({ node.resource(of: $0) }) else {
            throw .bad("\(name) must be a path such as /repos/OWNER/REPO/actions/runs")
        }
        return resource
    }
}
