import GitHubCore

extension SimulatedGitHub.Graph {
    /// A document that can be executed (section 2.2), with the offsets that errors name.
    struct Document {
        var operations: [Operation] = []
        var fragments: [String: Fragment] = [:]
    }

    /// One operation.
    struct Operation {
        let kind: GitHubCore.GraphQL.OperationKind
        let name: String?
        let variables: [Variable]
        let selections: [Selection]
        let offset: Int

        /// How paths of errors name it.
        var title: String { name.map { "\(kind.rawValue) \($0)" } ?? kind.rawValue }
    }

    /// A variable that an operation declares.
    struct Variable {
        let name: String
        let type: TypeReference
        let fallback: Value?
        let offset: Int
    }

    /// A named fragment.
    struct Fragment {
        let name: String
        let type: String
        let selections: [Selection]
        let offset: Int
    }

    /// A type as it is written.
    indirect enum TypeReference: Hashable, Sendable {
        case named(String)
        case list(TypeReference)
        case required(TypeReference)

        /// The innermost name.
        var name: String {
            switch self {
            case .named(let name): name
            case .list(let inner), .required(let inner): inner.name
            }
        }

        /// The type where null is allowed.
        var unrequired: TypeReference {
            if case .required(let inner) = self { inner } else { self }
        }

        var isRequired: Bool { self != unrequired }

        /// As it is written.
        var text: String {
            switch self {
            case .named(let name): name
            case .list(let inner): "[\(inner.text)]"
            case .required(let inner): "\(inner.text)!"
            }
        }
    }

    /// A value in a document.
    indirect enum Value: Hashable, Sendable {
        case variable(String)
        case number(String)
        case string(String)
        case bool(Bool)
        case null
        case constant(String)
        case list([Value])
        case object([String: Value])
    }

    /// An argument, with where it stands.
    struct Argument {
        let name: String
        let value: Value
        let offset: Int
    }

    /// `@include` or `@skip`; there are no others.
    struct Directive {
        let name: String
        let arguments: [Argument]
        let offset: Int
    }

    /// What is selected of an object.
    indirect enum Selection {
        case field(Field)
        case spread(name: String, [Directive], offset: Int)
        case inline(type: String?, [Directive], [Selection], offset: Int)
    }

    /// A field.
    struct Field {
        let key: String
        let name: String
        let arguments: [Argument]
        let directives: [Directive]
        /// What is selected of it; nil where there are no braces.
        let selections: [Selection]?
        let offset: Int
    }
}
