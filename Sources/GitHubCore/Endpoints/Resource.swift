/// One name and value of a query, decoded.
package struct QueryItem: Hashable, Sendable, Comparable {
    /// The parameter's name.
    package let name: String
    /// Its value, empty where there is none.
    package let value: String

    /// A parameter with its value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package static func < (left: QueryItem, right: QueryItem) -> Bool {
        (left.name, left.value) < (right.name, right.value)
    }
}

/// What a request asks for: an endpoint and the parameters that matter to it, in one canonical form.
///
/// Parameters are sorted and those that repeat GitHub's default are left out, so that `…/runs` and
/// `…/runs?page=1&per_page=30` are one resource. Of a parameter that is given twice GitHub takes the last. A parameter
/// that the table does not know is kept: with it, it is another resource, which no event can tell the content of.
package struct Resource: Hashable, Sendable, CustomStringConvertible {
    /// The endpoint.
    package let endpoint: Endpoint
    /// The parameters, sorted, without defaults.
    package let query: [QueryItem]

    /// A resource from an endpoint and the parameters as asked for.
    package init(_ endpoint: Endpoint, query: [QueryItem] = []) {
        self.endpoint = endpoint
        guard !query.isEmpty else {
            self.query = []
            return
        }
        let row = endpoint.row
        var last: [String: QueryItem] = [:]
        var others: [QueryItem] = []
        for item in query {
            // Names such as `x[]` make lists; they are none of GitHub's here and stay as they are.
            if item.name.hasSuffix("[]") { others.append(item) } else { last[item.name] = Self.canonical(item, row) }
        }
        self.query = last.values.filter { row.parameter($0.name)?.fallback != $0.value }.sorted() + others
    }

    /// The resource that a request target names, or nil where its path is no known endpoint or its query is not for
    /// storing.
    package init?(_ target: RequestTarget) {
        guard let endpoint = Endpoint(segments: target.segments),
            !target.query.contains(where: { Self.forbidden.contains($0.name) })
        else { return nil }
        self.init(endpoint, query: target.query)
    }

    /// The resource that a path with its query names, or nil.
    package init?(_ path: some StringProtocol) {
        guard let target = RequestTarget(path) else { return nil }
        self.init(target)
    }

    /// Parameters by which older clients send credentials, and the one that turns JSON into a script.
    private static let forbidden: Set<String> = ["access_token", "client_id", "client_secret", "callback"]

    private static func canonical(_ item: QueryItem, _ row: Endpoint.Row) -> QueryItem {
        let value = item.value.lowercased()
        guard row.parameter(item.name)?.isFlag ?? false, value == "true" || value == "false" else { return item }
        return QueryItem(item.name, value)
    }

    /// The value of a parameter, or GitHub's default for it, or nil.
    package func parameter(_ name: String) -> String? {
        query.first { $0.name == name }?.value ?? endpoint.row.parameter(name)?.fallback
    }

    /// Whether the table knows what every parameter does.
    package var isUnderstood: Bool {
        guard !query.isEmpty else { return true }
        let row = endpoint.row
        return query.allSatisfy { item in
            guard let known = row.parameter(item.name) else { return false }
            return !known.isFlag || item.value == "true"
        }
    }

    /// How many elements a full page has, or nil where there are no pages or GitHub's reading of the query is not known.
    package var pageSize: Int? {
        guard let size = parameter("per_page").flatMap({ Int($0) }), size > 0 else { return nil }
        return min(size, Self.longestPage)
    }

    /// The most elements that GitHub puts on a page.
    private static let longestPage = 100

    /// The type of data whose lifetime the resource has.
    package var dataType: DataType { endpoint.dataType(query: query) }

    /// The canonical path and query, as sent to GitHub and as stored.
    package var path: String {
        guard !query.isEmpty else { return endpoint.path }
        let items = query.map { "\(PercentEncoding.query($0.name))=\(PercentEncoding.query($0.value))" }
        return "\(endpoint.path)?\(items.joined(separator: "&"))"
    }

    package var description: String { path }
}
