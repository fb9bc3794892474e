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
/// `…/runs?page=1&per_page=30` are one resource. Of a parameter that is given twice GitHub takes the last.
package struct Resource: Hashable, Sendable, CustomStringConvertible {
    /// The endpoint.
    package let endpoint: Endpoint
    /// The parameters, sorted, without defaults.
    package let query: [QueryItem]

    /// A resource from an endpoint and the parameters as asked for.
    package init(_ endpoint: Endpoint, query: [QueryItem] = []) {
        self.endpoint = endpoint
        let defaults = endpoint.parameters
        var last: [String: QueryItem] = [:]
        var others: [QueryItem] = []
        for item in query {
            // Names such as `x[]` make lists; they are none of GitHub's here and stay as they are.
            if item.name.hasSuffix("[]") { others.append(item) } else { last[item.name] = item }
        }
        self.query =
            last.values.filter { item in
                guard let known = defaults[item.name], let value = known else { return true }
                return item.value.lowercased() != value
            }.sorted() + others
    }

    /// The resource that a request target names, or nil where its path is no known endpoint.
    package init?(_ target: RequestTarget) {
        guard let endpoint = Endpoint(segments: target.segments) else { return nil }
        self.init(endpoint, query: target.query)
    }

    /// The resource that a path with its query names, or nil.
    package init?(_ path: some StringProtocol) {
        guard let target = RequestTarget(path) else { return nil }
        self.init(target)
    }

    /// The value of a parameter, or GitHub's default for it, or nil.
    package func parameter(_ name: String) -> String? {
        query.first { $0.name == name }?.value ?? endpoint.parameters[name].flatMap(\.self)
    }

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
