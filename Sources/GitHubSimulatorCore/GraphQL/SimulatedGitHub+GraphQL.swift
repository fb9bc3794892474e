import GitHubCore

extension SimulatedGitHub {
    /// Answers a GraphQL request, and tells how many points it costs.
    ///
    /// What is wrong with a query is said in a 200, and so is that its budget is spent.
    mutating func answerGraphQL(
        _ request: Request,
        _ caller: Caller,
        budget: RateLimit,
        at now: Timestamp
    ) throws(Refusal) -> (answer: Answer, points: Int) {
        guard request.method == "POST" else { throw .notFound }
        guard let token = caller.token else {
            throw Refusal(401, "This endpoint requires you to be authenticated.")
        }
        guard budget.remaining > 0 else {
            let who = account(token.login)?.id ?? 0
            let error: JSON = [
                "type": "RATE_LIMIT", "code": "graphql_rate_limit",
                "message": "API rate limit already exceeded for user ID \(who).",
            ]
            return (Self.graphQL(errors: [error]), 0)
        }
        guard let body = try? JSON(parsing: request.body) else { throw Refusal(400, "Problems parsing JSON") }
        guard let text = body["query"]?.text, !text.isEmpty else {
            let message = "A query attribute must be specified and must be a string."
            return (Self.graphQL(errors: [["message": .string(message)]]), 1)
        }
        guard let schema = Graph.Schema.github else { throw Refusal(500, "Server Error") }
        do throws(Graph.Problems) {
            return try execute(text, body, schema, caller, budget, now)
        } catch {
            return (Self.graphQL(errors: error.all.map { $0.json(in: text) }), 1)
        }
    }

    private mutating func execute(
        _ text: String,
        _ body: JSON,
        _ schema: Graph.Schema,
        _ caller: Caller,
        _ budget: RateLimit,
        _ now: Timestamp
    ) throws(Graph.Problems) -> (answer: Answer, points: Int) {
        let document = try Graph.document(text)
        let operation = try Graph.operation(named: body["operationName"]?.text, in: document)
        var validator = Graph.Validator(schema, document)
        validator.validate()
        guard validator.problems.isEmpty else { throw Graph.Problems(all: validator.problems) }
        let variables = try Graph.variables(of: operation, given: body["variables"] ?? .null, schema)
        var cost = Graph.Cost()
        cost.add(operation.selections, of: Graph.Schema.root(of: operation.kind), in: document, schema, variables)
        guard cost.nodes <= Graph.Limits.nodes else {
            let message =
                "This query requests more than \(Graph.Limits.nodes) possible nodes, which is the maximum limit."
            throw Graph.Problems(all: [.init(type: "MAX_NODE_LIMIT_EXCEEDED", message)])
        }
        var after = budget
        after.used += cost.points
        after.remaining = max(0, budget.limit - after.used)
        let context = Graph.Context(github: self, caller: caller, now: now, budget: after, cost: cost)
        var executor = Graph.Executor(schema, document, variables: variables, context: context)
        let data = executor.execute(operation)
        if operation.kind == .mutation { self = executor.context.github }
        var members = [JSON.Member("data", data)]
        if !executor.problems.isEmpty {
            members.append(.init("errors", .array(executor.problems.map { $0.json(in: text) })))
        }
        return (.done(200, .object(members)), cost.points)
    }

    private static func graphQL(errors: [JSON]) -> Answer {
        .done(200, ["errors": .array(errors)])
    }
}

extension SimulatedGitHub.Graph {
    /// All that is wrong with a query.
    struct Problems: Error {
        let all: [Problem]

        init(all: [Problem]) { self.all = all }

        init(_ message: String, at offset: Int? = nil) {
            var problem = Problem(type: nil, message)
            problem.offsets = offset.map { [$0] } ?? []
            all = [problem]
        }
    }

    /// Reads a document.
    static func document(_ text: String) throws(Problems) -> Document {
        do throws(SyntaxError) {
            var parser = try Parser(text)
            return try parser.document()
        } catch {
            switch error {
            case .truncated: throw Problems("Unexpected end of document", at: text.utf8.count)
            case .unexpected(let offset):
                let rest = text.utf8.dropFirst(offset).prefix { !" \t\r\n,".utf8.contains($0) }.prefix(32)
                let word = String(decoding: rest, as: UTF8.self)
                throw Problems("Parse error on \"\(word)\"", at: offset)
            case .tooLong, .tooDeep: throw Problems("This query is too large or too deep.")
            }
        }
    }

    /// The operation that is meant.
    static func operation(named name: String?, in document: Document) throws(Problems) -> Operation {
        let named = name.flatMap { $0.isEmpty ? nil : $0 }
        let found = named.map { name in document.operations.filter { $0.name == name } } ?? document.operations
        guard let operation = found.first, found.count == 1 || named != nil else {
            throw Problems(named.map { "No operation named \"\($0)\"" } ?? "An operation name is required")
        }
        guard operation.kind != .subscription else {
            throw Problems("Schema is not configured for subscriptions", at: operation.offset)
        }
        return operation
    }

    /// The values of an operation's variables, with their defaults.
    static func variables(
        of operation: Operation,
        given: JSON,
        _ schema: Schema
    ) throws(Problems) -> [String: JSON] {
        var values: [String: JSON] = [:]
        var problems: [Problem] = []
        for variable in operation.variables {
            let value = given[variable.name] ?? variable.fallback?.json([:])
            guard let fault = schema.fault(in: value ?? .null, as: variable.type) else {
                if let value { values[variable.name] = value }
                continue
            }
            let message = "Variable $\(variable.name) of type \(variable.type.text) was provided invalid value"
            var problem = Problem(type: nil, message)
            problem.offsets = [variable.offset]
            let explained: JSON = ["path": [], "explanation": .string(fault)]
            problem.extensions = [.init("value", value ?? .null), .init("problems", [explained])]
            problems.append(problem)
        }
        guard problems.isEmpty else { throw Problems(all: problems) }
        return values
    }
}
