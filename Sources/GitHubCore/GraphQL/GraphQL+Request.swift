extension GraphQL {
    /// What a request to `/graphql` asks for.
    package enum Request: Sendable {
        /// A query whose answer may be kept.
        case query(Query)
        /// Anything else: it is handed on as it came.
        case other(Reason)
    }

    /// Why a request's answer is not kept.
    package enum Reason: Hashable, Sendable {
        /// The body or the text is larger than the limit.
        case tooLarge
        /// The body is no JSON object, or one whose meaning readers disagree on.
        case unreadable
        /// Several requests in one.
        case batch
        /// No text of a query, such as one that GitHub is to know by a hash.
        case noQuery
        /// A text that is not understood.
        case malformed(SyntaxError)
        /// Nothing tells which operation is meant, or there is none of that name.
        case operation
        /// It writes.
        case mutation
        /// It subscribes.
        case subscription
        /// It asks for what is only true at once: the rate limit.
        case live

        /// Whether GitHub may have changed something once it answered.
        package var mayWrite: Bool {
            switch self {
            case .live, .subscription: false
            default: true
            }
        }
    }

    /// A query, told from all others that ask something else and from none that ask the same.
    package struct Query: Hashable, Sendable {
        /// What it is stored under.
        package let digest: Digest
        /// The repositories and owners that its text and its variables name.
        package let tags: Tags
        /// What tells where the answer lies.
        package let placement: Placement
        /// What beside the body asks for this answer.
        package let variant: Variant
    }
}

extension GraphQL {
    /// What tells which repositories an answer lies in.
    package enum Placement: Int, Hashable, Sendable, Comparable {
        /// The query's text and variables.
        case byText
        /// The answer, by names that the query asks for.
        case byAnswer
        /// Nothing: it may lie anywhere.
        case unknown

        package static func < (left: Placement, right: Placement) -> Bool { left.rawValue < right.rawValue }
    }
}

extension GraphQL.Request {
    /// Reads a request's body; a variant that could not be told is for the caller to refuse.
    package init(body: [UInt8], variant: GraphQL.Variant = GraphQL.Variant()) {
        self = Self.read(body, variant)
    }

    private static func read(_ body: [UInt8], _ variant: GraphQL.Variant) -> GraphQL.Request {
        guard body.count <= GraphQL.Limits.bodyBytes else { return .other(.tooLarge) }
        guard let text = try? JSONSlices(body) else { return .other(.unreadable) }
        guard text.kind(of: text.root) == .object else {
            return .other(text.kind(of: text.root) == .array ? .batch : .unreadable)
        }
        // Keys given twice, anywhere, have no one meaning.
        guard (try? text.canonical(text.root)) != nil, let object = try? JSONObject(text),
            let members = try? text.members(of: text.root),
            members.allSatisfy({ known.contains($0.key) || isNothing($0.value, text) })
        else { return .other(.unreadable) }
        guard let query = object.string("query"), !query.isEmpty else { return .other(.noQuery) }
        let variables = object.valueRange("variables").flatMap { isNothing($0, text) ? nil : $0 }
        guard variables.map({ text.kind(of: $0) == .object }) ?? true else { return .other(.unreadable) }
        let document: GraphQL.Document
        do {
            document = try GraphQL.Document(query)
        } catch {
            return .other(.malformed(error))
        }
        guard let operation = operation(in: document, object, text) else { return .other(.operation) }
        switch operation.kind {
        case .mutation: return .other(.mutation)
        case .subscription: return .other(.subscription)
        case .query: break
        }
        let given = variables.flatMap { try? JSONObject(text, at: $0) }
        var places = GraphQL.Places(document, operation, variables: given)
        places.visit()
        guard !places.isCut else { return .other(.tooLarge) }
        guard !places.isLive else { return .other(.live) }
        if let variables { GraphQL.JSONPlaces.collect(fromVariables: variables, in: text, into: &places.tags) }
        let canonical = variables.flatMap { try? text.canonical($0) } ?? Array("{}".utf8)
        let digest = GraphQL.Digest(over: [
            Array((operation.name ?? "").utf8), document.normalised, canonical, Array(variant.accept.utf8),
            Array(variant.features.utf8), Array(variant.timeZone.utf8),
        ])
        return .query(
            GraphQL.Query(digest: digest, tags: places.tags, placement: places.placement, variant: variant)
        )
    }

    private static let known: Set<String> = ["query", "variables", "operationName"]

    /// Whether a value says nothing: null, or an object with no member.
    private static func isNothing(_ range: Range<Int>, _ text: JSONSlices) -> Bool {
        switch text.kind(of: range) {
        case .null: true
        case .object: (try? text.members(of: range))?.isEmpty ?? false
        default: false
        }
    }

    /// The operation that is meant: the one of the name given, or the only one (section 6.1).
    private static func operation(
        in document: GraphQL.Document,
        _ object: JSONObject,
        _ text: JSONSlices
    ) -> GraphQL.Operation? {
        guard let range = object.valueRange("operationName"), text.kind(of: range) != .null else {
            return document.operations.count == 1 ? document.operations.first : nil
        }
        // What an empty name means is each server's own affair.
        guard let name = text.string(range), !name.isEmpty else { return nil }
        return document.operations.first { $0.name == name }
    }
}
