import GitHubCore

extension SimulatedGitHub.Graph {
    /// One page of a list, as connections show it; cursors name elements, so that they outlive changes of the list.
    static func connection(
        _ type: String,
        _ elements: [Source],
        _ arguments: Arguments,
        facts: [String: Resolved] = [:]
    ) -> Resolved {
        func place(_ name: String) -> Int? {
            arguments.text(name).flatMap { wanted in elements.firstIndex { cursor($0) == wanted } }
        }
        var range = 0..<elements.count
        if let after = place("after") { range = range.clamped(to: (after + 1)..<max(after + 1, elements.count)) }
        if let before = place("before") { range = range.clamped(to: 0..<before) }
        if let first = arguments.number("first") { range = range.prefix(first) }
        if let last = arguments.number("last") { range = range.suffix(last) }
        let page = elements[range]
        let edge = "\(type.dropLast("Connection".count))Edge"
        let info: [String: Resolved] = [
            "hasNextPage": .flag(range.upperBound < elements.count), "hasPreviousPage": .flag(range.lowerBound > 0),
            "startCursor": .text(page.first.map { cursor($0) }), "endCursor": .text(page.last.map { cursor($0) }),
        ]
        let edges = page.map { Source.record(edge, ["cursor": .text(cursor($0)), "node": .object($0)]) }
        let fields: [String: Resolved] = [
            "totalCount": .number(elements.count), "nodes": .list(of: Array(page)), "edges": .list(of: edges),
            "pageInfo": .object(.record("PageInfo", info)),
        ]
        return .object(.record(type, fields.merging(facts) { $1 }))
    }

    private static func cursor(_ source: Source) -> String {
        Base64.encode(Array("cursor:v2:\(source.key)".utf8))
    }
}
