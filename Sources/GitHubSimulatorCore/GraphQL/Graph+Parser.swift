import GitHubCore

extension SimulatedGitHub.Graph {
    typealias SyntaxError = GitHubCore.GraphQL.SyntaxError

    /// Reads documents, and the schema that is written in the same language.
    struct Parser {
        private let tokens: [GitHubCore.GraphQL.Token]
        private(set) var index = 0
        private var depthLeft = Limits.depth

        init(_ text: String) throws(SyntaxError) {
            tokens = try GitHubCore.GraphQL.Lexer.tokens(of: text)
        }

        var isAtEnd: Bool { index >= tokens.count }

        var peek: GitHubCore.GraphQL.Token.Kind? { isAtEnd ? nil : tokens[index].kind }

        /// Where the next token stands.
        var offset: Int { isAtEnd ? (tokens.last?.offset ?? 0) : tokens[index].offset }

        var unexpected: SyntaxError { isAtEnd ? .truncated : .unexpected(offset: tokens[index].offset) }

        mutating func consume(_ byte: Character) -> Bool {
            guard let value = byte.asciiValue, peek == .punctuator(value) else { return false }
            index += 1
            return true
        }

        mutating func consume(word: String) -> Bool {
            guard peek == .name(word) else { return false }
            index += 1
            return true
        }

        mutating func expect(_ byte: Character) throws(SyntaxError) {
            guard consume(byte) else { throw unexpected }
        }

        mutating func name() throws(SyntaxError) -> String {
            guard case .name(let name)? = peek else { throw unexpected }
            index += 1
            return name
        }

        /// Steps over a description, which a schema may have anywhere.
        mutating func skipDescription() {
            if case .string? = peek { index += 1 }
        }

        mutating func type() throws(SyntaxError) -> TypeReference {
            var type: TypeReference
            if consume("[") {
                try enter()
                type = .list(try self.type())
                leave()
                try expect("]")
            } else {
                type = .named(try name())
            }
            if consume("!") { type = .required(type) }
            return type
        }

        mutating func value() throws(SyntaxError) -> Value {
            guard let kind = peek else { throw unexpected }
            index += 1
            switch kind {
            case .string(let text): return .string(text)
            case .number(let text): return .number(text)
            case .name("true"): return .bool(true)
            case .name("false"): return .bool(false)
            case .name("null"): return .null
            case .name(let name): return .constant(name)
            case .punctuator(UInt8(ascii: "$")): return .variable(try name())
            case .punctuator(UInt8(ascii: "[")):
                try enter()
                var values: [Value] = []
                while !consume("]") { values.append(try value()) }
                leave()
                return .list(values)
            case .punctuator(UInt8(ascii: "{")):
                try enter()
                var members: [String: Value] = [:]
                while !consume("}") {
                    let name = try name()
                    try expect(":")
                    members[name] = try value()
                }
                leave()
                return .object(members)
            case .punctuator, .spread:
                index -= 1
                throw unexpected
            }
        }

        /// Goes one level down; not further than the limit.
        mutating func enter() throws(SyntaxError) {
            guard depthLeft > 0 else { throw .tooDeep }
            depthLeft -= 1
        }

        mutating func leave() { depthLeft += 1 }

        mutating func skip() { index += 1 }
    }
}

extension SimulatedGitHub.Graph.Parser {
    typealias Graph = SimulatedGitHub.Graph

    /// A document that can be executed.
    mutating func document() throws(Graph.SyntaxError) -> Graph.Document {
        var document = Graph.Document()
        repeat {
            let offset = offset
            if consume(word: "fragment") {
                guard peek != .name("on") else { throw unexpected }
                let name = try name()
                guard consume(word: "on") else { throw unexpected }
                let type = try self.name()
                _ = try directives()
                let selections = try selections()
                document.fragments[name] = .init(name: name, type: type, selections: selections, offset: offset)
            } else {
                document.operations.append(try operation(at: offset))
            }
        } while !isAtEnd
        return document
    }

    private mutating func operation(at offset: Int) throws(Graph.SyntaxError) -> Graph.Operation {
        guard case .name(let word)? = peek else {
            return .init(kind: .query, name: nil, variables: [], selections: try selections(), offset: offset)
        }
        guard let kind = GitHubCore.GraphQL.OperationKind(rawValue: word) else { throw unexpected }
        _ = try self.name()
        var name: String?
        if case .name? = peek { name = try self.name() }
        var variables: [Graph.Variable] = []
        if consume("(") {
            repeat {
                let offset = self.offset
                try expect("$")
                let name = try self.name()
                try expect(":")
                let type = try type()
                let fallback = consume("=") ? try value() : nil
                variables.append(.init(name: name, type: type, fallback: fallback, offset: offset))
            } while !consume(")")
        }
        _ = try directives()
        return .init(kind: kind, name: name, variables: variables, selections: try selections(), offset: offset)
    }

    private mutating func selections() throws(Graph.SyntaxError) -> [Graph.Selection] {
        try expect("{")
        try enter()
        var selections: [Graph.Selection] = []
        repeat { selections.append(try selection()) } while !consume("}")
        leave()
        return selections
    }

    private mutating func selection() throws(Graph.SyntaxError) -> Graph.Selection {
        let offset = offset
        guard peek == .spread else { return .field(try field()) }
        skip()
        if case .name(let name)? = peek, name != "on" {
            skip()
            return .spread(name: name, try directives(), offset: offset)
        }
        let type = consume(word: "on") ? try name() : nil
        return .inline(type: type, try directives(), try selections(), offset: offset)
    }

    private mutating func field() throws(Graph.SyntaxError) -> Graph.Field {
        let offset = offset
        let key = try name()
        let name = consume(":") ? try self.name() : key
        let arguments = try arguments()
        let directives = try directives()
        let hasSelections = peek == .punctuator(UInt8(ascii: "{"))
        return .init(
            key: key,
            name: name,
            arguments: arguments,
            directives: directives,
            selections: hasSelections ? try selections() : nil,
            offset: offset
        )
    }

    private mutating func arguments() throws(Graph.SyntaxError) -> [Graph.Argument] {
        guard consume("(") else { return [] }
        var arguments: [Graph.Argument] = []
        repeat {
            let offset = offset
            let name = try name()
            try expect(":")
            arguments.append(.init(name: name, value: try value(), offset: offset))
        } while !consume(")")
        return arguments
    }

    private mutating func directives() throws(Graph.SyntaxError) -> [Graph.Directive] {
        var directives: [Graph.Directive] = []
        while peek == .punctuator(UInt8(ascii: "@")) {
            let offset = offset
            skip()
            directives.append(.init(name: try name(), arguments: try arguments(), offset: offset))
        }
        return directives
    }
}
