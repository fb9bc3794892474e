extension GraphQL {
    /// Reads the tokens of an executable document, with a bounded depth.
    struct Parser {
        private let tokens: [Token]
        private let end: Int
        private var index = 0
        private var depthLeft = Limits.depth

        init(_ tokens: [Token], end: Int) {
            self.tokens = tokens
            self.end = end
        }

        /// All definitions; type system definitions are none of an executable document's.
        mutating func document() throws(SyntaxError) -> (operations: [Operation], fragments: [String: [Selection]]) {
            var operations: [Operation] = []
            var fragments: [String: [Selection]] = [:]
            repeat {
                let start = index
                if case .name("fragment")? = peek {
                    let (name, selections) = try fragment()
                    // Of two with one name nobody can say which counts.
                    guard fragments.updateValue(selections, forKey: name) == nil else { throw unexpected(at: start) }
                } else {
                    let operation = try operation()
                    let isAmbiguous = operations.contains {
                        $0.name == operation.name || $0.name == nil || operation.name == nil
                    }
                    guard !isAmbiguous else { throw unexpected(at: start) }
                    operations.append(operation)
                }
            } while index < tokens.count
            return (operations, fragments)
        }

        private var peek: Token.Kind? { index < tokens.count ? tokens[index].kind : nil }

        private var unexpected: SyntaxError { unexpected(at: index) }

        private func unexpected(at index: Int) -> SyntaxError {
            index < tokens.count ? .unexpected(offset: tokens[index].offset) : .truncated
        }

        private mutating func consume(_ byte: Character) -> Bool {
            guard let value = byte.asciiValue, peek == .punctuator(value) else { return false }
            index += 1
            return true
        }

        private mutating func expect(_ byte: Character) throws(SyntaxError) {
            guard consume(byte) else { throw unexpected }
        }

        private mutating func name() throws(SyntaxError) -> String {
            guard case .name(let name)? = peek else { throw unexpected }
            index += 1
            return name
        }

        private mutating func enter() throws(SyntaxError) {
            guard depthLeft > 0 else { throw .tooDeep }
            depthLeft -= 1
        }

        private mutating func operation() throws(SyntaxError) -> Operation {
            if peek == .punctuator(UInt8(ascii: "{")) {
                return Operation(kind: .query, name: nil, defaults: [:], selections: try selections())
            }
            guard case .name(let word)? = peek, let kind = OperationKind(rawValue: word) else { throw unexpected }
            index += 1
            var name: String?
            if case .name = peek { name = try self.name() }
            let defaults = try variableDefinitions()
            try directives()
            return Operation(kind: kind, name: name, defaults: defaults, selections: try selections())
        }

        private mutating func fragment() throws(SyntaxError) -> (name: String, selections: [Selection]) {
            index += 1
            guard case .name(let name)? = peek, name != "on" else { throw unexpected }
            index += 1
            guard try self.name() == "on" else { throw unexpected(at: index - 1) }
            _ = try self.name()
            try directives()
            return (name, try selections())
        }

        private mutating func variableDefinitions() throws(SyntaxError) -> [String: Value] {
            guard consume("(") else { return [:] }
            var defaults: [String: Value] = [:]
            repeat {
                try expect("$")
                let name = try name()
                try expect(":")
                try type()
                if consume("=") { defaults[name] = try value() }
                try directives()
            } while !consume(")")
            return defaults
        }

        private mutating func type() throws(SyntaxError) {
            if consume("[") {
                try enter()
                try type()
                depthLeft += 1
                try expect("]")
            } else {
                _ = try name()
            }
            _ = consume("!")
        }

        private mutating func directives() throws(SyntaxError) {
            while consume("@") {
                _ = try name()
                _ = try arguments()
            }
        }

        private mutating func arguments() throws(SyntaxError) -> [String: Value] {
            guard consume("(") else { return [:] }
            var arguments: [String: Value] = [:]
            repeat {
                let name = try name()
                try expect(":")
                arguments[name] = try value()
            } while !consume(")")
            return arguments
        }

        private mutating func selections() throws(SyntaxError) -> [Selection] {
            try expect("{")
            try enter()
            var selections: [Selection] = []
            repeat {
                selections.append(try selection())
            } while !consume("}")
            depthLeft += 1
            return selections
        }

        private mutating func selection() throws(SyntaxError) -> Selection {
            guard peek == .spread else { return .field(try field()) }
            index += 1
            if case .name(let name)? = peek, name != "on" {
                index += 1
                try directives()
                return .spread(name)
            }
            if case .name? = peek {
                index += 1
                _ = try name()
            }
            try directives()
            return .inline(try selections())
        }

        private mutating func field() throws(SyntaxError) -> Field {
            let key = try name()
            let name = consume(":") ? try name() : key
            let arguments = try arguments()
            try directives()
            let hasSelections = peek == .punctuator(UInt8(ascii: "{"))
            return Field(
                name: name,
                key: key,
                arguments: arguments,
                selections: hasSelections ? try selections() : []
            )
        }

        private mutating func value() throws(SyntaxError) -> Value {
            switch peek {
            case .string(let text)?:
                index += 1
                return .string(text)
            case .name?, .number?:
                index += 1
                return .other
            case .punctuator(UInt8(ascii: "$"))?:
                index += 1
                return .variable(try name())
            case .punctuator(UInt8(ascii: "["))?:
                return .list(try list())
            case .punctuator(UInt8(ascii: "{"))?:
                return .object(try object())
            default:
                throw unexpected
            }
        }

        private mutating func list() throws(SyntaxError) -> [Value] {
            try expect("[")
            try enter()
            var values: [Value] = []
            while !consume("]") { values.append(try value()) }
            depthLeft += 1
            return values
        }

        private mutating func object() throws(SyntaxError) -> [String: Value] {
            try expect("{")
            try enter()
            var fields: [String: Value] = [:]
            while !consume("}") {
                let name = try name()
                try expect(":")
                fields[name] = try value()
            }
            depthLeft += 1
            return fields
        }
    }
}
