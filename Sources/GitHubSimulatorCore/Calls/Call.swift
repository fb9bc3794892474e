import GitHubCore

extension SimulatedGitHub {
    /// A request on its way through the routes.
    struct Call {
        let request: Request
        let caller: Caller
        let now: Timestamp
        /// Whether the newer API version was asked for.
        let isNewVersion: Bool
        /// The query, decoded, in its order.
        let query: [QueryItem]
        /// The query as sent.
        let rawQuery: String
        /// The path as page links show it: with numbers for names.
        var linkPath: String
        /// The repository or the organisation in the path.
        var home: Home?
        /// The values of the path's variable parts.
        var parameters: [String: String] = [:]

        /// A parameter of the query.
        func parameter(_ name: String) -> String? {
            query.last { $0.name == name }?.value
        }

        /// A number in the path.
        func number(_ name: String) throws(Refusal) -> Int64 {
            guard let number = parameters[name].flatMap({ Int64($0) }) else { throw .notFound }
            return number
        }

        /// The elements of a page.
        var pageSize: Int { min(max(parameter("per_page").flatMap { Int($0) } ?? 30, 1), Limits.page) }

        /// The page that is asked for.
        var page: Int { min(max(parameter("page").flatMap { Int($0) } ?? 1, 1), 1_000_000) }

        /// The body's object.
        func object() throws(Refusal) -> JSONObject {
            do {
                return try JSONObject(request.body)
            } catch {
                throw Refusal(400, "Problems parsing JSON")
            }
        }
    }

    /// What a route answers.
    struct Answer {
        var status = 200
        /// The body, or nil for none.
        var body: JSON?
        var link: LinkHeader?
        var location: String?
        var lastModified: Timestamp?
        /// Whether the answer has a validator and may be kept.
        var isCacheable = true
        /// A body that is no JSON, with its type.
        var download: (type: String, bytes: [UInt8])?

        static func json(_ body: JSON, link: LinkHeader? = nil, lastModified: Timestamp? = nil) -> Answer {
            Answer(body: body, link: link, lastModified: lastModified)
        }

        static func done(_ status: Int, _ body: JSON? = nil) -> Answer {
            Answer(status: status, body: body, isCacheable: false)
        }
    }

    /// An answer that says no.
    struct Refusal: Error, Equatable {
        var status: Int
        var message: String
        var documentation = "https://docs.github.com/rest"
        var headers: [HeaderField] = []
        var location: String?
        var errors: JSON?

        init(_ status: Int, _ message: String) {
            self.status = status
            self.message = message
        }

        static let notFound = Refusal(404, "Not Found")
        static let needsAuthentication = Refusal(401, "Requires authentication")
        static let needsAdmin = Refusal(403, "Must have admin rights to Repository.")
        static let notForApps = Refusal(403, "Resource not accessible by integration")

        var body: JSON {
            var members: [JSON.Member] = [.init("message", .string(message))]
            if let errors { members.append(.init("errors", errors)) }
            if let location { members.append(.init("url", .string(location))) }
            members.append(.init("documentation_url", .string(documentation)))
            if location == nil { members.append(.init("status", "\(status)")) }
            return .object(members)
        }
    }
}

extension SimulatedGitHub {
    /// One page of a list, and the links to its neighbours.
    func page<Element>(
        _ elements: [Element],
        of call: Call,
        reachable: Int = .max
    ) -> (elements: [Element], link: LinkHeader?) {
        let count = min(elements.count, reachable)
        let (start, overflow) = (call.page - 1).multipliedReportingOverflow(by: call.pageSize)
        let from = overflow ? count : min(start, count)
        let to = min(from + call.pageSize, count)
        return (Array(elements[from..<to]), link(call, pages: (count + call.pageSize - 1) / call.pageSize))
    }

    private func link(_ call: Call, pages: Int) -> LinkHeader? {
        var links: [LinkHeader.Link] = []
        func add(_ relation: String, _ page: Int) {
            let target = configuration.apiURL + call.linkPath + "?" + call.rawQuery.setting("page", to: "\(page)")
            links.append(.init(target: target, relation: relation))
        }
        if call.page > 1 { add("prev", min(call.page - 1, max(pages, 1))) }
        if call.page < pages {
            add("next", call.page + 1)
            add("last", pages)
        }
        if call.page > 1 { add("first", 1) }
        return links.isEmpty ? nil : LinkHeader(links: links)
    }
}

extension String {
    /// This query with one parameter set: in its place where it is there, else at the end.
    func setting(_ name: String, to value: String) -> String {
        var items = split(separator: "&").map { String($0) }
        let item = "\(name)=\(value)"
        if let index = items.firstIndex(where: { $0.hasPrefix("\(name)=") }) {
            items[index] = item
        } else {
            items.append(item)
        }
        return items.joined(separator: "&")
    }
}
