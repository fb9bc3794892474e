extension SimulatedGitHub.Graph {
    /// The types that there are, read from their text (section 3).
    struct Schema: Sendable {
        /// A type, of whatever kind.
        struct Definition: Sendable {
            enum Kind: Sendable {
                case scalar, object, abstract, enumeration, input
            }

            let name: String
            let kind: Kind
            /// The fields of an object or an interface.
            var fields: [String: FieldDefinition] = [:]
            /// The fields of an input object.
            var inputs: [String: InputDefinition] = [:]
            /// The values of an enumeration.
            var values: Set<String> = []
            /// The interfaces of an object.
            var interfaces: [String] = []
            /// The objects that an interface or a union stands for.
            var members: Set<String> = []

            /// Whether something must be selected of it.
            var isComposite: Bool { kind == .object || kind == .abstract }
        }

        /// A field of an object.
        struct FieldDefinition: Sendable {
            let type: TypeReference
            let arguments: [String: InputDefinition]
        }

        /// An argument, or a field of an input object.
        struct InputDefinition: Sendable {
            let type: TypeReference
            let fallback: Value?
        }

        private(set) var types: [String: Definition] = [:]

        /// Reads a schema's text.
        init(_ text: String) throws(SyntaxError) {
            for name in ["String", "Int", "Float", "Boolean", "ID"] {
                types[name] = Definition(name: name, kind: .scalar)
            }
            var parser = try Parser(text)
            while !parser.isAtEnd { try read(&parser) }
            for type in types.values {
                for interface in type.interfaces { types[interface]?.members.insert(type.name) }
            }
        }

        private mutating func read(_ parser: inout Parser) throws(SyntaxError) {
            parser.skipDescription()
            let word = try parser.name()
            let name = try parser.name()
            switch word {
            case "scalar":
                types[name] = Definition(name: name, kind: .scalar)
            case "type", "interface":
                var definition = Definition(name: name, kind: word == "type" ? .object : .abstract)
                if parser.consume(word: "implements") {
                    repeat { definition.interfaces.append(try parser.name()) } while parser.consume("&")
                }
                try parser.expect("{")
                while !parser.consume("}") {
                    parser.skipDescription()
                    let field = try parser.name()
                    let arguments = parser.consume("(") ? try Self.inputs(&parser, until: ")") : [:]
                    try parser.expect(":")
                    definition.fields[field] = FieldDefinition(type: try parser.type(), arguments: arguments)
                }
                types[name] = definition
            case "union":
                var definition = Definition(name: name, kind: .abstract)
                try parser.expect("=")
                repeat { definition.members.insert(try parser.name()) } while parser.consume("|")
                types[name] = definition
            case "enum":
                var definition = Definition(name: name, kind: .enumeration)
                try parser.expect("{")
                while !parser.consume("}") { definition.values.insert(try parser.name()) }
                types[name] = definition
            case "input":
                try parser.expect("{")
                types[name] = Definition(name: name, kind: .input, inputs: try Self.inputs(&parser, until: "}"))
            default:
                throw parser.unexpected
            }
        }

        private static func inputs(
            _ parser: inout Parser,
            until end: Character
        ) throws(SyntaxError) -> [String: InputDefinition] {
            var inputs: [String: InputDefinition] = [:]
            repeat {
                let name = try parser.name()
                try parser.expect(":")
                let type = try parser.type()
                inputs[name] = InputDefinition(type: type, fallback: parser.consume("=") ? try parser.value() : nil)
            } while !parser.consume(end)
            return inputs
        }

        /// Whether a fragment on one type can say something of another.
        func overlaps(_ one: String, _ other: String) -> Bool {
            !objects(of: one).isDisjoint(with: objects(of: other))
        }

        /// The objects that a type stands for.
        func objects(of name: String) -> Set<String> {
            guard let type = types[name] else { return [] }
            return type.kind == .abstract ? type.members : [name]
        }
    }
}
