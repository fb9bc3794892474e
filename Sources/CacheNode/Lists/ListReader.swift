import CacheCore
package import GitHubCore

/// Reads GitHub's lists to their end: page after page, each through the cache like any other read.
package struct ListReader: Sendable {
    /// How far it reads.
    package enum Limits {
        /// Objects of a page: GitHub's most.
        package static let page = 100
        /// Objects of a page that is asked for without saying how many; prewarms and polls keep that one fresh.
        package static let plainPage = 30
        /// Repositories of one owner.
        package static let repositories = 5_000
        /// Runners of one repository or organisation.
        package static let runners = 5_000
        /// Jobs of one run.
        package static let jobs = 1_000
        /// Runs of one repository; GitHub filters no further than that.
        package static let runs = 1_000
    }

    let node: any NodeInterface
    let caller: Caller
    private let purpose: ReadPurpose
    private let directives: RequestDirectives

    /// A reader on somebody's behalf.
    package init(
        _ node: any NodeInterface,
        caller: Caller,
        purpose: ReadPurpose = .client,
        directives: RequestDirectives = RequestDirectives()
    ) {
        self.node = node
        self.caller = caller
        self.purpose = purpose
        self.directives = directives
    }

    /// A repository's runs, the newest first.
    package func runs(
        of repository: RepositoryName,
        status: String? = nil,
        branch: String? = nil,
        limit: Int
    ) async throws(ControlError) -> ObjectList {
        let filters = [("status", status), ("branch", branch)].compactMap { name, value in
            value.map { QueryItem(name, $0) }
        }
        return try await list(.runs(repository), filters, limit: min(limit, Limits.runs))
    }

    /// The jobs of a run's latest attempt.
    package func jobs(
        ofRun run: Int64,
        in repository: RepositoryName,
        limit: Int = Limits.jobs
    ) async throws(ControlError) -> ObjectList {
        try await list(.runJobs(repository, run), limit: min(limit, Limits.jobs))
    }

    /// The first objects of a list.
    func list(
        _ endpoint: Endpoint,
        _ filters: [QueryItem] = [],
        limit: Int
    ) async throws(ControlError) -> ObjectList {
        let size = limit <= Limits.plainPage ? Limits.plainPage : Limits.page
        var list = ObjectList()
        var known: Set<Int64> = []
        var number = 1
        while true {
            let query = filters + [QueryItem("per_page", "\(size)"), QueryItem("page", "\(number)")]
            let page = try await page(Resource(endpoint, query: query))
            list.add(page.objects, page.outcome, known: &known)
            let isLast = page.objects.count < size || page.total.map { number * size >= $0 } ?? false
            if isLast || list.objects.count >= limit || number * size >= limit {
                list.isWhole = isLast && list.objects.count <= limit
                list.objects = Array(list.objects.prefix(limit))
                return list
            }
            number += 1
        }
    }

    private struct Page {
        let objects: [JSONObject]
        let total: Int?
        let outcome: Outcome
    }

    private func page(_ resource: Resource) async throws(ControlError) -> Page {
        let request = ReadRequest(
            Representation(resource),
            caller: caller,
            directives: directives,
            purpose: purpose
        )
        switch await node.read(request) {
        case .failed(let status, let message, let retryAfter):
            throw ControlError(status: status, message, retryAfter: retryAfter)
        case .found(let answer):
            let text = try? JSONSlices(answer.body.bytes)
            let root = text.flatMap { try? JSONObject($0) }
            guard answer.status == 200 else {
                throw ControlError(status: answer.status, Self.words(root?.string("message"), answer, resource))
            }
            switch resource.endpoint.row.shape {
            case .envelope(let key):
                guard let root, root.has(key) else { throw Self.unreadable }
                let total = root.integer("total_count").map { Int(clamping: $0) }
                return Page(objects: root.objects(key), total: total, outcome: answer.outcome)
            case .array, .object:
                guard let text, let elements = try? text.elements(of: text.root) else { throw Self.unreadable }
                let objects = elements.compactMap { try? JSONObject(text, at: $0) }
                return Page(objects: objects, total: nil, outcome: answer.outcome)
            }
        }
    }

    private static func words(_ message: String?, _ answer: FoundAnswer, _ resource: Resource) -> String {
        let words = "GitHub says of \(resource.endpoint.path): \(message ?? "status \(answer.status)")"
        // What a credential may not see is not there for it; lists for administrators say what they need.
        guard answer.status == 404, resource.endpoint.row.readers != .entitled else { return words }
        return "\(words); it does not exist, or this credential may not see it"
    }

    private static let unreadable = ControlError(status: 502, "GitHub's answer cannot be read")
}
